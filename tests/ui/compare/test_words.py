from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pytest

from desktop.domain.job import JobState
from desktop.domain.statistics import Interval
from desktop.ui.compare.words import (
    axis_nats,
    divergence_of,
    history_line,
    levels_of,
    nats,
    percent,
    rate,
    sentence,
    spread_sentence,
    title_of,
    with_reach,
)
from desktop.ui.formats import time_ago
from tests.helpers.comparison_data import comparison, report, troubled

ROWS = report().measurements
TODAY = date(2026, 6, 2)


@pytest.fixture(autouse=True)
def _qt(qapp):
    """Numbers are written as the application's locale says."""


def around(value: float, reach: float) -> Interval:
    return Interval(value, value - reach, value + reach)


@pytest.mark.parametrize(
    ("interval", "written"),
    [
        (around(0.0312, 0.0021), "0.0312 ± 0.0021"),
        (around(0.0312, 0.021), "0.031 ± 0.021"),
        (around(0.445, 0.5), "0.45 ± 0.50"),
        (around(0.00000123, 1e-9), "0.000001 ± 0.000000"),
        (around(-3e-8, 1e-6), "0.000000 ± 0.000001"),
        (around(0.0, 0.0), "0.000 ± 0.000"),
        (Interval(0.0141, -math.inf, math.inf), "0.0141"),
        (Interval(-3e-8, -math.inf, math.inf), "0.000000"),
        (Interval(math.nan, math.nan, math.nan), "no number"),
        (Interval(math.inf, 1.0, math.inf), "infinite"),
        (None, ""),
    ],
)
def test_a_divergence_has_the_digits_that_count(interval, written):
    assert nats(interval) == written


def test_shares_and_rates(qapp):
    assert percent(Interval(0.921, 0.915, 0.927)) == "92.1 ± 0.6 %"
    assert percent(Interval(math.nan, 0, 1)) == "no number"
    assert percent(None) == ""
    assert rate(around(9.13, 0.4)) == "9.1 ± 0.4"
    assert "." not in rate(around(4128.8, 225.8))
    assert with_reach(around(2, 0.5), 1, 10) == "20.0 ± 5.0"


@pytest.mark.parametrize(
    ("value", "written"), [(1e-5, "0.00001"), (0.003, "0.003"), (0.1, "0.1"), (1, "1"), (30, "30")]
)
def test_an_axis_shows_a_round_number_in_full(value, written):
    assert axis_nats(value) == written


def test_a_level_is_told_in_a_sentence():
    text = sentence(ROWS[4])
    assert text.startswith("Q4_K_M: 4.9 GB, KL divergence 0.0")
    for part in ("% same first choices", "writes 9.1", "5.2 GB of memory."):
        assert part in text


def test_a_level_that_is_not_measured_yet_is_told_by_what_is_known():
    assert sentence(report(comparison(chunks=0, runs=0)).measurements[4]) == "Q4_K_M: 4.9 GB."


def test_the_spread_is_told():
    found = divergence_of(ROWS[4])
    assert found is not None
    assert "half of the tokens below" in spread_sentence(ROWS[4], found)
    assert divergence_of(ROWS[0]) is None
    assert divergence_of(report(troubled()).measurements[3]) is None


def test_a_comparison_has_a_title_and_a_line():
    whole = comparison(("Q8_0", "Q4_K_M"))
    assert title_of(whole) == "Llama-3.1-8B-Instruct-F16"
    assert levels_of(whole) == "Q8_0, Q4_K_M"
    when = time_ago(whole.created_at, TODAY)
    assert history_line(whole, TODAY) == f"{when} · Done · 8 chunks · Q8_0, Q4_K_M"


@pytest.mark.parametrize("state", JobState)
def test_every_state_has_its_words(state):
    whole = replace(comparison(chunks=0, runs=0), state=state)
    assert history_line(whole, TODAY).count(" · ") == 3
