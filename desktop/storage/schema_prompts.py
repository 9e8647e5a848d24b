"""Tables of the prompt library."""

from __future__ import annotations

from desktop.storage.sqlite import Connection


def m010_prompts(db: Connection) -> None:
    """Prompts and their versions, full-text search over both, and which version made a message.

    `content` is a PromptContent as JSON; a version is never changed, so that the index can be told
    what it holds for the newest one. `tags` are one a line. A key belongs to one prompt that is not
    deleted, so that a deleted one never stands in the way of an import. `prompt_version_id` is no
    foreign key: a message outlives the prompt that made it.
    """
    db.execute(
        """
        CREATE TABLE prompts (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            key TEXT NOT NULL,
            title TEXT NOT NULL,
            folder TEXT NOT NULL,
            tags TEXT NOT NULL,
            why TEXT NOT NULL,
            favourite INTEGER NOT NULL CHECK (favourite IN (0, 1)),
            hidden INTEGER NOT NULL CHECK (hidden IN (0, 1)),
            builtin INTEGER NOT NULL CHECK (builtin IN (0, 1)),
            changed INTEGER NOT NULL CHECK (changed IN (0, 1)),
            version_id INTEGER,
            created_at REAL NOT NULL,
            updated_at REAL NOT NULL,
            used_at REAL NOT NULL,
            deleted_at REAL
        ) STRICT
        """
    )
    db.execute("CREATE UNIQUE INDEX prompts_key ON prompts(key) WHERE deleted_at IS NULL")
    db.execute("CREATE INDEX prompts_every_key ON prompts(key)")
    db.execute(
        """
        CREATE TABLE prompt_versions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            prompt_id INTEGER NOT NULL REFERENCES prompts(id) ON DELETE CASCADE
                DEFERRABLE INITIALLY DEFERRED,
            number INTEGER NOT NULL,
            content TEXT NOT NULL CHECK (json_valid(content)),
            note TEXT NOT NULL,
            created_at REAL NOT NULL,
            UNIQUE (prompt_id, number)
        ) STRICT
        """
    )
    db.execute("ALTER TABLE messages ADD COLUMN prompt_version_id INTEGER")
    _prompt_search(db)


def _prompt_search(db: Connection) -> None:
    """The index of the newest versions of prompts that are not deleted (see `m003_search`)."""
    columns = "title, tags, text, system_prompt, why"
    words = (
        "search_words({0}title) AS title, search_words({0}tags) AS tags,"
        " search_words(json_extract(v.content, '$.text')) AS text,"
        " search_words(coalesce(json_extract(v.content, '$.system_prompt'), '')) AS system_prompt,"
        " search_words({0}why) AS why"
    )
    db.execute(
        f"CREATE VIEW prompt_words AS SELECT p.id, {words.format('p.')}"  # noqa: S608
        " FROM prompts p JOIN prompt_versions v ON v.id = p.version_id WHERE p.deleted_at IS NULL"
    )
    db.execute(
        f"CREATE VIRTUAL TABLE prompt_search USING fts5({columns}, content='prompt_words',"
        " content_rowid='id', tokenize='unicode61 remove_diacritics 2', prefix='1 2 3')"
    )

    def row(which: str) -> str:
        return (
            f"{which}.id, {words.format(which + '.')} FROM prompt_versions v"
            f" WHERE v.id = {which}.version_id AND {which}.deleted_at IS NULL"
        )

    put_in = f"INSERT INTO prompt_search(rowid, {columns}) SELECT {row('new')};"
    take_out = (
        f"INSERT INTO prompt_search(prompt_search, rowid, {columns}) SELECT 'delete', {row('old')};"
    )
    db.execute(f"CREATE TRIGGER prompts_inserted AFTER INSERT ON prompts BEGIN {put_in} END")
    # BEFORE, because afterwards its versions are gone.
    db.execute(f"CREATE TRIGGER prompts_deleted BEFORE DELETE ON prompts BEGIN {take_out} END")
    db.execute(
        "CREATE TRIGGER prompts_updated"
        " AFTER UPDATE OF title, tags, why, version_id, deleted_at ON prompts"
        f" BEGIN {take_out} {put_in} END"
    )


def m011_prompt_runs(db: Connection) -> None:
    """Cases of prompts, what runs made of them, and chains that were run.

    `field_values` and `expectation` of a case, requests and answers are JSON of their dataclasses.
    A run keeps the cases it was made with, so that editing one changes no result.
    """
    states = "('waiting', 'running', 'done', 'failed', 'cancelled', 'interrupted')"
    db.execute(
        """
        CREATE TABLE prompt_cases (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            prompt_id INTEGER NOT NULL REFERENCES prompts(id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            field_values TEXT NOT NULL,
            expectation TEXT
        ) STRICT
        """
    )
    db.execute("CREATE INDEX prompt_cases_prompt ON prompt_cases(prompt_id)")
    db.execute(
        f"""
        CREATE TABLE prompt_runs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            prompt_id INTEGER NOT NULL REFERENCES prompts(id) ON DELETE CASCADE,
            request TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN {states}),
            problem TEXT NOT NULL,
            advice TEXT NOT NULL,
            created_at REAL NOT NULL
        ) STRICT
        """
    )
    db.execute("CREATE INDEX prompt_runs_prompt ON prompt_runs(prompt_id)")
    db.execute(
        """
        CREATE TABLE prompt_run_models (
            run_id INTEGER NOT NULL REFERENCES prompt_runs(id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            problem TEXT NOT NULL,
            advice TEXT NOT NULL,
            PRIMARY KEY (run_id, position)
        ) STRICT
        """
    )
    db.execute(
        """
        CREATE TABLE prompt_results (
            run_id INTEGER NOT NULL REFERENCES prompt_runs(id) ON DELETE CASCADE,
            version_id INTEGER NOT NULL,
            model INTEGER NOT NULL,
            case_position INTEGER NOT NULL,
            sample INTEGER NOT NULL,
            answer TEXT,
            passed INTEGER CHECK (passed IN (0, 1)),
            score REAL NOT NULL,
            problem TEXT NOT NULL,
            PRIMARY KEY (run_id, version_id, model, case_position, sample)
        ) STRICT
        """
    )
    db.execute(
        f"""
        CREATE TABLE prompt_chain_runs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            prompt_id INTEGER NOT NULL REFERENCES prompts(id) ON DELETE CASCADE,
            request TEXT NOT NULL,
            titles TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN {states}),
            problem TEXT NOT NULL,
            advice TEXT NOT NULL,
            created_at REAL NOT NULL
        ) STRICT
        """
    )
    db.execute("CREATE INDEX prompt_chain_runs_prompt ON prompt_chain_runs(prompt_id)")
    db.execute(
        """
        CREATE TABLE prompt_chain_steps (
            run_id INTEGER NOT NULL REFERENCES prompt_chain_runs(id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            title TEXT NOT NULL,
            version_id INTEGER NOT NULL,
            text TEXT NOT NULL,
            system_prompt TEXT NOT NULL,
            answer TEXT,
            problem TEXT NOT NULL,
            PRIMARY KEY (run_id, position)
        ) STRICT
        """
    )
