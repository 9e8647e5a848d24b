"""Where the marks of an axis stand."""

from __future__ import annotations

import math

STEPS = (1, 2, 5, 10)


def ticks(most: float, wanted: int) -> tuple[float, ...]:
    """0 and round numbers above it up to `most`, in equal steps, about `wanted` of them."""
    if most <= 0 or wanted < 1:
        return (0.0,)
    unit: float = 10.0 ** math.floor(math.log10(most / wanted))
    step = next(unit * times for times in STEPS if most / (unit * times) < wanted + 1.5)
    return tuple(step * number for number in range(math.floor(most / step + 1e-9) + 1))


def decades(low: float, high: float, wanted: int) -> tuple[float, ...]:
    """Round numbers from `low` to `high`, both above 0, for an axis of logarithms: powers of ten,
    with more between them where those would be fewer than `wanted`."""
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    found: tuple[float, ...] = ()
    for times in ((1,), (1, 3), (1, 2, 5)):
        found = tuple(
            value
            for exponent in exponents
            for step in times
            if low <= (value := step * 10.0**exponent) <= high
        )
        if len(found) >= wanted:
            break
    return found
