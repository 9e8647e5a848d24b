"""Rows of the prompt library: finding them in an open transaction, and what they stand for."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection, Sequence
from typing import Any

from desktop.domain.errors import InvalidInput
from desktop.domain.prompt import Prompt, PromptContent, PromptVersion
from desktop.storage.rows import storable
from desktop.storage.sqlite import Connection

_PROMPT = """
    SELECT p.id, p.key, p.title, v.content, p.folder, p.tags, p.why, p.favourite, p.hidden,
        p.builtin, p.changed, v.number, v.id, p.created_at, p.updated_at, p.used_at
    FROM prompts p JOIN prompt_versions v ON v.id = p.version_id WHERE p.deleted_at IS NULL
"""
SELECT_VERSION = "SELECT id, prompt_id, number, content, note, created_at FROM prompt_versions"
_LONGEST_KEY = 60


def required(db: Connection, prompt_id: int) -> Prompt:
    """A prompt that is not deleted. Raises: InvalidInput."""
    row = db.execute(f"{_PROMPT} AND p.id = ?", [prompt_id]).fetchone()
    if row is None:
        raise InvalidInput("This prompt is no longer there.")
    return _prompt_of(row)


def by_key(db: Connection, key: str) -> Prompt | None:
    """None when no prompt has it, or only a deleted one."""
    row = db.execute(f"{_PROMPT} AND p.key = ?", [key]).fetchone()
    return None if row is None else _prompt_of(row)


def free_key(db: Connection, title: str, taken: Collection[str] = ()) -> str:
    """A key made of the title that no prompt has or had, and that is not among `taken`."""
    folded = unicodedata.normalize("NFC", title).casefold()
    kept = (sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in folded)
    stem = "-".join("".join(kept).split())[:_LONGEST_KEY].strip("-") or "prompt"
    # Where numbers have got to, instead of trying one after the other.
    (count,) = db.execute(
        "SELECT count(*) FROM prompts WHERE key > :stem || '-' AND key < :stem || '.'",
        {"stem": stem},
    ).fetchone()
    number, key = count + 1, stem
    while key in taken or db.execute("SELECT 1 FROM prompts WHERE key = ?", [key]).fetchone():
        number += 1
        key = f"{stem}-{number}"
    return key


def version_of(row: Sequence[Any]) -> PromptVersion:
    """From a row of SELECT_VERSION."""
    number, prompt_id, version, content, note, created_at = row
    return PromptVersion(number, prompt_id, version, _content_of(content), note, created_at)


def content_to_text(content: PromptContent) -> str:
    """Not in ASCII: FTS5 reads it too, and cannot read half a surrogate pair."""
    return storable(json.dumps(content.to_json(), ensure_ascii=False, separators=(",", ":")))


def tags_to_text(tags: Sequence[str]) -> str:
    """One a line."""
    return storable("\n".join(tags))


def _content_of(text: str) -> PromptContent:
    """A content as stored. One that was damaged stands there as it is, so that it can be mended."""
    try:
        return PromptContent.from_json(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError):
        return PromptContent(text)


def _prompt_of(row: Sequence[Any]) -> Prompt:
    return Prompt(
        id=row[0],
        key=row[1],
        title=row[2],
        content=_content_of(row[3]),
        folder=row[4],
        tags=tuple(row[5].split("\n")) if row[5] else (),
        why=row[6],
        favourite=bool(row[7]),
        hidden=bool(row[8]),
        builtin=bool(row[9]),
        changed=bool(row[10]),
        version=row[11],
        version_id=row[12],
        created_at=row[13],
        updated_at=row[14],
        used_at=row[15],
    )
