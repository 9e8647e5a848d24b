"""Whether a disk has room for what is to come."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from desktop.domain.download import Download
from desktop.domain.errors import DiskFull, StorageFault
from desktop.hub.partial_file import RESERVE


def require_space(download: Download, others: Iterable[Download] = ()) -> None:
    """Raises: DiskFull when the disk cannot take all that is missing of `download` and of those
    `others` that go to the same disk; StorageFault when it cannot be looked at."""
    request = download.request
    try:
        folder = _existing(request.folder)
        device = folder.stat().st_dev
        free = shutil.disk_usage(folder).free - RESERVE
        promised = sum(
            _missing(other)
            for other in others
            if _existing(other.request.folder).stat().st_dev == device
        )
    except OSError as error:
        raise StorageFault(
            f"The folder “{request.folder}” cannot be used ({error.strerror or error}).",
            "Choose another folder, or check its permissions.",
        ) from error
    if _missing(download) > free - promised:
        beside = " beside the other downloads" if promised else ""
        raise DiskFull(
            f"“{request.name}” needs {_in_words(_missing(download))} more; the disk has"
            f" {_in_words(free - promised)} left for it{beside}.",
            "Free some space, or choose a smaller file.",
        )


def _missing(download: Download) -> int:
    return download.request.size - download.received


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next((place for place in (folder, *folder.parents) if place.is_dir()), folder)


def _in_words(size: int) -> str:
    size = max(size, 0)
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
