"""sqlite_utils, imported without numpy.

It imports numpy where it finds it, for columns nobody has here. In a process that does not need
numpy that costs 0.2 s of the start and 25 MB.
"""

from __future__ import annotations

import sqlite3
import sys

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

__all__ = ["Connection", "Migrations", "read_damaged_text"]


def read_damaged_text(connection: sqlite3.Connection) -> None:
    """From now on a text with a damaged byte is read, with U+FFFD in its place, not refused.

    SQLite's own checks do not look at it.
    """
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
