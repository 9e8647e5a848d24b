"""The folder that the files of a job go to."""

from __future__ import annotations

import shutil
from pathlib import Path

from desktop.domain.errors import EnvironmentFault


def make_folder(folder: Path) -> None:
    """Make it if it is not there. Raises: EnvironmentFault."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentFault(
            f"The folder {folder} cannot be made: {error.strerror or error}.",
            "Choose another folder.",
        ) from error


def free_bytes(folder: Path) -> int:
    """Bytes free on the disk it is on, or would be. Raises: EnvironmentFault."""
    there = next((place for place in (folder, *folder.parents) if place.is_dir()), folder)
    try:
        return shutil.disk_usage(there).free
    except OSError as error:
        raise EnvironmentFault(
            f"The folder {folder} cannot be used: {error.strerror or error}.",
            "Choose another folder.",
        ) from error
