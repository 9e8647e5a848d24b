"""Replace the copies of a library by links to one of them.

    link_copies.py FOLDER

A wheel cannot hold links, so `libllama.so`, `libllama.so.0` and `libllama.so.0.5.0` come as three
files, and on macOS `libllama.dylib`, `libllama.0.dylib` and so on. Linked, they take a third of the
room, and a process never loads one library twice.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

_SUFFIXES = {"so", "dylib"}


def link_copies(folder: Path) -> int:
    """Link files of the same library with the same bytes to the one with the longest name.

    Returns the bytes saved.
    """
    same: dict[tuple[str, bytes], list[Path]] = defaultdict(list)
    for file in sorted(folder.iterdir()):
        library, *rest = file.name.split(".")
        if file.is_file() and not file.is_symlink() and _SUFFIXES.intersection(rest):
            same[library, file.read_bytes()].append(file)
    saved = 0
    for copies in same.values():
        *others, kept = sorted(copies, key=lambda file: len(file.name))
        for other in others:
            saved += other.stat().st_size
            other.unlink()
            other.symlink_to(kept.name)
    return saved


if __name__ == "__main__":
    link_copies(Path(sys.argv[1]))
