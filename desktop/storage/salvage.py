"""Copies what can still be read out of a damaged database, row by row."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from desktop.storage.damaged_rows import CHECKS, UNREADABLE, readable_rows
from desktop.storage.sqlite import Connection, read_damaged_text

SMALLEST = 512  # bytes, the smallest page a database can have

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
# Lists whose members are found by their position: one with a gap is of no use.
_LISTS = (
    ("comparisons", "compared_models", "comparison_id"),
    ("task_runs", "asked_models", "run_id"),
)


class Rescued(NamedTuple):
    """What came through.

    Attributes:
        counts: of each sort of thing of which there are any, by what one is called.
        left_out: rows that were read, but did not fit.
    """

    counts: Mapping[str, int]
    left_out: int

    def __str__(self) -> str:
        """For a person, in a sentence or two."""
        if not self.counts:
            return "Nothing in it could be read."
        found = [f"{n} {noun}{'' if n == 1 else 's'}" for noun, n in self.counts.items()]
        listed = " and ".join(filter(None, (", ".join(found[:-1]), found[-1])))
        verb = "was" if sum(self.counts.values()) == 1 else "were"
        sentence = f"{listed} {verb} rescued from it."
        if self.left_out:
            entries = "entry was" if self.left_out == 1 else "entries were"
            sentence += f" {self.left_out} damaged {entries} left out."
        return sentence


def salvage(damaged: Path, fresh: Connection) -> Rescued:
    """Copy every table from `damaged`, which is not changed, into the empty database `fresh`."""
    # SQLite would take so small a file for an empty one, and delete the WAL beside it.
    if not damaged.exists() or damaged.stat().st_size < SMALLEST:
        return Rescued({}, 0)
    fresh.execute("PRAGMA defer_foreign_keys=ON")
    uri = f"{damaged.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as source:
        read_damaged_text(source)
        # Without this SQLite refuses a truncated file as a whole.
        source.execute("PRAGMA writable_schema=ON")
        left_out = sum(_copy_table(source, fresh, table) for table in _tables(fresh))
    left_out += _mend(fresh)
    counts = {
        noun: fresh.execute(f"SELECT count(*) FROM {rows}").fetchone()[0]  # noqa: S608
        for noun, rows in _COUNTED.items()
    }
    return Rescued({noun: count for noun, count in counts.items() if count}, left_out)


def _tables(fresh: Connection) -> list[str]:
    """All but those of SQLite, of the search and of migrations: what refers to another before it,
    so that the search index finds the versions of a prompt."""
    rows = fresh.execute(
        "SELECT s.name FROM sqlite_schema s JOIN pragma_table_list l ON l.name = s.name"
        " WHERE l.type = 'table' AND s.name NOT GLOB '[_]*' AND s.name NOT GLOB 'sqlite[_]*'"
        " ORDER BY s.rowid DESC"
    )
    return [name for (name,) in rows]


def _copy_table(source: sqlite3.Connection, fresh: Connection, table: str) -> int:
    """Returns how many rows did not fit."""
    try:
        present = {row[1] for row in source.execute(f"PRAGMA table_info({table})")}
    except UNREADABLE:
        return 0
    columns = [column for column in fresh.table(table).columns if column.name in present]
    if not columns:
        return 0
    names = ", ".join(column.name for column in columns)
    places = ", ".join("?" for _ in columns)
    checks = [(n, CHECKS[c.name]) for n, c in enumerate(columns) if c.name in CHECKS]
    left_out = 0
    for row in readable_rows(source, table, names):
        if row is None:
            continue
        for place, is_sound in checks:
            if not is_sound(row[place]):
                row[place] = None  # as if it was not there; without some a row does not fit
        try:
            fresh.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", row)  # noqa: S608
        except sqlite3.Error:
            left_out += 1
    return left_out


def _mend(fresh: Connection) -> int:
    """Give rows whose neighbours were lost a place; returns how many have none, and go."""
    _mend_conversations(fresh)
    _mend_prompts(fresh)
    left_out = 0
    for whole, parts, key in _LISTS:
        left_out += fresh.execute(
            f"DELETE FROM {whole} WHERE id NOT IN (SELECT {key} FROM {parts}"  # noqa: S608
            f" GROUP BY {key} HAVING count(*) = max(position) + 1)"
        ).rowcount
    # What is left without what it belongs to says nothing.
    while orphans := fresh.execute("PRAGMA foreign_key_check").fetchall():
        for table, row_id, *_ in orphans:
            left_out += fresh.execute(
                f"DELETE FROM {table} WHERE rowid = ?",  # noqa: S608
                [row_id],
            ).rowcount
    return left_out


def _mend_conversations(fresh: Connection) -> None:
    """Messages stand in a sound tree."""
    fresh.execute(
        """
        INSERT INTO conversations (id, title, system_prompt, pinned, draft, sampler, model_path,
            template_arguments, created_at, updated_at)
        SELECT conversation_id, 'Rescued conversation', '', 0, '', '{}', '', '{}',
            min(created_at), max(created_at)
        FROM messages WHERE conversation_id NOT IN (SELECT id FROM conversations)
        GROUP BY conversation_id
        """
    )
    fresh.execute(
        "UPDATE messages SET parent_id = NULL WHERE parent_id NOT IN (SELECT id FROM messages)"
    )
    fresh.execute(
        """
        UPDATE conversations SET head_id = (
            SELECT max(id) FROM messages
            WHERE conversation_id = conversations.id AND deleted_with IS NULL
        )
        WHERE head_id IS NULL OR head_id NOT IN (SELECT id FROM messages)
        """
    )


def _mend_prompts(fresh: Connection) -> None:
    """A prompt shows its newest version that came through; one without any is lost."""
    fresh.execute(
        """
        INSERT INTO prompts (id, key, title, folder, tags, why, favourite, hidden, builtin,
            changed, created_at, updated_at, used_at)
        SELECT prompt_id, 'rescued-' || prompt_id, 'Rescued prompt', '', '', '', 0, 0, 0, 0,
            min(created_at), max(created_at), 0
        FROM prompt_versions WHERE prompt_id NOT IN (SELECT id FROM prompts)
        GROUP BY prompt_id
        """
    )
    fresh.execute(
        """
        UPDATE prompts SET version_id =
            (SELECT id FROM prompt_versions WHERE prompt_id = prompts.id ORDER BY number DESC)
        WHERE version_id IS NULL OR version_id NOT IN (SELECT id FROM prompt_versions)
        """
    )
    fresh.execute("DELETE FROM prompts WHERE version_id IS NULL")
