"""Sets of questions with what a good answer is."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from desktop.domain.matching import Expectation

MOST_TASKS = 10_000
NAME_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Task:
    """One question."""

    prompt: str
    expectation: Expectation


@dataclass(frozen=True, slots=True)
class TaskSet:
    """Questions that are asked one by one, each in a conversation of its own.

    Attributes:
        system_prompt: stands before each question, or "".
    """

    name: str
    tasks: tuple[Task, ...] = ()
    system_prompt: str = ""


@dataclass(frozen=True, slots=True)
class KeptTaskSet:
    """A set as it stands in the list.

    Attributes:
        id: of a person's own; None of one that Quern ships with, which is not edited.
        edited_at: seconds since the epoch, 0 of one that Quern ships with.
    """

    set: TaskSet
    id: int | None = None
    edited_at: float = 0.0


def free_name(name: str, taken: Container[str]) -> str:
    """`name`, with a number where its case folded is among `taken`."""
    free, number = name, 2
    while free.casefold() in taken:
        ending = f" {number}"
        free = name[: NAME_LENGTH - len(ending)] + ending
        number += 1
    return free
