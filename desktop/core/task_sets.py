"""The task sets there are: those Quern ships with, and a person's own."""

from __future__ import annotations

import builtins
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from desktop.core.task_files import check_task, read_task_set, write_task_set
from desktop.domain.errors import InvalidInput
from desktop.domain.matching import Expectation, MatchRule
from desktop.domain.paths import resource_path
from desktop.domain.task_set import (
    MOST_TASKS,
    NAME_LENGTH,
    KeptTaskSet,
    Task,
    TaskSet,
    free_name,
)
from desktop.storage.database import BIN_SECONDS
from desktop.storage.tasks import StoredTaskSets

_SHIPPED = {
    "knowledge": "General knowledge",
    "arithmetic": "Arithmetic",
    "reading": "Reading",
}
_STARTER = "starter"
_STARTER_NAME = "Starter model"
_STARTER_TASKS = 100


class TaskSets:
    """Blocking calls, a few milliseconds each. Raises: StorageFault."""

    def __init__(self, store: StoredTaskSets) -> None:
        self._store = store

    def list(self) -> builtins.list[KeptTaskSet]:
        """A person's own by name, then those Quern ships with."""
        return [*self._store.list(), *map(KeptTaskSet, shipped_sets())]

    def save(self, tasks: TaskSet, number: int | None = None) -> KeptTaskSet:
        """Keep a set, as a new one or in place of one's own of that number.

        Raises: InvalidInput when it has no name or another's, no questions, or a question that
            cannot be judged (its message says which).
        """
        tasks = replace(tasks, name=" ".join(tasks.name.split()))
        check_task_set(tasks)
        return self._store.add(tasks) if number is None else self._store.replace(number, tasks)

    def duplicate(self, tasks: TaskSet) -> KeptTaskSet:
        """Keep another of the same under a free name."""
        return self.save(replace(tasks, name=self._free_name(tasks.name)))

    def delete(self, number: int) -> KeptTaskSet | None:
        """Delete one's own set; runs of it stay. `undelete` brings it back.

        Returns: the set, or None when it is not there any more.
        """
        return self._store.delete(number)

    def undelete(self, number: int) -> KeptTaskSet:
        """It gets another name when its own was given away meanwhile. Raises: InvalidInput when it
        is not there any more."""
        return self._store.undelete(number)

    def empty_bin(self) -> int:
        """Remove for good what was deleted BIN_SECONDS ago. Returns: how many sets."""
        return self._store.purge_deleted(BIN_SECONDS)

    def import_file(self, path: Path) -> KeptTaskSet:
        """Keep the set of a JSONL or CSV file. Raises: as `read_task_set`."""
        tasks = read_task_set(path)
        return self.save(replace(tasks, name=self._free_name(tasks.name)))

    def export_file(self, tasks: TaskSet, path: Path) -> None:
        """Write CSV when the name ends so, else JSONL. Raises: DiskFull, StorageFault."""
        write_task_set(tasks, path)

    def find(self, name: str) -> TaskSet:
        """By the short name of one that Quern ships with, or its whole name in the list.

        Raises: InvalidInput.
        """
        wanted = name.casefold()
        for kept in self._store.list():
            if kept.set.name.casefold() == wanted:
                return kept.set
        return shipped_set(name)

    def _free_name(self, name: str) -> str:
        return free_name(name, {kept.set.name.casefold() for kept in self.list()})


def shipped_sets() -> tuple[TaskSet, ...]:
    """The sets Quern ships with."""
    return tuple(shipped_set(name) for name in (*_SHIPPED, _STARTER))


def shipped_set(name: str) -> TaskSet:
    """A set Quern ships with, by its short or whole name. Raises: InvalidInput."""
    wanted = name.casefold()
    for short, title in _SHIPPED.items():
        if wanted in (short, title.casefold()):
            return replace(read_task_set(resource_path("tasks", f"{short}.jsonl")), name=title)
    if wanted in (_STARTER, _STARTER_NAME.casefold()):
        return TaskSet(_STARTER_NAME, tuple(_starter_tasks())[:_STARTER_TASKS])
    known = ", ".join((*_SHIPPED, _STARTER))
    raise InvalidInput(
        f"There is no task set called “{name}”.",
        f"Name a JSONL or CSV file, one of your own sets, or one of {known}.",
    )


def check_task_set(tasks: TaskSet) -> None:
    """Refuse a set that cannot be run. Raises: InvalidInput naming the question."""
    if not tasks.name.strip():
        raise InvalidInput("The set has no name.", "Give it one.")
    if len(tasks.name) > NAME_LENGTH:
        raise InvalidInput(f"A name has at most {NAME_LENGTH} characters.", "Shorten it.")
    if not tasks.tasks:
        raise InvalidInput("The set has no questions.", "Add at least one.")
    if len(tasks.tasks) > MOST_TASKS:
        raise InvalidInput(f"A set has at most {MOST_TASKS:,} questions.", "Make two of it.")
    for number, task in enumerate(tasks.tasks, 1):
        try:
            check_task(task)
        except InvalidInput as error:
            raise InvalidInput(f"Question {number}: {error.message}", error.advice) from error


def _starter_tasks() -> Iterator[Task]:
    """Questions that the starter model was never trained on, as far as they are one message."""
    path = resource_path("starter", "held_out_questions.jsonl")
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if len(row["messages"]) == 1:
            prompt = row["messages"][0]["content"]
            yield Task(prompt, Expectation(row["expected"], MatchRule.EXACT))
