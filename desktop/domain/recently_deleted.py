"""What was deleted and can still be restored."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class DeletedKind(StrEnum):
    """What it is."""

    CONVERSATION = "conversation"
    PROMPT = "prompt"
    TASK_SET = "task set"


@dataclass(frozen=True, slots=True)
class Deletion:
    """One thing that was deleted.

    Attributes:
        number: its id among those of its kind.
        title: "" of a conversation that has none.
        deleted_at, gone_at: when it was deleted, and from when on it cannot be restored, in seconds
            since the epoch.
    """

    kind: DeletedKind
    number: int
    title: str
    deleted_at: float
    gone_at: float
