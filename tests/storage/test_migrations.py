from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlite_utils

from desktop.domain.conversation import Role
from desktop.domain.matching import Expectation, MatchRule
from desktop.domain.task_set import KeptTaskSet, Task, TaskSet
from desktop.storage.conversations import Conversations
from desktop.storage.database import Database, OpenReport
from desktop.storage.migrations import MIGRATIONS, SCHEMA_VERSION
from desktop.storage.models import KnownModels
from desktop.storage.presets import SamplerPresets
from desktop.storage.search import search_words
from desktop.storage.tasks import StoredTaskSets

# What the first step made, word for word: it must never be edited, or this test must fail.
OLDEST = """
CREATE TABLE "_sqlite_migrations" (
    "id" INTEGER PRIMARY KEY, "migration_set" TEXT, "name" TEXT, "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES (1, 'quern', 'm001_conversations', '2026-11-21');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE TABLE conversations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    system_prompt TEXT NOT NULL,
    pinned INTEGER NOT NULL CHECK (pinned IN (0, 1)),
    draft TEXT NOT NULL,
    head_id INTEGER REFERENCES messages(id) DEFERRABLE INITIALLY DEFERRED,
    sampler TEXT NOT NULL,
    model_path TEXT NOT NULL,
    template_arguments TEXT NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    deleted_at REAL
) STRICT;
CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id INTEGER NOT NULL REFERENCES conversations(id) DEFERRABLE INITIALLY DEFERRED,
    parent_id INTEGER REFERENCES messages(id) DEFERRABLE INITIALLY DEFERRED
        CHECK (parent_id < id),
    role TEXT NOT NULL CHECK (role IN ('system', 'user', 'assistant')),
    text TEXT NOT NULL,
    reasoning TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('done', 'streaming', 'stopped', 'failed')),
    problem TEXT NOT NULL,
    sampler TEXT,
    facts TEXT,
    created_at REAL NOT NULL,
    deleted_at REAL,
    deleted_with INTEGER
) STRICT;
CREATE INDEX messages_tree ON messages(conversation_id, parent_id, id, deleted_with);
CREATE INDEX messages_parent ON messages(parent_id);
CREATE INDEX messages_streaming ON messages(id) WHERE state = 'streaming';
CREATE INDEX conversations_head ON conversations(head_id);
INSERT INTO conversations VALUES
    (3, 'Old grain', 'Be kind.', 1, 'unsent', 8, '{"top_k": 7}', '/m.gguf', '{}', 1.0, 2.0, NULL);
INSERT INTO messages VALUES
    (7, 3, NULL, 'user', 'How is rye ground?', '', 'done', '', NULL, NULL, 1.0, NULL, NULL),
    (8, 3, 7, 'assistant', 'Between stones', '', 'streaming', '', NULL, NULL, 2.0, NULL, NULL),
    (9, 3, 7, 'assistant', 'Deleted stones', '', 'done', '', NULL, NULL, 2.0, 3.0, 9);
PRAGMA user_version = 1;
"""


def without_spaces(sql: str) -> str:
    return "".join(sql.split())


def objects(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as raw:
        rows = raw.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {name: without_spaces(sql) for name, sql in rows}


def test_the_first_step_still_makes_the_oldest_schema(tmp_path):
    with closing(sqlite3.connect(tmp_path / "oldest.db")) as raw:
        raw.executescript(OLDEST)
    with closing(sqlite3.connect(tmp_path / "now.db")) as raw:
        MIGRATIONS.apply(sqlite_utils.Database(raw), stop_before="m002_models_and_presets")
    assert objects(tmp_path / "now.db") == objects(tmp_path / "oldest.db")


def test_a_database_of_the_oldest_schema_keeps_everything(path):
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript(OLDEST)
    database = Database(path)
    assert database.open() == OpenReport()
    conversations = Conversations(database)
    (conversation,) = conversations.list()
    assert (conversation.title, conversation.draft, conversation.sampler.top_k) == (
        "Old grain",
        "unsent",
        7,
    )
    assert [m.text for m in conversations.path(3)] == ["How is rye ground?", "Between stones"]
    # The new steps work, and indexed what was there already, but nothing deleted or unfinished.
    assert [hit.message_id for hit in conversations.search("rye")] == [7]
    assert conversations.search("stones") == []
    assert conversations.search("grain")[0].message_id is None
    conversations.interrupted()
    assert [hit.message_id for hit in conversations.search("stones")] == [8]
    added = conversations.add_message(3, role=Role.USER, text="more", parent_id=8)
    assert added.id == 10
    assert KnownModels(database).list() == []
    assert SamplerPresets(database).list() != []
    database.close()


def test_task_sets_from_before_they_could_be_deleted_softly_are_kept(path):
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript(OLDEST)
        raw.create_function("search_words", 1, search_words, deterministic=True)
        MIGRATIONS.apply(sqlite_utils.Database(raw), stop_before="m012_deleted_task_sets")
        raw.execute("PRAGMA user_version = 11")
        raw.executemany(
            "INSERT INTO task_sets (id, name, folded_name, system_prompt, tasks, edited_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [
                (3, "Ä", "ä", "Be brief.", '[["1 + 1","2","number",0.5]]', 4.0),
                (7, "B", "b", "", "[]", 5.0),
            ],
        )
        raw.commit()
    database = Database(path)
    assert database.open() == OpenReport()
    sets = StoredTaskSets(database)
    first, second = sets.list()
    assert (first.id, first.edited_at) == (7, 5.0)
    task = Task("1 + 1", Expectation("2", MatchRule.NUMBER, 0.5))
    assert second == KeptTaskSet(TaskSet("Ä", (task,), "Be brief."), 3, 4.0)
    assert sets.delete(3) == second and sets.list() == [first]
    assert sets.add(TaskSet("C", (task,))).id == 8
    database.close()


def test_oldest_and_newest_way_lead_to_the_same_schema(path, tmp_path):
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript(OLDEST)
    for file in (path, tmp_path / "new.db"):
        database = Database(file)
        database.open()
        database.close()
    assert objects(path) == objects(tmp_path / "new.db")


def test_a_step_that_fails_leaves_the_database_as_it_was(path, monkeypatch):
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript(OLDEST)
        raw.execute("CREATE TABLE sampler_presets (something)")
    before = objects(path)
    database = Database(path)
    try:
        database.open()
    except sqlite3.OperationalError as error:
        assert "already exists" in str(error)
    database.close()
    assert objects(path) == before


def test_schema_version_is_the_number_of_steps_taken(database):
    with database.reading() as db:
        assert db.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        assert len(MIGRATIONS.applied(db)) == SCHEMA_VERSION
