"""Model files a person added, and what the headers of model files said."""

from __future__ import annotations

import builtins
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from desktop.domain.errors import InvalidInput
from desktop.domain.model import ModelInfo
from desktop.storage.database import Database
from desktop.storage.rows import storable, to_text

_INFO_FIELDS = frozenset(f.name for f in fields(ModelInfo)) - {"path", "tensors"}


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A reference to a model file; the file itself stays where it is. `added_at` in seconds."""

    id: int
    path: Path
    name: str
    added_at: float


class KnownModels:
    """Every method is one transaction and may be called from any thread. Raises: StorageFault."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def list(self) -> builtins.list[KnownModel]:
        """In the order they were added."""
        with self._database.reading() as db:
            rows = db.execute("SELECT id, path, name, added_at FROM known_models ORDER BY id")
            return [
                KnownModel(number, Path(path), name, added_at)
                for number, path, name, added_at in rows
            ]

    def add(self, path: Path, name: str) -> None:
        """Remember a file, or give the one known at `path` another name.

        Raises: InvalidInput when the path cannot be stored as text.
        """
        if storable(str(path)) != str(path):
            raise InvalidInput(
                f"The path of “{storable(path.name)}” has characters that are not text.",
                "Rename the file or its folder.",
            )
        with self._database.writing() as db:
            db.execute(
                "INSERT INTO known_models (path, name, added_at) VALUES (?, ?, ?)"
                " ON CONFLICT (path) DO UPDATE SET name = excluded.name",
                [str(path), storable(name), self._clock()],
            )

    def remove(self, path: Path) -> bool:
        """Forget a file. Returns: whether it was known."""
        with self._database.writing() as db:
            cursor = db.execute("DELETE FROM known_models WHERE path = ?", [storable(str(path))])
            return cursor.rowcount > 0

    def touch(self, path: Path) -> None:
        """The file, known or not, was used just now."""
        with self._database.writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO model_uses (path, last_used_at) VALUES (?, ?)",
                [storable(str(path)), self._clock()],
            )

    def uses(self) -> dict[Path, float]:
        """When each file that was ever used was used last, seconds since the epoch."""
        with self._database.reading() as db:
            rows = db.execute("SELECT path, last_used_at FROM model_uses")
            return {Path(path): last_used_at for path, last_used_at in rows}

    def cached_info(self, path: Path) -> ModelInfo | None:
        """What `put_info` kept, if the file has not changed since. `tensors` is empty.

        Raises: OSError when the file cannot be looked at.
        """
        size, modified_ns = _version_of(path)
        with self._database.reading() as db:
            row = db.execute(
                "SELECT info FROM model_headers WHERE path = ? AND size = ? AND modified_ns = ?",
                [storable(str(path)), size, modified_ns],
            ).fetchone()
        return _info_of(path, row[0]) if row else None

    def put_info(self, path: Path, info: ModelInfo) -> None:
        """Keep what the header says as long as size and modification time stay the same.

        Raises: OSError when the file cannot be looked at.
        """
        size, modified_ns = _version_of(path)
        values = asdict(replace(info, tensors=()))
        text = to_text({name: values[name] for name in _INFO_FIELDS})
        with self._database.writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO model_headers VALUES (?, ?, ?, ?)",
                [storable(str(path)), size, modified_ns, text],
            )


def _version_of(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _info_of(path: Path, text: str) -> ModelInfo | None:
    """None when another version of Quern kept other fields."""
    values = json.loads(text)
    if values.keys() != _INFO_FIELDS:
        return None
    return ModelInfo(path=path, **values | {"problems": tuple(values["problems"])})
