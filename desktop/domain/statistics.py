"""The little statistics that measurements of models need."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

LEVEL = 0.95
_NORMAL = 1.959963984540054  # what a normal deviate exceeds in size with probability 1 - LEVEL

# Two-sided error of each of K looks at growing data that makes 5 % over all of them (Pocock 1977).
_ERROR_OF_LOOK = {1: 0.05, 2: 0.0294, 3: 0.0221, 4: 0.0182, 5: 0.0158}


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and the interval that holds the true one with LEVEL confidence.

    Infinite bounds mean that one measurement says nothing about the spread.
    """

    value: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        return (self.high - self.low) / 2


def error_of_look(looks: int) -> float:
    """The two-sided error each of up to 5 looks at growing data may have, so that stopping at any
    of them keeps LEVEL."""
    return _ERROR_OF_LOOK[looks]


def mean(values: Sequence[float]) -> float:
    """NaN of none."""
    return math.fsum(values) / len(values) if values else math.nan


def mean_interval(values: Sequence[float], error: float = 1 - LEVEL) -> Interval:
    """The mean of independent measurements, by Student's t."""
    centre = mean(values)
    reach = _reach(values, centre, error)
    return Interval(centre, centre - reach, centre + reach)


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which `share` of `ordered` (ascending) lies, interpolated; NaN of none."""
    if not ordered:
        return math.nan
    place = min(max(share, 0.0), 1.0) * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    part = place - below
    return ordered[below] if not part else (1 - part) * ordered[below] + part * ordered[above]


def quantile_interval(
    groups: Sequence[Sequence[float]],
    ordered: Sequence[float],
    share: float,
    error: float = 1 - LEVEL,
) -> Interval:
    """A quantile of values that come in independent groups of one size, after Woodruff (1952): how
    much the share below it varies from group to group says how far the quantile may be off.

    Args:
        ordered: the values of all groups, ascending.
    """
    value = quantile(ordered, share)
    shares = [sum(one <= value for one in group) / len(group) for group in groups]
    reach = _reach(shares, mean(shares), error)
    return Interval(value, quantile(ordered, share - reach), quantile(ordered, share + reach))


def share_interval(hits: int, count: int) -> Interval:
    """The share of `hits` in `count` independent trials, by Wilson's score; NaN of none."""
    if not count:
        return Interval(math.nan, math.nan, math.nan)
    share = hits / count
    spread = _NORMAL**2 / count
    centre = (share + spread / 2) / (1 + spread)
    reach = _NORMAL / (1 + spread) * math.sqrt(share * (1 - share) / count + spread / count / 4)
    return Interval(share, max(0.0, centre - reach), min(1.0, centre + reach))


def sign_test(first: int, second: int) -> float:
    """How likely two equally likely events are to occur at least as unevenly as `first` and
    `second` times: the exact two-sided p-value, as of McNemar's test; 1 of none."""
    count = first + second
    ways = tail = 1  # to have so many of the rarer one: exact, as floats would run out
    for hits in range(min(first, second)):
        ways = ways * (count - hits) // (hits + 1)
        tail += ways
    return float(min(Fraction(1), Fraction(2 * tail, 2**count)))


@lru_cache(maxsize=256)
def student_t(error: float, freedom: int) -> float:
    """What Student's t exceeds in size with probability `error`."""
    low, high = 0.0, 1e6
    while high - low > 1e-9 * max(1.0, low):
        middle = (low + high) / 2
        low, high = (middle, high) if _beyond(middle, freedom) > error else (low, middle)
    return (low + high) / 2


def _reach(values: Sequence[float], centre: float, error: float) -> float:
    """Half the width of the interval around the mean."""
    count = len(values)
    if count < 2:
        return math.inf if count and math.isfinite(centre) else math.nan
    variance = math.fsum((value - centre) ** 2 for value in values) / (count - 1)
    return student_t(error, count - 1) * math.sqrt(variance / count)


def _beyond(t: float, freedom: int) -> float:
    """Probability that Student's t exceeds `t` in size; closed for whole degrees of freedom."""
    angle = math.atan(t / math.sqrt(freedom))
    square = math.cos(angle) ** 2
    odd = freedom % 2
    term = math.cos(angle) if odd else 1.0
    total = term if freedom > 1 else 0.0
    for n in range(2 + odd, freedom - 1, 2):
        term *= square * (n - 1) / n
        total += term
    inside = math.sin(angle) * total
    return 1 - (2 / math.pi * (angle + inside) if odd else inside)
