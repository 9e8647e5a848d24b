from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core.comparison_time import Pace, pace_of, seconds_of, usual_pace
from desktop.domain.comparison import (
    ComparedModel,
    Comparison,
    ComparisonRequest,
    Part,
    SpeedRun,
)
from desktop.domain.job import JobState

BASE = Path("/m/base.gguf")


def comparison(*runs: SpeedRun) -> Comparison:
    row = ComparedModel(0, Part.BASE, "F16", BASE, bytes=2000, bits_per_weight=16.0, runs=runs)
    return Comparison(1, ComparisonRequest(BASE), JobState.DONE, models=(row,))


def test_a_machine_is_as_fast_as_it_was():
    pace = pace_of(comparison(SpeedRun(100, 10, 2.0, 5.0, 0), SpeedRun(100, 10, 4.0, 5.0, 0)), 4)
    assert pace is not None
    assert pace.measured
    assert pace.reading == pytest.approx(1000 * (50 + 25) / 2)  # 1000 weights
    assert pace.writing == pytest.approx(2000 * 2)
    assert pace.rounding == usual_pace(4).rounding  # which is not timed


def test_nothing_timed_tells_nothing():
    assert pace_of(comparison(), 4) is None


def test_more_cores_are_taken_to_read_faster():
    assert usual_pace(8).reading == 4 * usual_pace(2).reading
    assert not usual_pace(8).measured


def test_the_time_is_that_of_chunks_runs_and_levels_to_be_made():
    pace = Pace(reading=1000.0, writing=1e12, rounding=50.0)
    # Base, noise floor and one level, 8 chunks of 512 tokens, a second a token; 3 rounds of 256
    # tokens for the base and the level, and a child each.
    chunks, rounds = 3 * 8 * 512, 3 * 2 * (256 + 0.7)
    assert seconds_of(pace, 1000, 10, [5], 0, 8) == pytest.approx(chunks + rounds)
    assert seconds_of(pace, 1000, 10, [5], 1, 8) == pytest.approx(chunks + rounds + 20)


def test_more_levels_chunks_and_bytes_take_longer():
    pace = usual_pace(4)
    few = seconds_of(pace, 10**9, 10**9, [10**8], 1, 8)
    assert seconds_of(pace, 10**9, 10**9, [10**8] * 2, 1, 8) > few
    assert seconds_of(pace, 10**9, 10**9, [10**8], 1, 32) > 3 * few
    assert seconds_of(pace, 10**9, 10**9, [10**9], 1, 8) > few
