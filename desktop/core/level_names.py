"""What the levels that are measured beside each other are called."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from desktop.core.model_catalog import free_name


def level_name(level: str, path: Path, taken: Iterable[str]) -> str:
    """`level`; where that is `taken` with the name of the file, and where that is, too, as of
    files of one name in several folders, with a number."""
    names = {name.casefold() for name in taken}
    if level.casefold() not in names:
        return level
    return free_name(f"{level} ({path.stem})", names.__contains__)
