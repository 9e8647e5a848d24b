"""Tables of blind tests."""

from __future__ import annotations

from desktop.storage.sqlite import Connection


def m009_votes(db: Connection) -> None:
    """Blind votes between levels.

    `request` is a BlindRequest as JSON; `first` and `second` are numbers of its levels, in the
    order in which they are shown. Answers come both at once, the vote after them.
    """
    db.execute(
        """
        CREATE TABLE blind_tests (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            request TEXT NOT NULL,
            created_at REAL NOT NULL
        ) STRICT
        """
    )
    db.execute(
        """
        CREATE TABLE blind_rounds (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            test_id INTEGER NOT NULL REFERENCES blind_tests(id) ON DELETE CASCADE,
            prompt TEXT NOT NULL,
            seed INTEGER NOT NULL,
            first INTEGER NOT NULL,
            second INTEGER NOT NULL CHECK (second <> first),
            first_answer TEXT,
            second_answer TEXT CHECK ((second_answer IS NULL) = (first_answer IS NULL)),
            vote TEXT CHECK (vote IN ('first', 'tie', 'second')),
            automatic INTEGER NOT NULL CHECK (automatic IN (0, 1)),
            created_at REAL NOT NULL,
            voted_at REAL NOT NULL,
            CHECK (vote IS NULL OR first_answer IS NOT NULL)
        ) STRICT
        """
    )
    db.execute("CREATE INDEX blind_rounds_test ON blind_rounds(test_id)")
