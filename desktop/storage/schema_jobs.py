"""The table of jobs."""

from __future__ import annotations

from desktop.storage.sqlite import Connection


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
