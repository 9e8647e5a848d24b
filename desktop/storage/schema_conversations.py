"""Tables of conversations, and the index their words are found by."""

from __future__ import annotations

from desktop.storage.sqlite import Connection


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
    for index in ("message_search", "title_search"):
        db.execute(f"INSERT INTO {index}({index}) VALUES ('rebuild')")  # noqa: S608
