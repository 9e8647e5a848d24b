"""The tables of the prompt library as they were before there were prompts, and after."""

from __future__ import annotations

import sqlite3

import pytest
import sqlite_utils

from desktop.storage.migrations import MIGRATIONS, rebuild_search
from desktop.storage.search import search_words

INSERT = (
    "INSERT INTO prompts (id, key, title, folder, tags, why, favourite, hidden, builtin, changed,"
    " version_id, created_at, updated_at, used_at, deleted_at)"
    " VALUES (?, ?, ?, '', '', '', 0, 0, 0, 0, ?, 1.0, 1.0, 0.0, ?)"
)
VERSION = "INSERT INTO prompt_versions VALUES (?, ?, ?, ?, '', 1.0)"


@pytest.fixture
def raw():
    with sqlite3.connect(":memory:", isolation_level=None) as connection:
        connection.create_function("search_words", 1, search_words, deterministic=True)
        connection.execute("PRAGMA trusted_schema=ON")
        connection.execute("PRAGMA foreign_keys=ON")
        yield connection
    connection.close()


@pytest.fixture
def db(raw):
    database = sqlite_utils.Database(raw)
    MIGRATIONS.apply(database)
    return database


def found(db, word: str) -> list[int]:
    rows = db.execute("SELECT rowid FROM prompt_search WHERE prompt_search MATCH ?", [word])
    return [row[0] for row in rows]


def test_messages_from_before_belong_to_no_prompt(raw):
    database = sqlite_utils.Database(raw)
    MIGRATIONS.apply(database, stop_before="m010_prompts")
    database.execute(
        "INSERT INTO conversations VALUES (1, 't', '', 0, '', NULL, '{}', '', '{}', 1.0, 1.0, NULL)"
    )
    database.execute(
        "INSERT INTO messages VALUES"
        " (1, 1, NULL, 'user', 'rye', '', 'done', '', NULL, NULL, 1.0, NULL, NULL)"
    )
    MIGRATIONS.apply(database)
    assert database.execute("SELECT text, prompt_version_id FROM messages").fetchall() == [
        ("rye", None)
    ]


def test_the_index_holds_the_newest_version(db):
    db.execute("BEGIN")  # versions may stand before their prompt until it ends
    db.execute(VERSION, [1, 7, 1, '{"text": "old", "system_prompt": "miller"}'])
    db.execute(VERSION, [2, 7, 2, '{"text": "new"}'])
    db.execute(INSERT, [7, "k", "title", 1, None])
    db.execute("COMMIT")
    assert found(db, "old") == found(db, "miller") == found(db, "title") == [7]
    db.execute("UPDATE prompts SET version_id = 2")
    assert found(db, "old") == found(db, "miller") == []
    assert found(db, "new") == [7]
    rebuild_search(db)
    assert found(db, "new") == [7]
    db.execute("DELETE FROM prompts")
    assert found(db, "new") == found(db, "title") == []
    assert db.execute("SELECT count(*) FROM prompt_versions").fetchone() == (0,)


def test_content_must_be_json(db):
    with pytest.raises(sqlite3.IntegrityError):
        db.execute(VERSION, [1, 7, 1, "{"])


def test_a_key_belongs_to_one_prompt_that_is_not_deleted(db):
    db.execute(INSERT, [1, "k", "a", None, 1.0])
    db.execute(INSERT, [2, "k", "b", None, 1.0])
    db.execute(INSERT, [3, "k", "c", None, None])
    with pytest.raises(sqlite3.IntegrityError):
        db.execute(INSERT, [4, "k", "d", None, None])
