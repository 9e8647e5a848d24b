"""What a person decided about models: files and folders added, hidden, defaults; and last uses."""

from __future__ import annotations

import builtins
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from desktop.domain.errors import InvalidInput
from desktop.domain.library import ModelDefaults
from desktop.domain.model import LoadConfig
from desktop.domain.sampling import SamplerSettings
from desktop.storage.database import Database
from desktop.storage.rows import storable, to_text


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

    # --- files ------------------------------------------------------------------------------

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
        text = _as_text(path)
        with self._database.writing() as db:
            db.execute(
                "INSERT INTO known_models (path, name, added_at) VALUES (?, ?, ?)"
                " ON CONFLICT (path) DO UPDATE SET name = excluded.name",
                [text, storable(name), self._clock()],
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

    # --- what was found and is not wanted -----------------------------------------------------

    def hide(self, path: Path) -> None:
        """Leave a file out of the list wherever it is found.

        Raises: InvalidInput when the path cannot be stored as text.
        """
        with self._database.writing() as db:
            db.execute("INSERT OR IGNORE INTO hidden_models (path) VALUES (?)", [_as_text(path)])

    def show(self, path: Path) -> None:
        """Undo `hide`."""
        with self._database.writing() as db:
            db.execute("DELETE FROM hidden_models WHERE path = ?", [storable(str(path))])

    def hidden(self) -> set[Path]:
        with self._database.reading() as db:
            return {Path(path) for (path,) in db.execute("SELECT path FROM hidden_models")}

    # --- folders ----------------------------------------------------------------------------

    def folders(self) -> builtins.list[Path]:
        """Folders a person added, in that order."""
        with self._database.reading() as db:
            rows = db.execute("SELECT path FROM model_folders ORDER BY added_at, rowid")
            return [Path(path) for (path,) in rows]

    def add_folder(self, path: Path) -> None:
        """Raises: InvalidInput when the path cannot be stored as text."""
        with self._database.writing() as db:
            db.execute(
                "INSERT OR IGNORE INTO model_folders (path, added_at) VALUES (?, ?)",
                [_as_text(path), self._clock()],
            )

    def remove_folder(self, path: Path) -> bool:
        """Returns: whether it was known."""
        with self._database.writing() as db:
            cursor = db.execute("DELETE FROM model_folders WHERE path = ?", [storable(str(path))])
            return cursor.rowcount > 0

    # --- defaults ---------------------------------------------------------------------------

    def defaults(self, path: Path) -> ModelDefaults:
        """How the model is used; nothing of its own when nothing was said."""
        with self._database.reading() as db:
            row = db.execute(
                "SELECT defaults FROM model_defaults WHERE path = ?", [storable(str(path))]
            ).fetchone()
        return _defaults_of(row[0]) if row else ModelDefaults()

    def set_defaults(self, path: Path, defaults: ModelDefaults) -> None:
        """Raises: InvalidInput when the path cannot be stored as text."""
        text = _as_text(path)
        with self._database.writing() as db:
            if defaults == ModelDefaults():
                db.execute("DELETE FROM model_defaults WHERE path = ?", [text])
            else:
                db.execute(
                    "INSERT OR REPLACE INTO model_defaults (path, defaults) VALUES (?, ?)",
                    [text, _defaults_to_text(defaults)],
                )


def _as_text(path: Path) -> str:
    if storable(str(path)) != str(path):
        raise InvalidInput(
            f"The path of “{storable(path.name)}” has characters that are not text.",
            "Rename the file or its folder.",
        )
    return str(path)


def _defaults_to_text(defaults: ModelDefaults) -> str:
    return to_text(
        {
            "config": asdict(defaults.config) if defaults.config else None,
            "sampler": defaults.sampler.to_json() if defaults.sampler else None,
            "system_prompt": defaults.system_prompt,
        }
    )


def _defaults_of(text: str) -> ModelDefaults:
    """What of them this version of Quern understands."""
    values = json.loads(text)
    try:
        config = LoadConfig(**values["config"]) if values["config"] else None
    except TypeError:  # another version has other fields
        config = None
    try:
        sampler = SamplerSettings.from_json(values["sampler"]) if values["sampler"] else None
    except InvalidInput:
        sampler = None
    return ModelDefaults(config, sampler, values["system_prompt"])
