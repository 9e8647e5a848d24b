"""What the table of jobs refuses, whoever writes to it."""

from __future__ import annotations

import sqlite3

import pytest

from desktop.domain.job import JobState

INSERT = (
    "INSERT INTO jobs (kind, request, state, problem, advice, notes, results, created_at)"
    " VALUES (?, '{}', ?, '', '', '', '[]', 1.0)"
)


@pytest.mark.parametrize("kind", ["quantization", "imatrix", "conversion"])
@pytest.mark.parametrize("state", list(JobState))
def test_every_job_there_can_be_is_taken(database, kind, state) -> None:
    with database.writing() as db:
        db.execute(INSERT, [kind, state.value])


@pytest.mark.parametrize(("kind", "state"), [("baking", "done"), ("imatrix", "paused")])
def test_others_are_refused(database, kind, state) -> None:
    with pytest.raises(sqlite3.IntegrityError), database.writing() as db:
        db.execute(INSERT, [kind, state])
