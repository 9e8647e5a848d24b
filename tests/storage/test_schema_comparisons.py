"""How the tables of comparisons hang together, whoever writes to them."""

from __future__ import annotations

import sqlite3

import pytest

MODEL = "INSERT INTO compared_models VALUES (?, 0, ?, 'Q8_0', '/a.gguf', 0, 1, 8.5, '', '')"
CHUNK = "INSERT INTO compared_chunks VALUES (?, ?, 0, x'', x'', x'', 1)"
RUN = "INSERT INTO compared_runs VALUES (NULL, ?, ?, 1, 1, 1.0, 1.0, 1)"
TABLES = ("comparisons", "compared_models", "compared_chunks", "compared_runs")


@pytest.fixture
def one(database):
    """The database with a comparison of one model, measured on one chunk in one run."""
    with database.writing() as db:
        db.execute(
            "INSERT INTO comparisons (id, request, state, problem, advice, facts, created_at)"
            " VALUES (1, '{}', 'done', '', '', '{}', 1.0)"
        )
        db.execute(MODEL, [1, "base"])
        db.execute(CHUNK, [1, 0])
        db.execute(RUN, [1, 0])
    return database


def test_all_of_a_comparison_goes_with_it(one) -> None:
    with one.writing() as db:
        db.execute("DELETE FROM comparisons")
    with one.reading() as db:
        assert [db.execute(f"SELECT count(*) FROM {table}").fetchone() for table in TABLES] == [
            (0,)
        ] * len(TABLES)


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        (MODEL, [99, "level"]),  # of no comparison
        (MODEL, [1, "level"]),  # where another stands
        (CHUNK, [1, 0]),  # measured already
        (CHUNK, [1, 1]),  # of no model
        (RUN, [1, 1]),
    ],
)
def test_what_belongs_to_nothing_or_is_there_is_refused(one, statement, values) -> None:
    with pytest.raises(sqlite3.IntegrityError), one.writing() as db:
        db.execute(statement, values)
