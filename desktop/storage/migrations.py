"""The schema of the database, as the steps that lead to it.

Append-only: a step that has been released is never edited, because databases in the world have
already taken it. A new step goes to the end; `tests/storage/test_migrations.py` takes a database of
the oldest schema through all of them.
"""

from __future__ import annotations

from desktop.storage import schema_prompts, schema_tasks, schema_votes
from desktop.storage.sqlite import Connection, Migrations

MIGRATIONS = Migrations("quern")


def schema_version() -> int:
    """How many steps this Quern knows; kept in the database as `user_version`."""
    with Connection(memory=True) as empty:
        return len(MIGRATIONS.pending(empty))


@MIGRATIONS()
def m001_conversations(db: Connection) -> None:
    """Conversations and their trees of messages.

    AUTOINCREMENT, because an id that comes back for something else would let an Undo bring back
    the wrong thing. Foreign keys inside the tree are deferred and do not cascade: SQLite cascades
    by recursion, which a chain of more than 1,000 messages exceeds. A parent is older than its
    children, so there is no cycle.
    `deleted_with` is the message whose deletion took this one along (itself for that one).
    """
    db.execute(
        """
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
        ) STRICT
        """
    )
    db.execute(
        """
        CREATE TABLE messages (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            conversation_id INTEGER NOT NULL REFERENCES conversations(id)
                DEFERRABLE INITIALLY DEFERRED,
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
        ) STRICT
        """
    )
    db.execute(
        "CREATE INDEX messages_tree ON messages(conversation_id, parent_id, id, deleted_with)"
    )
    db.execute("CREATE INDEX messages_parent ON messages(parent_id)")
    db.execute("CREATE INDEX messages_streaming ON messages(id) WHERE state = 'streaming'")
    db.execute("CREATE INDEX conversations_head ON conversations(head_id)")


@MIGRATIONS()
def m002_models_and_presets(db: Connection) -> None:
    """Model files a person added, what their headers said, and sampler presets of one's own."""
    db.execute(
        """
        CREATE TABLE known_models (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            path TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            added_at REAL NOT NULL
        ) STRICT
        """
    )
    db.execute("CREATE TABLE model_uses (path TEXT PRIMARY KEY, last_used_at REAL NOT NULL) STRICT")
    db.execute(
        """
        CREATE TABLE model_headers (
            path TEXT PRIMARY KEY,
            size INTEGER NOT NULL,
            modified_ns INTEGER NOT NULL,
            info TEXT NOT NULL
        ) STRICT
        """
    )
    db.execute(
        """
        CREATE TABLE sampler_presets (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            folded_name TEXT NOT NULL UNIQUE,
            settings TEXT NOT NULL
        ) STRICT
        """
    )


