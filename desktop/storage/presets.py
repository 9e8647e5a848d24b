"""Named sampler settings: the built-in ones and a person's own."""

from __future__ import annotations

import builtins

from desktop.domain.errors import InvalidInput
from desktop.domain.sampling import BUILT_IN_PRESETS, SamplerPreset, SamplerSettings
from desktop.storage.database import Database
from desktop.storage.rows import sampler_of, storable, to_text

MAX_NAME = 60


class SamplerPresets:
    """Every method is one transaction and may be called from any thread. Raises: StorageFault."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self) -> builtins.list[SamplerPreset]:
        """The built-in presets, then one's own by name."""
        with self._database.reading() as db:
            rows = db.execute("SELECT name, settings FROM sampler_presets ORDER BY folded_name")
            own = [SamplerPreset(name, "", sampler_of(settings)) for name, settings in rows]
        return [*BUILT_IN_PRESETS, *own]

    def save(self, name: str, settings: SamplerSettings) -> SamplerPreset:
        """Keep a preset, replacing one's own of the same name (in whatever case).

        Raises: InvalidInput when the name is empty, too long, or a built-in preset's.
        """
        name = storable(" ".join(name.split()))
        if not name:
            raise InvalidInput("A preset needs a name.")
        if len(name) > MAX_NAME:
            raise InvalidInput(f"A preset's name can have at most {MAX_NAME} characters.")
        _refuse_built_in(name)
        with self._database.writing() as db:
            db.execute(
                "INSERT INTO sampler_presets (name, folded_name, settings) VALUES (?, ?, ?)"
                " ON CONFLICT (folded_name) DO UPDATE"
                " SET name = excluded.name, settings = excluded.settings",
                [name, name.casefold(), to_text(settings.to_json())],
            )
        return SamplerPreset(name, "", settings)

    def delete(self, name: str) -> None:
        """Raises: InvalidInput when there is none of that name, or it is built in."""
        _refuse_built_in(name)
        with self._database.writing() as db:
            folded = storable(" ".join(name.split())).casefold()
            cursor = db.execute("DELETE FROM sampler_presets WHERE folded_name = ?", [folded])
            if cursor.rowcount == 0:
                raise InvalidInput(f"There is no preset called “{name}”.")


def _refuse_built_in(name: str) -> None:
    for preset in BUILT_IN_PRESETS:
        if preset.name.casefold() == name.strip().casefold():
            raise InvalidInput(
                f"“{preset.name}” is built in and stays as it is.", "Choose another name."
            )
