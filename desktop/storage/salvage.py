"""Copies what can still be read out of a damaged database, row by row."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

from desktop.storage.sqlite import Connection, read_damaged_text

SMALLEST = 512  # bytes, the smallest page a database can have
_MOST_ROWS = 10_000_000  # a damaged counter must not keep us busy for days
# Versions before their prompts, so that the search index finds them.
_TABLES = (
    "conversations",
    "messages",
    "known_models",
    "sampler_presets",
    "model_folders",
    "hidden_models",
    "expected_digests",
    "model_defaults",
    "prompt_versions",
    "prompts",
    "prompt_cases",
    "blind_tests",
    "blind_rounds",
    "task_sets",
)


# The second, when SQLite's message quotes what is damaged.
_UNREADABLE = (sqlite3.Error, UnicodeDecodeError)


class Rescued(NamedTuple):
    """How many came through: conversations that are not deleted, and a person's own prompts."""

    conversations: int
    prompts: int


def salvage(damaged: Path, fresh: Connection) -> Rescued:
    """Copy rows from `damaged`, which is not changed, into the empty database `fresh`."""
    # SQLite would take so small a file for an empty one, and delete the WAL beside it.
    if not damaged.exists() or damaged.stat().st_size < SMALLEST:
        return Rescued(0, 0)
    fresh.execute("PRAGMA defer_foreign_keys=ON")
    uri = f"{damaged.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as source:
        read_damaged_text(source)
        # Without this SQLite refuses a truncated file as a whole.
        source.execute("PRAGMA writable_schema=ON")
        for table in _TABLES:
            _copy_table(source, fresh, table)
    _mend(fresh)
    counts = (
        fresh.execute(f"SELECT count(*) FROM {what}").fetchone()[0]  # noqa: S608
        for what in (
            "conversations WHERE deleted_at IS NULL",
            "prompts WHERE changed OR NOT builtin",
        )
    )
    return Rescued(*counts)


def _copy_table(source: sqlite3.Connection, fresh: Connection, table: str) -> None:
    try:
        present = {row[1] for row in source.execute(f"PRAGMA table_info({table})")}
    except _UNREADABLE:
        return
    columns = [column.name for column in fresh.table(table).columns if column.name in present]
    if not columns:
        return
    names = ", ".join(columns)
    places = ", ".join("?" for _ in columns)
    for row_id in range(1, _last_row_id(source, table) + 1):
        # A damaged page loses its own rows only: each row is looked up by itself.
        with suppress(*_UNREADABLE):
            row: Sequence[object] | None = source.execute(
                f"SELECT {names} FROM {table} WHERE rowid = ?",  # noqa: S608
                [row_id],
            ).fetchone()
            if row is not None:
                fresh.execute(
                    f"INSERT INTO {table} ({names}) VALUES ({places})",  # noqa: S608
                    row,
                )


def _last_row_id(source: sqlite3.Connection, table: str) -> int:
    for question in (
        f"SELECT max(rowid) FROM {table}",  # noqa: S608
        f"SELECT max(seq) FROM sqlite_sequence WHERE name = '{table}'",  # noqa: S608
    ):
        with suppress(*_UNREADABLE):
            (last,) = source.execute(question).fetchone()
            if isinstance(last, int) and last <= _MOST_ROWS:
                return last
    return 0


def _mend(fresh: Connection) -> None:
    """Give rows whose neighbours were lost a place in a sound tree."""
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
    _mend_prompts(fresh)
    # Votes say nothing without the levels they were between.
    fresh.execute("DELETE FROM blind_rounds WHERE test_id NOT IN (SELECT id FROM blind_tests)")


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
    fresh.execute("DELETE FROM prompt_cases WHERE prompt_id NOT IN (SELECT id FROM prompts)")
