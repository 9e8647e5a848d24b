"""Fills an empty database with what can still be read of others, row by row."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import NamedTuple

from desktop.domain.amounts import how_many
from desktop.storage.damaged_rows import CHECKS, MOST_ROWS, UNREADABLE, readable_rows
from desktop.storage.faults import fault_of
from desktop.storage.mending import Origins, mend
from desktop.storage.migrations import SCHEMA_VERSION
from desktop.storage.sqlite import SMALLEST, Connection, reading_only

# What a person is told of: what it is called, and which rows count.
_COUNTED = {
    "conversation": "conversations WHERE deleted_at IS NULL",
    "prompt": "prompts WHERE changed OR NOT builtin",
    "comparison": "comparisons",
    "task set": "task_sets WHERE deleted_at IS NULL",
    "task run": "task_runs",
    "prompt run": "prompt_runs",
    "chain run": "prompt_chain_runs",
    "blind test": "blind_tests",
    "preset": "sampler_presets",
    "job": "jobs",
    "download": "downloads",
    "known model": "known_models",
}

Counts = Mapping[str, int]  # of each sort of thing of which there are any, by what one is called


class Rescued(NamedTuple):
    """What came through.

    Attributes:
        counts: what came from the damaged file.
        left_out: rows of it that were read, but did not fit.
        copied: what came from each copy of which something was needed. Nothing is counted where
            only parts of things did.
    """

    counts: Counts
    left_out: int = 0
    copied: Mapping[Path, Counts] = {}

    def __str__(self) -> str:
        """Of the damaged file, for a person, in a sentence or two."""
        if not self.counts and self.copied:  # of what came from there, parts may be from it
            return "No entry in it could be read whole."
        if not self.counts:
            return "Nothing in it could be read."
        sentence = f"{listed(self.counts)} rescued from it."
        if self.left_out:
            entries = "entry was" if self.left_out == 1 else "entries were"
            sentence += f" {self.left_out} damaged {entries} left out."
        return sentence


def listed(counts: Counts) -> str:
    """The beginning of a sentence: how many of what, and its verb."""
    found = [how_many(n, noun) for noun, n in counts.items()]
    words = " and ".join(filter(None, (", ".join(found[:-1]), found[-1])))
    return f"{words} {'was' if sum(counts.values()) == 1 else 'were'}"


def things(database: Connection | sqlite3.Connection) -> dict[str, list[int]]:
    """The row ids of what a person is told of, by what one is called."""
    return {
        noun: [row_id for (row_id,) in database.execute(f"SELECT rowid FROM {rows}")]  # noqa: S608
        for noun, rows in _COUNTED.items()
    }


def salvage(damaged: Path, fresh: Connection, copies: Sequence[Path] = ()) -> Rescued:
    """Fill the empty database `fresh` from `damaged`, which need not be there, and from `copies`
    of it, the newest first. None of them is changed.

    A copy gives what is missing of the tables that were not read whole: what is not in the others
    was deleted.
    """
    fresh.execute("PRAGMA defer_foreign_keys=ON")
    origins = Origins()
    with ExitStack() as opened:
        sources = [
            _opened(damaged, opened),
            *(_opened(copy, opened, fixed=True) for copy in copies),
        ]
        tables = [_Table(fresh, name) for name in _names(fresh)]
        for table in tables:
            table.fill(sources, origins)
        _go_on_counting(fresh, sources)
    left_out = sum(table.left_out() for table in tables) + mend(fresh, origins)
    # What stands for something that is lost counts as the first that there is.
    first = next((number for number, source in enumerate(sources) if source is not None), 0)
    came: list[dict[str, int]] = [{} for _ in sources]
    for noun, row_ids in things(fresh).items():
        origin = origins.rows[_COUNTED[noun].split()[0]]
        for row_id in row_ids:
            counts = came[origin.get(row_id, first)]
            counts[noun] = counts.get(noun, 0) + 1
    needed = {source for origin in origins.rows.values() for source in origin.values()}
    copied = {copies[source - 1]: came[source] for source in sorted(needed)}
    return Rescued(came[0], left_out, copied)


def _opened(path: Path, opened: ExitStack, *, fixed: bool = False) -> sqlite3.Connection | None:
    """A connection that only reads; None where there is nothing, or a newer version wrote it."""
    # SQLite would take so small a file for an empty one, and delete the WAL beside it.
    if not path.exists() or path.stat().st_size < SMALLEST:
        return None
    source = opened.enter_context(closing(reading_only(path, fixed=fixed)))
    # What is no text shows as lone surrogates: SQLite's own checks do not look at it.
    source.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
    try:
        # Without this SQLite refuses a truncated file as a whole.
        source.execute("PRAGMA writable_schema=ON")
        if source.execute("PRAGMA user_version").fetchone()[0] > SCHEMA_VERSION:
            return None
    except UNREADABLE:
        return None
    return source


def _names(fresh: Connection) -> list[str]:
    """All tables but those of SQLite, of the search and of migrations: what refers to another
    before it, so that the search index finds the versions of a prompt."""
    rows = fresh.execute(
        "SELECT s.name FROM sqlite_schema s JOIN pragma_table_list l ON l.name = s.name"
        " WHERE l.type = 'table' AND s.name NOT GLOB '[_]*' AND s.name NOT GLOB 'sqlite[_]*'"
        " ORDER BY s.rowid DESC"
    )
    return [name for (name,) in rows]


class _Table:
    """A table that is being filled."""

    def __init__(self, fresh: Connection, name: str) -> None:
        self.name = name
        self._origins: dict[int, int] = {}
        self._fresh = fresh
        self._columns = [column.name for column in fresh.table(name).columns]
        self._keys = fresh.table(name).pks
        self._unfit: list[dict[str, object]] = []

    def fill(self, sources: Sequence[sqlite3.Connection | None], origins: Origins) -> None:
        """From the first source, then what is missing from the others, until one is read whole."""
        origins.rows[self.name] = self._origins
        garbled: list[tuple[int, dict[str, object]]] = []
        for number, source in enumerate(sources):
            if source is not None and self._take(source, number, garbled):
                origins.whole[self.name] = number
                break
        for number, row in garbled:  # which no other source had better
            self._insert(number, {name: _readable(value) for name, value in row.items()})

    def left_out(self) -> int:
        """How many rows of the first source are missing although they were read."""
        place = " AND ".join(f"{key} = ?" for key in self._keys)
        query = f"SELECT 1 FROM {self.name} WHERE {place}"  # noqa: S608
        return sum(
            self._fresh.execute(query, [row.get(key) for key in self._keys]).fetchone() is None
            for row in self._unfit
        )

    def _take(
        self,
        source: sqlite3.Connection,
        number: int,
        garbled: list[tuple[int, dict[str, object]]],
    ) -> bool:
        """Insert what can be read, but what is `garbled`; returns whether that is everything."""
        try:
            present = {row[1] for row in source.execute(f"PRAGMA table_info({self.name})")}
        except UNREADABLE:
            return False
        columns = [name for name in self._columns if name in present]
        if not columns:
            return False
        whole = True
        for values in readable_rows(source, self.name, ", ".join(columns)):
            if values is None:
                whole = False
                continue
            row = dict(zip(columns, values, strict=True))
            if any(_readable(value) != value for value in values):
                garbled.append((number, row))
                whole = False
            elif not self._insert(number, row) and number == 0:
                whole = False  # a copy mostly has what is there already
        return whole

    def _insert(self, number: int, row: dict[str, object]) -> bool:
        """Returns whether it fits."""
        names = ", ".join(row)
        places = ", ".join("?" for _ in row)
        values = [
            value if CHECKS.get(name, _anything)(value) else None  # as if it was not there;
            for name, value in row.items()  # without some a row does not fit
        ]
        try:
            cursor = self._fresh.execute(
                f"INSERT INTO {self.name} ({names}) VALUES ({places})",  # noqa: S608
                values,
            )
        except sqlite3.Error as error:
            if fault_of(error) is not None:  # a full disk, say: no reason to go on without it
                raise
            if number == 0:
                self._unfit.append(row)
            return False
        if number:
            self._origins[int(cursor.lastrowid or 0)] = number
        return True


def _readable(value: object) -> object:
    """With U+FFFD in the place of what is no text."""
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return value


def _anything(_value: object) -> bool:
    return True


def _go_on_counting(fresh: Connection, sources: Collection[sqlite3.Connection | None]) -> None:
    """No id is given away a second time: something outside the database may still mean the first,
    like a draft of a prompt."""
    for source in filter(None, sources):
        for row in readable_rows(source, "sqlite_sequence", "name, seq"):
            if row is None or not isinstance(row[1], int) or row[1] > MOST_ROWS:
                continue
            fresh.execute("UPDATE sqlite_sequence SET seq = max(seq, ?2) WHERE name = ?1", row)
            fresh.execute(
                "INSERT INTO sqlite_sequence SELECT name, ?2 FROM sqlite_schema"
                " WHERE name = ?1 AND sql LIKE '%AUTOINCREMENT%'"
                " AND name NOT IN (SELECT name FROM sqlite_sequence)",
                row,
            )
