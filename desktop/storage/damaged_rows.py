"""Reads a table of which pages are damaged: each loses its own rows only.

SQLite does not notice garbage in the pages where a long value goes on; some values show it.
"""

from __future__ import annotations

import json
import math
import sqlite3
import struct
from collections.abc import Callable, Iterator, Mapping

# The second, when SQLite's message quotes what is damaged.
UNREADABLE = (sqlite3.Error, UnicodeDecodeError)

MOST_ROWS = 10_000_000  # a damaged row id must not keep us busy for days
_SINGLE_STEPS = 1024  # more than a page has rows
_LARGEST = 1e6  # no measured loss or divergence comes near it


def readable_rows(
    source: sqlite3.Connection, table: str, names: str
) -> Iterator[list[object] | None]:
    """Every row that can be read, with the columns that `names` says; None where some cannot."""
    query = (
        f"SELECT rowid, {names} FROM {table}"  # noqa: S608
        f" WHERE rowid BETWEEN ? AND {MOST_ROWS} ORDER BY rowid"
    )

    def readable(row_id: int) -> bool:
        try:
            source.execute(f"{query} LIMIT 1", [row_id]).fetchone()
        except UNREADABLE:
            return False
        return True

    at: int | None = 1
    while at is not None:
        try:
            for row_id, *row in source.execute(query, [at]):
                if row_id >= at:  # else a damaged page leads to what was read before
                    yield row
                    at = row_id + 1
        except UNREADABLE:
            yield None
            at = _beyond(at, readable)
        else:
            return


def _beyond(damaged: int, readable: Callable[[int], bool]) -> int | None:
    """The first row id after `damaged` from which on something can be read, or None."""
    for row_id in range(damaged + 1, damaged + _SINGLE_STEPS + 1):
        if readable(row_id):
            return row_id
    bad, step = damaged + _SINGLE_STEPS, _SINGLE_STEPS
    while bad < MOST_ROWS:
        good = bad + step
        if readable(good):
            while good - bad > 1:
                middle = (bad + good) // 2
                bad, good = (bad, middle) if readable(middle) else (middle, good)
            return good
        bad, step = good, 2 * step
    return None


def _is_json(value: object) -> bool:
    try:
        json.loads(value if isinstance(value, str) else "null")
    except ValueError:
        return False
    return True


def _are_numbers(kind: str) -> Callable[[object], bool]:
    """Whether a blob holds numbers of this `struct` kind that can have been measured."""

    def check(value: object) -> bool:
        data = value if isinstance(value, bytes) else b""
        if len(data) % struct.calcsize(kind):
            return False
        numbers = (number for (number,) in struct.iter_unpack(f"<{kind}", data))
        return all(abs(number) < _LARGEST or not math.isfinite(number) for number in numbers)

    return check


_JSON = (
    "answer", "brought", "content", "defaults", "expectation", "facts", "field_values", "notes",
    "request", "results", "settings", "tasks", "titles",
)  # fmt: skip

# Whether a value can be what was stored, by the column's name; of others everything can.
CHECKS: Mapping[str, Callable[[object], bool]] = {
    **dict.fromkeys(_JSON, _is_json),
    "losses": _are_numbers("d"),
    **dict.fromkeys(("divergences", "changes"), _are_numbers("f")),
}
