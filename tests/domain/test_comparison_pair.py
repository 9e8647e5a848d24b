"""Two comparisons beside each other."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.comparison import measurements_of
from desktop.domain.comparison_pair import (
    Difference,
    difference,
    pairs_of,
    quality_differs,
    speed_differs,
)
from desktop.domain.statistics import Interval
from tests.helpers.comparison_data import comparison


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [
        (Interval(3, 2.5, 3.5), Interval(1, 0.5, 1.5), Difference.HIGHER),
        (Interval(1, 0.5, 1.5), Interval(3, 2.5, 3.5), Difference.LOWER),
        (Interval(1, 0.5, 2.5), Interval(2, 1.5, 2.5), Difference.UNCLEAR),
        (Interval(1, -math.inf, math.inf), Interval(2, 1.5, 2.5), Difference.UNKNOWN),
        (Interval(math.nan, math.nan, math.nan), Interval(2, 1.5, 2.5), Difference.UNKNOWN),
        (None, Interval(2, 1.5, 2.5), Difference.UNKNOWN),
    ],
)
def test_only_what_intervals_allow_is_said(here, there, expected) -> None:
    assert difference(here, there) is expected


def test_levels_are_paired_by_name_and_the_bases_with_each_other() -> None:
    here = measurements_of(comparison(("Q8_0", "Q4_K_M")))
    there = measurements_of(comparison(("Q4_K_M", "Q2_K")))
    pairs = pairs_of(here, there)
    assert [pair.name for pair in pairs] == ["", "Q8_0", "Q4_K_M", "Q2_K"]
    assert pairs[0].here is not None and pairs[0].there is not None
    assert pairs[1].there is None and pairs[3].here is None
    assert pairs[1].divergence is Difference.UNKNOWN
    assert pairs[2].divergence is Difference.UNCLEAR  # the same numbers


def test_what_is_not_the_same_measure_is_named() -> None:
    one = comparison()
    assert quality_differs(one, one) == speed_differs(one, one) == ()
    other_text = replace(one, facts={**one.facts, "SHA-256 of the text": "00"})
    assert quality_differs(one, other_text) == ("SHA-256 of the text",)
    assert speed_differs(one, other_text) == ()
    slower = replace(one, facts={**one.facts, "Threads": "1"})
    assert speed_differs(one, slower) == ("Threads",)
    request = replace(one.request, context=256, base=Path("/m/other.gguf"))
    assert quality_differs(one, replace(one, request=request)) == ("Tokens of a chunk", "Base")
