"""What was learned from model files, so that it need not be read again: headers and checksums."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, NamedTuple

from desktop.domain.library import FileVersion
from desktop.domain.model import ModelInfo
from desktop.storage.database import Database
from desktop.storage.rows import storable, to_text

_APART = {"path", "chat_template", "tensors", "metadata"}
_FACTS = tuple(f.name for f in fields(ModelInfo) if f.name not in _APART)
_PROBLEMS = _FACTS.index("problems")


class Kept(NamedTuple):
    """A header as it was kept: `facts` are parsed by `info` only when they are wanted."""

    version: FileVersion
    facts: str
    chat_template: str | None

    def info(self, path: Path) -> ModelInfo | None:
        """Without tensors and metadata; None when another version of Quern kept other fields."""
        values: list[Any] = json.loads(self.facts)
        if len(values) != len(_FACTS):
            return None
        values[_PROBLEMS] = tuple(values[_PROBLEMS])
        named = dict(zip(_FACTS, values, strict=True))
        return ModelInfo(path=path, chat_template=self.chat_template, **named)


class ModelFacts:
    """By path as text. Every method is one transaction and may be called from any thread.

    Raises: StorageFault.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- headers ----------------------------------------------------------------------------

    def headers(self) -> dict[str, Kept]:
        """Every header kept."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT path, size, modified_ns, facts, chat_template FROM model_headers"
            )
            return {
                path: Kept(FileVersion(size, modified_ns), facts, template)
                for path, size, modified_ns, facts, template in rows
            }

    def put_headers(self, headers: list[tuple[ModelInfo, FileVersion]]) -> None:
        """Keep what headers say, as long as the files' versions stay the same."""
        rows = []
        for info, version in headers:
            facts = to_text([getattr(info, name) for name in _FACTS])
            template = info.chat_template and storable(info.chat_template)
            rows.append([storable(str(info.path)), *version, facts, template])
        with self._database.writing() as db:
            for row in rows:
                db.execute("INSERT OR REPLACE INTO model_headers VALUES (?, ?, ?, ?, ?)", row)

    # --- checksums --------------------------------------------------------------------------

    def digests(self) -> dict[str, tuple[FileVersion, str]]:
        """The SHA-256 measured of each file, and of which version of it."""
        with self._database.reading() as db:
            rows = db.execute("SELECT path, size, modified_ns, sha256 FROM model_digests")
            return {
                path: (FileVersion(size, modified_ns), sha256)
                for path, size, modified_ns, sha256 in rows
            }

    def put_digest(self, path: Path, version: FileVersion, sha256: str) -> None:
        """Keep what was measured, as long as the file's version stays the same."""
        with self._database.writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO model_digests VALUES (?, ?, ?, ?)",
                [storable(str(path)), *version, sha256],
            )

    def expected(self, path: Path) -> str:
        """What a hub said the file's SHA-256 is, or ""."""
        with self._database.reading() as db:
            row = db.execute(
                "SELECT sha256 FROM expected_digests WHERE path = ?", [storable(str(path))]
            ).fetchone()
        return row[0] if row else ""

    def expect(self, path: Path, sha256: str) -> None:
        """Remember what a hub said."""
        with self._database.writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO expected_digests VALUES (?, ?)",
                [storable(str(path)), sha256],
            )

    def forget(self, path: Path) -> None:
        """Everything about a file that is no more."""
        with self._database.writing() as db:
            for table in ("model_headers", "model_digests", "expected_digests"):
                db.execute(
                    f"DELETE FROM {table} WHERE path = ?",  # noqa: S608 - names from above
                    [storable(str(path))],
                )


def without_bulk(info: ModelInfo) -> ModelInfo:
    """As `Kept.info` gives it."""
    return replace(info, tensors=(), metadata={})
