"""What the steps for models and downloads leave of what was there."""

from __future__ import annotations

import sqlite3

import pytest
import sqlite_utils

from desktop.storage.migrations import MIGRATIONS
from desktop.storage.search import search_words

DOWNLOAD = (
    "INSERT INTO downloads (id, request, state, problem, advice, created_at)"
    " VALUES (1, '{}', ?, '', '', 1.0)"
)


@pytest.fixture
def db():
    with sqlite3.connect(":memory:", isolation_level=None) as connection:
        connection.create_function("search_words", 1, search_words, deterministic=True)
        yield sqlite_utils.Database(connection)
    connection.close()


def test_added_models_and_their_uses_stay_while_read_headers_are_forgotten(db) -> None:
    MIGRATIONS.apply(db, stop_before="m004_models_from_elsewhere")
    db.execute("INSERT INTO known_models (path, name, added_at) VALUES ('/a.gguf', 'a', 1.0)")
    db.execute("INSERT INTO model_uses VALUES ('/a.gguf', 2.0)")
    db.execute("INSERT INTO model_headers VALUES ('/a.gguf', 1, 2, '{}')")
    MIGRATIONS.apply(db)
    assert db.execute("SELECT path, name FROM known_models").fetchall() == [("/a.gguf", "a")]
    assert db.execute("SELECT path, last_used_at FROM model_uses").fetchall() == [("/a.gguf", 2.0)]
    assert db.execute("SELECT * FROM model_headers").fetchall() == []


def test_a_download_from_before_brought_nothing_that_is_known(db) -> None:
    MIGRATIONS.apply(db, stop_before="m007_what_a_download_brought")
    db.execute(DOWNLOAD, ["paused"])
    MIGRATIONS.apply(db)
    assert db.execute("SELECT state, brought FROM downloads").fetchall() == [("paused", "[]")]


def test_a_download_in_no_state_there_is_is_refused(db) -> None:
    MIGRATIONS.apply(db)
    with pytest.raises(sqlite3.IntegrityError):
        db.execute(DOWNLOAD, ["running"])


def test_a_preset_is_there_once_whatever_its_case(db) -> None:
    MIGRATIONS.apply(db)
    insert = "INSERT INTO sampler_presets (name, folded_name, settings) VALUES (?, 'warm', '{}')"
    db.execute(insert, ["Warm"])
    with pytest.raises(sqlite3.IntegrityError):
        db.execute(insert, ["warm"])
