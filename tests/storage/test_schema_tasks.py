"""The tables of task sets and runs refuse what cannot be."""

from __future__ import annotations

import sqlite3

import pytest

from desktop.domain.job import JobState
from desktop.storage.database import Database

SET = "INSERT INTO task_sets (name, folded_name, system_prompt, tasks, edited_at)"
RUN = "INSERT INTO task_runs (kind, request, state, problem, advice, facts, created_at)"
MODEL = "INSERT INTO asked_models VALUES (?, 0, 'F16', '/m', 1, '', '')"
ANSWER = "INSERT INTO task_answers VALUES (?, 0, 0, '', ?, 0.5, '', 0, 1, 1.0, 1.0, 1.0)"


def write(database: Database, statement: str, values: list[object]) -> None:
    with database.writing() as db:
        db.execute(statement, values)


def test_names_of_sets_that_are_not_deleted_are_unique(database: Database) -> None:
    write(database, f"{SET} VALUES (?, ?, '', '[]', 1.0)", ["A", "a"])
    with pytest.raises(sqlite3.IntegrityError):
        write(database, f"{SET} VALUES (?, ?, '', '[]', 1.0)", ["Ä", "a"])
    write(database, "UPDATE task_sets SET deleted_at = ?", [2.0])
    write(database, f"{SET} VALUES (?, ?, '', '[]', 1.0)", ["Ä", "a"])
    with pytest.raises(sqlite3.IntegrityError):
        write(database, "UPDATE task_sets SET deleted_at = ?", [None])


@pytest.mark.parametrize(("kind", "state"), [("other", JobState.DONE), ("tasks", "gone")])
def test_runs_have_a_kind_and_a_state(database: Database, kind: str, state: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        write(database, f"{RUN} VALUES (?, '{{}}', ?, '', '', '{{}}', 1.0)", [kind, state])


def test_answers_belong_to_a_model_of_a_run(database: Database) -> None:
    write(database, f"{RUN} VALUES (?, '{{}}', ?, '', '', '{{}}', 1.0)", ["needle", JobState.DONE])
    write(database, MODEL, [1])
    write(database, ANSWER, [1, 1])
    for number, passed in ((2, 1), (1, 2)):
        with pytest.raises(sqlite3.IntegrityError):
            write(database, ANSWER, [number, passed])
