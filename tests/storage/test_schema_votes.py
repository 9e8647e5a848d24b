"""What the tables of blind tests refuse, whoever writes to them."""

from __future__ import annotations

import sqlite3

import pytest

from desktop.storage.database import Database

ROUND = {
    "test_id": 1, "prompt": "Why?", "seed": 1, "first": 0, "second": 1, "first_answer": "a",
    "second_answer": "b", "vote": "first", "automatic": 0, "created_at": 1.0, "voted_at": 2.0,
}  # fmt: skip


def put(database: Database, **changes: object) -> None:
    values = ROUND | changes
    with database.writing() as db:
        db.execute("INSERT OR IGNORE INTO blind_tests VALUES (1, '{}', 1.0)")
        names, places = ", ".join(values), ", ".join("?" for _ in values)
        db.execute(f"INSERT INTO blind_rounds ({names}) VALUES ({places})", list(values.values()))


def test_a_whole_round_is_taken(database: Database) -> None:
    put(database)
    put(database, vote=None)
    put(database, first_answer=None, second_answer=None, vote=None)


@pytest.mark.parametrize(
    "changes",
    [
        {"second": 0},  # a level against itself
        {"second_answer": None},  # one answer only
        {"first_answer": None, "second_answer": None},  # a vote on nothing
        {"vote": "both"},
        {"automatic": 2},
        {"test_id": 99},
    ],
)
def test_what_makes_no_sense_is_refused(database: Database, changes: dict[str, object]) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        put(database, **changes)
