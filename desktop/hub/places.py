"""Where a file of a repository may be written. Its path comes from strangers.

What would be refused on one system is refused on all, so that a folder of models can move.
"""

from __future__ import annotations

import re
from pathlib import Path

from desktop.domain.errors import HubFault, StorageFault

PART, RECORD, LOCK = ".part", ".part.json", ".part.lock"

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"\\|?*]')
_DEVICE = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\..*)?", re.IGNORECASE
)
_LONGEST_NAME = 255 - len(LOCK)  # bytes


def place_of(folder: Path, path: str) -> Path:
    """Where the file that a repository calls `path` belongs, always below `folder`.

    Raises: HubFault when the path is not one of a file in a folder; StorageFault when a link
    in `folder` would lead out of it.
    """
    names = path.split("/")
    if not all(_is_plain(name) for name in names):
        raise HubFault(
            f"The repository calls a file {path!r:.80}, which is no safe name for one.",
            "Choose another repository; nothing was written.",
        )
    place = folder.joinpath(*names)
    try:
        inside = place.parent.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # links in a circle
        inside = False
    if not inside:
        raise StorageFault(
            f"A link in “{folder.name}” leads elsewhere; “{names[-1]}” was not written through it.",
            "Remove the link, or choose another folder.",
        )
    return place


def _is_plain(name: str) -> bool:
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        return False
    return (
        0 < length <= _LONGEST_NAME
        and not _FORBIDDEN.search(name)
        and not _DEVICE.fullmatch(name)
        and not name.endswith((".", " ", PART, RECORD, LOCK))  # the first two Windows drops
    )
