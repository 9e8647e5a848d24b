"""Intervals and quantiles of measurements."""

from __future__ import annotations

import math
import random
from itertools import chain

import pytest

from desktop.domain.statistics import (
    error_of_look,
    mean,
    mean_interval,
    quantile,
    quantile_interval,
    share_interval,
    sign_test,
    student_t,
)


# From the tables that every textbook prints.
@pytest.mark.parametrize(
    ("freedom", "t"), [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (10, 2.228), (31, 2.040)]
)
def test_students_t_is_that_of_the_tables(freedom: int, t: float) -> None:
    assert student_t(0.05, freedom) == pytest.approx(t, abs=5e-4)


def test_the_interval_of_a_mean() -> None:
    interval = mean_interval([1.0, 2.0, 3.0])
    assert interval.value == 2.0
    assert interval.half_width == pytest.approx(4.303 / math.sqrt(3), abs=1e-3)
    assert interval.low == pytest.approx(4 - interval.high)


def test_one_measurement_says_nothing_about_the_spread() -> None:
    interval = mean_interval([5.0])
    assert (interval.value, interval.low, interval.high) == (5.0, -math.inf, math.inf)


def test_of_nothing_nothing_is_known() -> None:
    assert math.isnan(mean([]))
    assert math.isnan(mean_interval([]).high)
    assert math.isnan(quantile([], 0.5))


def test_what_is_no_number_makes_no_number() -> None:
    interval = mean_interval([1.0, math.nan, 3.0])
    assert math.isnan(interval.value)
    assert math.isnan(interval.low)


def test_looking_more_often_asks_for_wider_intervals() -> None:
    errors = [error_of_look(looks) for looks in range(1, 6)]
    assert errors == sorted(errors, reverse=True)
    values = [1.0, 2.0, 4.0, 3.0]
    assert mean_interval(values, errors[3]).half_width > mean_interval(values).half_width


@pytest.mark.parametrize(
    ("share", "value"), [(0.0, 1.0), (0.5, 2.5), (1.0, 4.0), (1 / 3, 2.0), (2.0, 4.0), (-1.0, 1.0)]
)
def test_a_quantile_is_interpolated_and_stays_in_range(share: float, value: float) -> None:
    assert quantile([1.0, 2.0, 3.0, 4.0], share) == pytest.approx(value)


def test_the_interval_of_a_quantile_holds_the_true_one_about_as_often_as_it_says() -> None:
    chance = random.Random(1)
    held = 0
    for _ in range(200):
        # Values of one group lie together, as tokens of one chunk do.
        groups = []
        for _ in range(12):
            shift = chance.gauss(0, 1)
            groups.append([shift + chance.gauss(0, 1) for _ in range(40)])
        interval = quantile_interval(groups, sorted(chain(*groups)), 0.9)
        true = 1.2816 * math.sqrt(2)
        held += interval.low <= true <= interval.high
    assert 175 <= held <= 199


def test_equal_groups_leave_no_doubt_about_a_quantile() -> None:
    groups = [[1.0, 2.0, 3.0]] * 4
    interval = quantile_interval(groups, sorted(chain(*groups)), 0.5)
    assert (interval.low, interval.value, interval.high) == (2.0, 2.0, 2.0)


# Wilson's interval as worked out by hand: (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n).
@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (90, 100, 0.8256, 0.9448),
    ],
)
def test_wilsons_interval(hits: int, count: int, low: float, high: float) -> None:
    interval = share_interval(hits, count)
    assert interval.value == hits / count
    assert (interval.low, interval.high) == (
        pytest.approx(low, abs=1e-4),
        pytest.approx(high, abs=1e-4),
    )


def test_the_share_of_nothing_is_no_number() -> None:
    assert math.isnan(share_interval(0, 0).value)


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [(0, 0, 1.0), (1, 0, 1.0), (3, 3, 1.0), (5, 0, 2 / 32), (0, 6, 2 / 64), (8, 2, 2 * 56 / 1024)],
)
def test_the_exact_sign_test(first: int, second: int, p: float) -> None:
    assert sign_test(first, second) == sign_test(second, first) == pytest.approx(p)


def test_the_sign_test_takes_thousands() -> None:
    assert 0.9 < sign_test(5000, 5000) <= 1.0
    assert 0.0 <= sign_test(10_000, 0) < 1e-300
