"""The user guide, as it lies in `resources/docs`: a Markdown file for each chapter, in the order of
their names. The same files make a web site."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Chapter:
    """`title` is the chapter's first heading."""

    path: Path
    title: str
    text: str


def read_guide(folder: Path) -> tuple[Chapter, ...]:
    """All chapters; none when the folder is missing from this installation."""
    return tuple(_read(path) for path in sorted(folder.glob("*.md")))


def found_in(chapters: tuple[Chapter, ...], words: str) -> tuple[Chapter, ...]:
    """Those in which each of the words stands, in any case; all of them for no words."""
    wanted = words.casefold().split()
    return tuple(
        chapter
        for chapter in chapters
        if all(word in f"{chapter.title}\n{chapter.text}".casefold() for word in wanted)
    )


def _read(path: Path) -> Chapter:
    text = path.read_text("utf-8")
    heading = next((line for line in text.splitlines() if line.startswith("# ")), path.stem)
    return Chapter(path, heading.removeprefix("# "), text)