@MIGRATIONS()
def m003_search(db: Connection) -> None:
    """Full-text search over messages and titles, kept up by triggers.

    An answer being streamed is not in the index: it would be taken out and put back each second.
    `search_words` is a function of ours (see `search.py`); the views exist so that FTS5 reads what
    was indexed, not the raw text, when it makes excerpts or rebuilds itself.
    """
    db.execute(
        "CREATE VIEW message_words AS SELECT id, search_words(text) AS text FROM messages"
        " WHERE state <> 'streaming' AND deleted_with IS NULL"
    )
    db.execute(
        "CREATE VIEW title_words AS SELECT id, search_words(title) AS title FROM conversations"
    )
    tokenizer = "tokenize='unicode61 remove_diacritics 2', prefix='1 2 3'"
    db.execute(
        "CREATE VIRTUAL TABLE message_search USING fts5"
        f"(text, content='message_words', content_rowid='id', {tokenizer})"
    )
    db.execute(
        "CREATE VIRTUAL TABLE title_search USING fts5"
        f"(title, content='title_words', content_rowid='id', {tokenizer})"
    )
    db.execute(
        """
        CREATE TRIGGER messages_inserted AFTER INSERT ON messages
        WHEN new.state <> 'streaming' AND new.deleted_with IS NULL BEGIN
            INSERT INTO message_search(rowid, text) VALUES (new.id, search_words(new.text));
        END
        """
    )
    db.execute(
        """
        CREATE TRIGGER messages_deleted AFTER DELETE ON messages
        WHEN old.state <> 'streaming' AND old.deleted_with IS NULL BEGIN
            INSERT INTO message_search(message_search, rowid, text)
                VALUES ('delete', old.id, search_words(old.text));
        END
        """
    )
    db.execute(
        """
        CREATE TRIGGER messages_updated AFTER UPDATE OF text, state, deleted_with ON messages
        WHEN old.state <> 'streaming' OR new.state <> 'streaming' BEGIN
            INSERT INTO message_search(message_search, rowid, text)
                SELECT 'delete', old.id, search_words(old.text)
                WHERE old.state <> 'streaming' AND old.deleted_with IS NULL;
            INSERT INTO message_search(rowid, text)
                SELECT new.id, search_words(new.text)
                WHERE new.state <> 'streaming' AND new.deleted_with IS NULL;
        END
        """
    )
    db.execute(
        """
        CREATE TRIGGER conversations_inserted AFTER INSERT ON conversations BEGIN
            INSERT INTO title_search(rowid, title) VALUES (new.id, search_words(new.title));
        END
        """
    )
    db.execute(
        """
        CREATE TRIGGER conversations_deleted AFTER DELETE ON conversations BEGIN
            INSERT INTO title_search(title_search, rowid, title)
                VALUES ('delete', old.id, search_words(old.title));
        END
        """
    )
    db.execute(
        """
        CREATE TRIGGER conversations_renamed AFTER UPDATE OF title ON conversations BEGIN
            INSERT INTO title_search(title_search, rowid, title)
                VALUES ('delete', old.id, search_words(old.title));
            INSERT INTO title_search(rowid, title) VALUES (new.id, search_words(new.title));
        END
        """
    )
    _rebuild(db, "message_search", "title_search")


@MIGRATIONS()
def m004_models_from_elsewhere(db: Connection) -> None:
    """Downloads, the folders models are looked for in, and what is known about a model's file.

    `request` is a DownloadRequest as JSON. Headers and checksums hold as long as size and
    modification time of the file stay the same. Headers, which are only a cache, are kept anew so
    that a list of thousands reads neither metadata nor names of fields.
    """
    db.execute(
        """
        CREATE TABLE downloads (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            request TEXT NOT NULL,
            state TEXT NOT NULL
                CHECK (state IN ('queued', 'paused', 'failed', 'done')),
            problem TEXT NOT NULL,
            advice TEXT NOT NULL,
            created_at REAL NOT NULL
        ) STRICT
        """
    )
    db.execute("CREATE TABLE model_folders (path TEXT PRIMARY KEY, added_at REAL NOT NULL) STRICT")
    db.execute("CREATE TABLE hidden_models (path TEXT PRIMARY KEY) STRICT")
    db.execute("DROP TABLE model_headers")
    db.execute(
        """
        CREATE TABLE model_headers (
            path TEXT PRIMARY KEY,
            size INTEGER NOT NULL,
            modified_ns INTEGER NOT NULL,
            facts TEXT NOT NULL,
            chat_template TEXT
        ) STRICT
        """
    )
    db.execute(
        """
        CREATE TABLE model_digests (
            path TEXT PRIMARY KEY,
            size INTEGER NOT NULL,
            modified_ns INTEGER NOT NULL,
            sha256 TEXT NOT NULL
        ) STRICT
        """
    )
    db.execute("CREATE TABLE expected_digests (path TEXT PRIMARY KEY, sha256 TEXT NOT NULL) STRICT")
    db.execute("CREATE TABLE model_defaults (path TEXT PRIMARY KEY, defaults TEXT NOT NULL) STRICT")


