"""Whether what a button does can begin, and the sentence that says so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Readiness(Enum):
    """Whether it can begin."""

    READY = auto()
    LACKING = auto()  # a person still has to choose something
    IMPOSSIBLE = auto()  # not like this


@dataclass(frozen=True, slots=True)
class Summary:
    """Whether it can begin, and the sentence that says what will happen or why not."""

    readiness: Readiness
    sentence: str


def lacking(sentence: str) -> Summary:
    """A person still has to choose something, or to wait."""
    return Summary(Readiness.LACKING, sentence)


def impossible(sentence: str) -> Summary:
    """It cannot be done like this."""
    return Summary(Readiness.IMPOSSIBLE, sentence)
