"""Names for files that Windows, macOS and Linux all accept."""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 120  # bytes; file systems allow 255, and a person may want to add to it
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)


def safe_stem(title: str, kind: str) -> str:
    """A file name without its suffix, made of a title. `kind` stands in for one that is no name."""
    visible = "".join(
        " " if unicodedata.category(character)[0] in "CZ" else character for character in title
    )
    stem = " ".join(_NOT_IN_NAMES.sub(" ", visible).split())
    stem = stem.encode("utf-8", "ignore")[:_LONGEST].decode("utf-8", "ignore").strip(" .")
    if not stem or _RESERVED.match(stem.partition(".")[0].strip()):
        stem = f"{kind} {stem}".strip()
    return stem
