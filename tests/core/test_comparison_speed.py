"""Whose turn it is to be timed. The rest is tested with the whole comparison."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core import comparison_speed
from desktop.core.comparison_record import ComparisonRecord
from desktop.core.comparison_speed import measure_speeds, rounds_of
from desktop.core.job_control import JobControl
from desktop.domain.comparison import ComparedModel, ComparisonRequest, Part, SpeedRun
from desktop.domain.errors import Cancelled, EngineDied
from desktop.engine.evaluation_messages import SpeedMeasured
from desktop.storage.comparisons import StoredComparisons
from desktop.storage.database import Database

RUN = SpeedRun(comparison_speed.PROMPT_TOKENS, comparison_speed.TOKENS, 0.5, 2.0, 9)


class Runner:
    """Notes who is timed; `failing` by file name."""

    def __init__(self) -> None:
        self.turns: list[str] = []
        self.failing: dict[str, Exception] = {}

    def run(self, make, _wanted, _control):
        request = make(1)
        self.turns.append(request.model.name)
        if request.model.name in self.failing:
            raise self.failing[request.model.name]
        return SpeedMeasured(id=1, threads=1, prompt_seconds=0.5, seconds=2.0, peak_memory=9)


@pytest.fixture
def record(database: Database) -> ComparisonRecord:
    store = StoredComparisons(database)
    models = [
        ComparedModel(0, Part.BASE, "F16", Path("base")),
        ComparedModel(1, Part.LEVEL, "Q8_0", Path("q8")),
        ComparedModel(2, Part.LEVEL, "Q2_K", Path("q2")),
        ComparedModel(3, Part.NOISE, "F16 again", Path("base")),
    ]
    comparison = store.add(ComparisonRequest(Path("base"), chunks=8), models)
    return ComparisonRecord(store, comparison, lambda _comparison: None)


@pytest.fixture
def runner() -> Runner:
    return Runner()


def measure(runner: Runner, record: ComparisonRecord) -> list[float]:
    """Returns how far it was each time."""
    fractions: list[float] = []
    measure_speeds(
        runner,  # type: ignore[arg-type]
        record,
        JobControl(),
        lambda progress: fractions.append(progress.fraction),
    )
    return fractions


def test_they_take_turns_and_each_begins_once(runner: Runner, record: ComparisonRecord) -> None:
    measure(runner, record)
    assert runner.turns == ["base", "q8", "q2", "q8", "q2", "base", "q2", "base", "q8"]
    assert [model.runs for model in record.comparison.models] == [(RUN,) * 3] * 3 + [()]


def test_what_was_timed_before_is_not_timed_again(runner: Runner, record: ComparisonRecord) -> None:
    for position in (0, 0, 1):
        record.add_run(position, RUN)
    fractions = measure(runner, record)
    assert runner.turns == ["q2", "q8", "q2", "q2", "base", "q8"]
    assert fractions == [done / 9 for done in range(3, 9)]


def test_one_that_fails_is_left_out(runner: Runner, record: ComparisonRecord) -> None:
    runner.failing["q8"] = EngineDied("It died.")
    measure(runner, record)
    assert runner.turns.count("q8") == 1
    assert record.model(1).problem == "It died."
    assert len(record.model(2).runs) == 3


def test_cancelling_ends_it(runner: Runner, record: ComparisonRecord) -> None:
    runner.failing["q8"] = Cancelled("It was cancelled.")
    with pytest.raises(Cancelled):
        measure(runner, record)
    assert not record.model(1).problem


def test_a_thorough_comparison_times_more_often() -> None:
    assert rounds_of(8) < rounds_of(32) == rounds_of(128)
