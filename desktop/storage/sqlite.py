"""sqlite_utils, imported without numpy.

It imports numpy where it finds it, for columns nobody has here. In a process that does not need
numpy that costs 0.2 s of the start and 25 MB.
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

from desktop.storage.faults import damaged

if "numpy" in sys.modules:
    from sqlite_utils import Database as Connection
    from sqlite_utils.migrations import Migrations
else:
    sys.modules["numpy"] = None  # type: ignore[assignment]  # makes its import fail
    try:
        from sqlite_utils import Database as Connection
        from sqlite_utils.migrations import Migrations
    finally:
        del sys.modules["numpy"]

__all__ = [
    "SMALLEST",
    "Connection",
    "Migrations",
    "read_damaged_text",
    "reading_only",
    "require_sound",
]

SMALLEST = 512  # bytes, the smallest page a database can have


def read_damaged_text(connection: sqlite3.Connection) -> None:
    """From now on a text with a damaged byte is read, with U+FFFD in its place, not refused.

    SQLite's own checks do not look at it.
    """
    connection.text_factory = lambda text: text.decode("utf-8", "replace")


def reading_only(path: Path, *, fixed: bool = False) -> sqlite3.Connection:
    """A connection that changes nothing.

    `fixed`: nobody else writes it either, so that no WAL is looked for, or made.
    Raises: sqlite3.OperationalError.
    """
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable={int(fixed)}"
    return sqlite3.connect(uri, uri=True, isolation_level=None)


def require_sound(database: Connection | sqlite3.Connection) -> None:
    """Look at every page. Raises: DatabaseDamaged."""
    if database.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        raise damaged()
