"""A person's own task sets."""

from __future__ import annotations

import builtins
import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from desktop.domain.errors import InvalidInput
from desktop.domain.matching import Expectation, MatchRule
from desktop.domain.task_set import KeptTaskSet, Task, TaskSet, free_name
from desktop.storage.database import Database
from desktop.storage.rows import storable, to_text

_SELECT = "SELECT id, name, system_prompt, tasks, edited_at FROM task_sets"


class StoredTaskSets:
    """Every method is one transaction and may be called from any thread. Raises: StorageFault."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def list(self) -> builtins.list[KeptTaskSet]:
        """All that are not deleted, by name."""
        with self._database.reading() as db:
            rows = db.execute(f"{_SELECT} WHERE deleted_at IS NULL ORDER BY folded_name").fetchall()
        return [_kept(row) for row in rows]

    def add(self, tasks: TaskSet) -> KeptTaskSet:
        """Keep a new set. Raises: InvalidInput when there is one of that name."""
        with self._database.writing() as db:
            self._check_name(db, tasks.name, None)
            cursor = db.execute(
                "INSERT INTO task_sets (name, folded_name, system_prompt, tasks, edited_at)"
                " VALUES (?, ?, ?, ?, ?)",
                [*_columns(tasks), edited_at := self._clock()],
            )
            return KeptTaskSet(tasks, int(cursor.lastrowid or 0), edited_at)

    def replace(self, number: int, tasks: TaskSet) -> KeptTaskSet:
        """Keep a set as it is now. Raises: InvalidInput when another has that name, or it is not
        there any more."""
        with self._database.writing() as db:
            self._check_name(db, tasks.name, number)
            changed = db.execute(
                "UPDATE task_sets SET name = ?, folded_name = ?, system_prompt = ?, tasks = ?,"
                " edited_at = ? WHERE id = ? AND deleted_at IS NULL",
                [*_columns(tasks), edited_at := self._clock(), number],
            )
            if not changed.rowcount:
                raise InvalidInput("This task set is not there any more.", "Save it as a new one.")
            return KeptTaskSet(tasks, number, edited_at)

    def delete(self, number: int) -> KeptTaskSet | None:
        """Hide a set; runs of it stay. `undelete` brings it back until `purge_deleted` removes it.

        Returns: the set, or None when it is not there any more.
        """
        with self._database.writing() as db:
            row = db.execute(f"{_SELECT} WHERE id = ? AND deleted_at IS NULL", [number]).fetchone()
            if row is None:
                return None
            db.execute("UPDATE task_sets SET deleted_at = ? WHERE id = ?", [self._clock(), number])
            return _kept(row)

    def undelete(self, number: int) -> KeptTaskSet:
        """It gets another name when its own was given away meanwhile. Raises: InvalidInput when it
        is not there any more."""
        with self._database.writing() as db:
            row = db.execute(f"{_SELECT} WHERE id = ?", [number]).fetchone()
            if row is None:
                raise InvalidInput("This task set is not there any more.")
            others = db.execute(
                "SELECT folded_name FROM task_sets WHERE deleted_at IS NULL AND id <> ?", [number]
            )
            name = free_name(row[1], {folded for (folded,) in others})
            db.execute(
                "UPDATE task_sets SET name = ?, folded_name = ?, deleted_at = NULL WHERE id = ?",
                [name, name.casefold(), number],
            )
            return _kept((number, name, *row[2:]))

    def purge_deleted(self, older_than_seconds: float) -> int:
        """Remove for good what was deleted that long ago. Returns: how many sets."""
        with self._database.writing() as db:
            return db.execute(
                "DELETE FROM task_sets WHERE deleted_at <= ?", [self._clock() - older_than_seconds]
            ).rowcount

    @staticmethod
    def _check_name(db: Any, name: str, number: int | None) -> None:
        row = db.execute(
            "SELECT id FROM task_sets WHERE folded_name = ? AND deleted_at IS NULL",
            [storable(name.casefold())],
        ).fetchone()
        if row is not None and row[0] != number:
            raise InvalidInput(f"There is a task set called “{name}”.", "Choose another name.")


def tasks_to_json(tasks: Sequence[Task]) -> list[list[Any]]:
    """As they are stored: prompt, expected, rule, threshold."""
    return [
        [task.prompt, task.expectation.text, task.expectation.rule, task.expectation.threshold]
        for task in tasks
    ]


def tasks_from_json(values: Sequence[Sequence[Any]]) -> tuple[Task, ...]:
    """What `tasks_to_json` wrote."""
    return tuple(
        Task(prompt, Expectation(text, MatchRule(rule), threshold))
        for prompt, text, rule, threshold in values
    )


def _columns(tasks: TaskSet) -> list[Any]:
    return [
        *(storable(tasks.name), storable(tasks.name.casefold()), storable(tasks.system_prompt)),
        to_text(tasks_to_json(tasks.tasks)),
    ]


def _kept(row: Sequence[Any]) -> KeptTaskSet:
    number, name, system_prompt, tasks, edited_at = row
    return KeptTaskSet(
        TaskSet(name, tasks_from_json(json.loads(tasks)), system_prompt), number, edited_at
    )
