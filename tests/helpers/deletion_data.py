"""What was deleted before 2 June 2026, and a controller that tells of it."""

from __future__ import annotations

import time

from PySide6.QtCore import Signal

from desktop.domain.recently_deleted import DeletedKind, Deletion
from tests.helpers.fake_controllers import Noting

NOON = time.mktime((2026, 6, 2, 12, 0, 0, 0, 0, -1))
DAY = 86_400.0


class FakeRecentlyDeleted(Noting):
    """A RecentlyDeletedController that does nothing by itself."""

    failed = Signal(object)
    listed = Signal(object)
    restored = Signal(object, object)


def deletion(kind: DeletedKind, number: int, title: str, days: int) -> Deletion:
    """Of something that was deleted so many days before NOON."""
    deleted_at = NOON - days * DAY
    return Deletion(kind, number, title, deleted_at, deleted_at + 30 * DAY)


def deletions() -> list[Deletion]:
    """One or two of each kind."""
    kinds = DeletedKind
    return [
        deletion(kinds.CONVERSATION, 9, "How rye is ground, and why it is ground so slowly", 0),
        deletion(kinds.PROMPT, 4, "Summarize a meeting", 1),
        deletion(kinds.CONVERSATION, 7, "", 1),
        deletion(kinds.TASK_SET, 2, "Questions our support gets", 6),
        deletion(kinds.CONVERSATION, 3, "Names of old mills", 29),
    ]