@MIGRATIONS()
def m005_jobs(db: Connection) -> None:
    """Quantizations, importance matrices and conversions, to be found again after a restart.

    `request` is a JobRequest as JSON, of the class that `kind` says; `results` paths as JSON.
    """
    db.execute(
        """
        CREATE TABLE jobs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL CHECK (kind IN ('quantization', 'imatrix', 'conversion')),
            request TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN
                ('waiting', 'running', 'done', 'failed', 'cancelled', 'interrupted')),
            problem TEXT NOT NULL,
            advice TEXT NOT NULL,
            notes TEXT NOT NULL,
            results TEXT NOT NULL,
            created_at REAL NOT NULL
        ) STRICT
        """
    )


@MIGRATIONS()
def m006_comparisons(db: Connection) -> None:
    """Comparisons of quantization levels, kept chunk by chunk and run by run as they are measured.

    `request` is a ComparisonRequest as JSON, `facts` an object of texts. Of a chunk the values of
    its tokens are kept in little-endian order: losses in double precision, because perplexity is
    shown with all its digits, the others in single.
    """
    db.execute(
        """
        CREATE TABLE comparisons (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            request TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN
                ('waiting', 'running', 'done', 'failed', 'cancelled', 'interrupted')),
            problem TEXT NOT NULL,
            advice TEXT NOT NULL,
            facts TEXT NOT NULL,
            created_at REAL NOT NULL
        ) STRICT
        """
    )
    db.execute(
        """
        CREATE TABLE compared_models (
            comparison_id INTEGER NOT NULL REFERENCES comparisons(id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            part TEXT NOT NULL CHECK (part IN ('base', 'level', 'noise')),
            name TEXT NOT NULL,
            path TEXT NOT NULL,
            made INTEGER NOT NULL CHECK (made IN (0, 1)),
            bytes INTEGER NOT NULL,
            bits_per_weight REAL NOT NULL,
            problem TEXT NOT NULL,
            advice TEXT NOT NULL,
            PRIMARY KEY (comparison_id, position)
        ) STRICT
        """
    )
    db.execute(
        """
        CREATE TABLE compared_chunks (
            comparison_id INTEGER NOT NULL,
            position INTEGER NOT NULL,
            chunk INTEGER NOT NULL,
            losses BLOB NOT NULL,
            divergences BLOB NOT NULL,
            changes BLOB NOT NULL,
            same_top INTEGER NOT NULL,
            PRIMARY KEY (comparison_id, position, chunk),
            FOREIGN KEY (comparison_id, position)
                REFERENCES compared_models(comparison_id, position) ON DELETE CASCADE
        ) STRICT
        """
    )
    db.execute(
        """
        CREATE TABLE compared_runs (
            id INTEGER PRIMARY KEY,
            comparison_id INTEGER NOT NULL,
            position INTEGER NOT NULL,
            prompt_tokens INTEGER NOT NULL,
            tokens INTEGER NOT NULL,
            prompt_seconds REAL NOT NULL,
            seconds REAL NOT NULL,
            peak_memory INTEGER NOT NULL,
            FOREIGN KEY (comparison_id, position)
                REFERENCES compared_models(comparison_id, position) ON DELETE CASCADE
        ) STRICT
        """
    )
    db.execute("CREATE INDEX compared_runs_model ON compared_runs(comparison_id, position)")


@MIGRATIONS()
def m007_what_a_download_brought(db: Connection) -> None:
    """The files that a download has put into its folder, as JSON: cancelling it removes them."""
    db.execute("ALTER TABLE downloads ADD COLUMN brought TEXT NOT NULL DEFAULT '[]'")


for _step in (
    schema_tasks.m008_task_sets,
    schema_votes.m009_votes,
    schema_prompts.m010_prompts,
    schema_prompts.m011_prompt_runs,
):
    MIGRATIONS()(_step)


def rebuild_search(db: Connection) -> None:
    """Make the search indexes anew from the tables."""
    _rebuild(db, "message_search", "title_search", "prompt_search")


def _rebuild(db: Connection, *indexes: str) -> None:
    for index in indexes:
        db.execute(f"INSERT INTO {index}({index}) VALUES ('rebuild')")  # noqa: S608
