"""What changed from one version of a prompt to another: line by line, and word by word in lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from desktop.core.prompt_json import own_settings
from desktop.domain.prompt import PromptContent

# With the space before it: spaces by themselves would all be alike, and take most of the time.
_WORD = re.compile(r"\s*(?:\w+|[^\w\s])|\s+")
# Comparing takes time by the square of these.
_MOST_WORDS = 1000  # of a line
_MOST_LINES = 2000
_MOST_CHARACTERS = 200_000  # of both texts, for words to be compared


class Part(StrEnum):
    """A part of a prompt's content."""

    TEXT = "text"
    SYSTEM_PROMPT = "system_prompt"
    FIELDS = "fields"
    EXAMPLES = "examples"
    SAMPLER = "sampler"
    THEN = "then"


class LineKind(StrEnum):
    """In which of the two versions a line stands."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a line; `changed` ones are not in the line that took its place."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line without its newline."""

    kind: LineKind
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class PartDiff:
    """A part that is not the same in both versions, all lines of it."""

    part: Part
    lines: tuple[DiffLine, ...]


def diff(old: PromptContent, new: PromptContent) -> tuple[PartDiff, ...]:
    """The parts that differ, in the order of `Part`. Empty when nothing does."""
    before, after = _texts(old), _texts(new)
    return tuple(
        PartDiff(part, diff_texts(before[part], after[part]))
        for part in Part
        if before[part] != after[part]
    )


def diff_texts(old: str, new: str) -> tuple[DiffLine, ...]:
    """All lines of both texts, those that took each other's place one after the other."""
    before, after = _lines(old), _lines(new)
    if len(before) > _MOST_LINES or len(after) > _MOST_LINES:
        return (*_whole(LineKind.REMOVED, before), *_whole(LineKind.ADDED, after))
    found: list[DiffLine] = []
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            found += _whole(LineKind.SAME, before[a:b])
        elif what == "replace" and b - a == d - c and len(old) + len(new) <= _MOST_CHARACTERS:
            for removed, added in zip(before[a:b], after[c:d], strict=True):
                found += _words(removed, added)
        else:
            found += _whole(LineKind.REMOVED, before[a:b])
            found += _whole(LineKind.ADDED, after[c:d])
    return tuple(found)


def _texts(content: PromptContent) -> dict[Part, str]:
    """Each part as lines that people can compare."""
    fields = content.to_json().get("fields", ())
    settings = own_settings(content.sampler) or {"defaults": ""} if content.sampler else {}
    return {
        Part.TEXT: content.text,
        Part.SYSTEM_PROMPT: content.system_prompt,
        Part.FIELDS: "\n".join(
            "  ".join(f"{name}: {_shown(value)}" for name, value in known.items())
            for known in fields
        ),
        Part.EXAMPLES: "\n\n".join(
            f"{example.user}\n→ {example.assistant}" for example in content.examples
        ),
        Part.SAMPLER: "\n".join(f"{name}: {_shown(value)}" for name, value in settings.items()),
        Part.THEN: f"{content.then.prompt}: {content.then.field}" if content.then else "",
    }


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


def _whole(kind: LineKind, lines: Sequence[str]) -> list[DiffLine]:
    changed = kind is not LineKind.SAME
    return [DiffLine(kind, (Piece(line, changed),)) for line in lines]


def _words(removed: str, added: str) -> Iterator[DiffLine]:
    """A line and the one in its place, with the words marked that differ."""
    before, after = _WORD.findall(removed), _WORD.findall(added)
    if max(len(before), len(after)) > _MOST_WORDS:
        yield from _whole(LineKind.REMOVED, [removed])
        yield from _whole(LineKind.ADDED, [added])
        return
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    old = [Piece("".join(before[a:b]), what != "equal") for what, a, b, _, _ in codes if b > a]
    new = [Piece("".join(after[c:d]), what != "equal") for what, _, _, c, d in codes if d > c]
    yield DiffLine(LineKind.REMOVED, tuple(old))
    yield DiffLine(LineKind.ADDED, tuple(new))
