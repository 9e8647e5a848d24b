"""What the tables of conversations refuse, and what of their messages is indexed."""

from __future__ import annotations

import sqlite3

import pytest

MESSAGE = {
    "id": 5, "conversation_id": 1, "parent_id": None, "role": "user", "text": "rye", "reasoning": "",
    "state": "done", "problem": "", "created_at": 1.0,
}  # fmt: skip


@pytest.fixture
def put(database):
    """Writes a message to a conversation that is there; takes what is different of it."""
    with database.writing() as db:
        db.execute(
            "INSERT INTO conversations (id, title, system_prompt, pinned, draft, sampler, model_path,"
            " template_arguments, created_at, updated_at)"
            " VALUES (1, 'mill', '', 0, '', '{}', '', '{}', 1.0, 1.0)"
        )

    def write(**changes: object) -> None:
        values = MESSAGE | changes
        names, places = ", ".join(values), ", ".join("?" for _ in values)
        with database.writing() as db:
            db.execute(f"INSERT INTO messages ({names}) VALUES ({places})", list(values.values()))

    return write


def found(database, index: str, word: str) -> list[int]:
    with database.reading() as db:
        rows = db.execute(f"SELECT rowid FROM {index} WHERE {index} MATCH ?", [word])
        return [row[0] for row in rows]


@pytest.mark.parametrize(
    "changes",
    [
        {"role": "tool"},
        {"state": "waiting"},
        {"conversation_id": 99},
        {"parent_id": 4},  # which is not there
        {"parent_id": 5},  # itself
        {"parent_id": 6},  # younger
    ],
)
def test_a_message_that_fits_nowhere_is_refused(put, changes) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        put(**changes)


def test_an_id_does_not_come_back(put, database) -> None:
    put()
    with database.writing() as db:
        db.execute("DELETE FROM messages")
    put(id=None)
    with database.reading() as db:
        assert db.execute("SELECT id FROM messages").fetchall() == [(6,)]


def test_the_index_follows_messages_that_are_complete_and_shown(put, database) -> None:
    put(state="streaming")
    assert found(database, "message_search", "rye") == []
    for change, expected in (
        ("state = 'done'", [5]),
        ("deleted_with = 5", []),
        ("deleted_with = NULL", [5]),
        ("text = 'oats'", []),
        ("text = 'rye bread'", [5]),
    ):
        with database.writing() as db:
            db.execute(f"UPDATE messages SET {change}")
        assert found(database, "message_search", "rye") == expected
    with database.writing() as db:
        db.execute("DELETE FROM messages")
    assert found(database, "message_search", "rye") == []


def test_the_index_follows_titles(put, database) -> None:
    assert found(database, "title_search", "mill") == [1]
    with database.writing() as db:
        db.execute("UPDATE conversations SET title = 'wind'")
    assert found(database, "title_search", "mill") == []
    assert found(database, "title_search", "wind") == [1]
    with database.writing() as db:
        db.execute("DELETE FROM conversations")
    assert found(database, "title_search", "wind") == []
