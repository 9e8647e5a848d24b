"""Tables of task sets and what levels made of them."""

from __future__ import annotations

from desktop.storage.sqlite import Connection


def m008_task_sets(db: Connection) -> None:
    """Task sets of one's own, and runs, kept answer by answer.

    `tasks` and `request` are JSON; a request holds the whole set, so that a run stays what it was
    when the set is changed. A problem instead of an answer says why there is no judgement.
    """
    db.execute(
        """
        CREATE TABLE task_sets (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            folded_name TEXT NOT NULL UNIQUE,
            system_prompt TEXT NOT NULL,
            tasks TEXT NOT NULL,
            edited_at REAL NOT NULL
        ) STRICT
        """
    )
    db.execute(
        """
        CREATE TABLE task_runs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL CHECK (kind IN ('tasks', 'needle')),
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
        CREATE TABLE asked_models (
            run_id INTEGER NOT NULL REFERENCES task_runs(id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            name TEXT NOT NULL,
            path TEXT NOT NULL,
            bytes INTEGER NOT NULL,
            problem TEXT NOT NULL,
            advice TEXT NOT NULL,
            PRIMARY KEY (run_id, position)
        ) STRICT
        """
    )
    db.execute(
        """
        CREATE TABLE task_answers (
            run_id INTEGER NOT NULL,
            position INTEGER NOT NULL,
            task INTEGER NOT NULL,
            text TEXT NOT NULL,
            passed INTEGER NOT NULL CHECK (passed IN (0, 1)),
            score REAL NOT NULL,
            problem TEXT NOT NULL,
            cut INTEGER NOT NULL CHECK (cut IN (0, 1)),
            completion_tokens INTEGER NOT NULL,
            ttft_ms REAL NOT NULL,
            tokens_per_second REAL NOT NULL,
            seconds REAL NOT NULL,
            PRIMARY KEY (run_id, position, task),
            FOREIGN KEY (run_id, position)
                REFERENCES asked_models(run_id, position) ON DELETE CASCADE
        ) STRICT
        """
    )


def m012_deleted_task_sets(db: Connection) -> None:
    """Task sets that are deleted stay for a while.

    A name belongs to one set that is not deleted, so that a deleted one never stands in its way. A
    column cannot stop being unique, hence the new table.
    """
    db.execute(
        """
        CREATE TABLE new_task_sets (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            folded_name TEXT NOT NULL,
            system_prompt TEXT NOT NULL,
            tasks TEXT NOT NULL,
            edited_at REAL NOT NULL,
            deleted_at REAL
        ) STRICT
        """
    )
    db.execute(
        "INSERT INTO new_task_sets"
        " SELECT id, name, folded_name, system_prompt, tasks, edited_at, NULL FROM task_sets"
    )
    db.execute("DROP TABLE task_sets")
    db.execute("ALTER TABLE new_task_sets RENAME TO task_sets")
    db.execute(
        "CREATE UNIQUE INDEX task_sets_name ON task_sets(folded_name) WHERE deleted_at IS NULL"
    )
