"""Tables of comparisons of quantization levels."""

from __future__ import annotations

from desktop.storage.sqlite import Connection


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
