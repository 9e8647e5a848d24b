"""Two comparisons beside each other: what one says of a level, and what the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from desktop.domain.comparison import Comparison, Measurement, Part
from desktop.domain.statistics import Interval

# Facts without which quality, or speed, is not the same measure twice.
_OF_QUALITY = ("SHA-256 of the text",)
_OF_SPEED = ("Processor", "Threads", "llama.cpp")


class Difference(StrEnum):
    """How a value here is to that there, by their intervals."""

    HIGHER = "higher"
    LOWER = "lower"
    UNCLEAR = "unclear"  # the intervals overlap
    UNKNOWN = "unknown"  # one of them was not measured, or only once


@dataclass(frozen=True, slots=True)
class LevelPair:
    """A level in both comparisons; None in the one that does not have it."""

    name: str
    here: Measurement | None
    there: Measurement | None

    @property
    def divergence(self) -> Difference:
        """Lower is nearer to the base."""
        return difference(divergence_in(self.here), divergence_in(self.there))

    @property
    def speed(self) -> Difference:
        """Of writing."""
        return difference(speed_in(self.here), speed_in(self.there))


def pairs_of(here: Sequence[Measurement], there: Sequence[Measurement]) -> tuple[LevelPair, ...]:
    """By name, in the order of `here`; the bases, whatever their names, first."""
    first, second = _by_name(here), _by_name(there)
    return tuple(
        LevelPair(name, first.get(name), second.get(name))
        for name in dict.fromkeys((*first, *second))
    )


def difference(here: Interval | None, there: Interval | None) -> Difference:
    """What two independent measurements allow to say."""
    if here is None or there is None:
        return Difference.UNKNOWN
    if not all(map(math.isfinite, (here.low, here.high, there.low, there.high))):
        return Difference.UNKNOWN
    if here.low > there.high:
        return Difference.HIGHER
    return Difference.LOWER if here.high < there.low else Difference.UNCLEAR


def divergence_in(one: Measurement | None) -> Interval | None:
    """The mean divergence of a level."""
    found = one.quality.divergence if one is not None and one.quality else None
    return found.mean if found else None


def speed_in(one: Measurement | None) -> Interval | None:
    """How fast a model writes, in tokens a second."""
    return one.speed if one is not None else None


def quality_differs(here: Comparison, there: Comparison) -> tuple[str, ...]:
    """Why the divergences of two comparisons are not the same measure: what was not the same, by
    name. Empty when they are."""
    names = [name for name in _OF_QUALITY if here.facts.get(name) != there.facts.get(name)]
    if here.request.context != there.request.context:
        names.append("Tokens of a chunk")
    if here.request.base != there.request.base:
        names.append("Base")
    return tuple(names)


def speed_differs(here: Comparison, there: Comparison) -> tuple[str, ...]:
    """The same for the speeds."""
    return tuple(name for name in _OF_SPEED if here.facts.get(name) != there.facts.get(name))


def _by_name(rows: Sequence[Measurement]) -> dict[str, Measurement]:
    measured = (one for one in rows if one.part is not Part.NOISE)
    return {one.name if one.part is Part.LEVEL else "": one for one in measured}
