"""Shared vocabulary of the text generator: scenes, the held-out split, small text helpers."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).with_name("data")
HELD_OUT_PERCENT = 8


@dataclass(frozen=True)
class Scene:
    """One or more (question, answer) turns that belong together.

    `held_out` decides the split and is fixed by hashing before anything is trained. `graded`
    scenes have exactly one right wording for their last answer. A scene with a `system` message
    only makes sense under it; an `opener` only makes sense when nothing was said before.
    """

    category: str
    turns: tuple[tuple[str, str], ...]
    held_out: bool = False
    graded: bool = True
    opener: bool = False
    system: str | None = None


def is_held_out(*key: object, percent: int = HELD_OUT_PERCENT) -> bool:
    """Put `percent` of all keys on the held-out side, the same ones on every machine."""
    digest = hashlib.blake2s("|".join(map(str, key)).encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") % 100 < percent


@cache
def table(name: str) -> tuple[tuple[str, ...], ...]:
    """Rows of `data/NAME.tsv`; a cell of "-" means that the fact is left out on purpose."""
    return _lines(name)[1:]


@cache
def _lines(name: str) -> tuple[tuple[str, ...], ...]:
    lines = (DATA / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.removeprefix("# ").split("\t")) for line in lines)


def pairs(name: str, heading: str) -> tuple[tuple[str, str], ...]:
    """(first column, column with the heading) of a table, without the gaps."""
    index = _lines(name)[0].index(heading)
    return tuple((row[0], row[index]) for row in table(name) if row[index] != "-")


def listed(text: str, separator: str | None = None) -> list[str]:
    """A list of words, written as one text because that is how it is read and edited."""
    return [item.strip() for item in text.split(separator)]


def capitalised(text: str) -> str:
    """Upper-case the first letter and leave the rest alone ("the USA" -> "The USA")."""
    return text[:1].upper() + text[1:]


def article(noun: str) -> str:
    """ "an" before a vowel, "a" otherwise; good enough for the words used here."""
    return "an" if noun[0] in "aeiou" else "a"


def joined(items: list[str]) -> str:
    """ "a, b and c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


_SYLLABLES = listed(
    "ba be bo da do di fa fe ga go ha ka ke ko la le li lo ma me mi mo na ne no pa pe ra re ri ro "
    "sa se so ta te ti to va ve vi wa za zo lan ran mor tal vin dor sel mar ton bel rik nor"
)


def invented_word(rng: random.Random) -> str:
    """A pronounceable word without meaning, so that copying is learned and not a list of words."""
    return "".join(rng.choice(_SYLLABLES) for _ in range(rng.choice((2, 2, 3))))


def roughened(rng: random.Random, question: str) -> str:
    """Write a question as carelessly as people do: sometimes without its mark or its capitals."""
    if rng.random() < 0.10 and question[-1] in ".?!":
        question = question[:-1]
    if rng.random() < 0.05:
        question = question.lower()
    return question
