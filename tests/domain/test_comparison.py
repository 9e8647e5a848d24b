"""What a comparison amounts to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.comparison import (
    CHUNKS_IN_TEXT,
    Budget,
    ComparedModel,
    Comparison,
    ComparisonRequest,
    Part,
    SpeedRun,
    error_of,
    looks_of,
    measurement_of,
    measurements_of,
)
from desktop.domain.evaluation import ChunkScores
from desktop.domain.job import JobState

SCORES = ChunkScores((1.0, 2.0), (0.1, 0.3), (0.0, 0.0), 1)


@pytest.mark.parametrize(
    ("chunks", "looks"),
    [(8, (4, 8)), (32, (4, 8, 16, 32)), (128, (16, 32, 64, 128)), (5, (4, 5)), (2, (2,))],
)
def test_when_to_look(chunks: int, looks: tuple[int, ...]) -> None:
    assert looks_of(chunks) == looks


def test_more_looks_ask_for_more_certainty() -> None:
    errors = [error_of(ComparisonRequest(Path("base"), chunks=n)) for n in (4, 8, 32)]
    assert errors == sorted(errors, reverse=True)
    assert errors[0] == 0.05


def test_budgets() -> None:
    assert [budget.chunks for budget in Budget] == [8, 32, 128]


def test_speeds_are_means_over_the_runs() -> None:
    runs = (SpeedRun(100, 10, 0.5, 2.0, 700), SpeedRun(100, 10, 0.25, 1.0, 900))
    model = ComparedModel(1, Part.LEVEL, "Q8_0", Path("q8"), chunks={0: SCORES}, runs=runs)
    found = measurement_of(model, 0.05)
    assert found.prompt_speed is not None and found.prompt_speed.value == 300
    assert found.speed is not None and found.speed.value == 7.5
    assert found.speed.low == 0  # two runs so different say little, but never less than nothing
    assert found.first_token is not None and found.first_token.value == 0.375
    assert found.prompt_tokens == 100
    assert found.peak_memory == 900
    assert found.divergence == {0: pytest.approx(0.2)}


def test_what_was_not_measured_is_none() -> None:
    found = measurement_of(ComparedModel(1, Part.LEVEL, "Q8_0", Path("q8"), problem="No."), 0.05)
    assert (found.quality, found.speed, found.first_token) == (None, None, None)
    assert found.problem == "No."


def test_all_are_judged_by_the_chunks_they_have_in_common() -> None:
    ahead = {n: ChunkScores((float(n), float(n))) for n in range(3)}
    level = dict.fromkeys(range(2), SCORES)
    models = (
        ComparedModel(0, Part.BASE, "F16", Path("base"), chunks=ahead),
        ComparedModel(1, Part.LEVEL, "Q8_0", Path("q8"), chunks=level),
        ComparedModel(2, Part.LEVEL, "Q2_K", Path("q2"), problem="No.", chunks={0: SCORES}),
    )
    request = ComparisonRequest(Path("base"))
    comparison = Comparison(1, request, JobState.CANCELLED, models=models)
    counted = [one.quality and one.quality.chunks for one in measurements_of(comparison)]
    assert counted == [2, 2, 1]


def test_nothing_measured_is_no_reason_to_fail() -> None:
    models = (ComparedModel(0, Part.BASE, "F16", Path("base")),)
    comparison = Comparison(1, ComparisonRequest(Path("b")), JobState.WAITING, models=models)
    assert measurements_of(comparison)[0].quality is None


@pytest.mark.parametrize("state", JobState)
def test_one_can_go_on_that_stopped_or_of_which_something_failed(state: JobState) -> None:
    models = (ComparedModel(0, Part.BASE, "F16", Path("base")),)
    failed = ComparedModel(1, Part.LEVEL, "Q8_0", Path("q8"), problem="It died.")
    whole = Comparison(1, ComparisonRequest(Path("base")), state, models=models)
    troubled = Comparison(1, ComparisonRequest(Path("base")), state, models=(*models, failed))
    goes_on = state in (JobState.WAITING, JobState.RUNNING)
    assert whole.resumable is (not goes_on and state is not JobState.DONE)
    assert troubled.resumable is not goes_on


def test_a_chunk_or_a_timing_is_something_measured() -> None:
    def measured(**more: object) -> bool:
        model = replace(ComparedModel(0, Part.BASE, "F16", Path("base")), **more)
        request = ComparisonRequest(Path("base"))
        return Comparison(1, request, JobState.CANCELLED, models=(model,)).measured

    assert not measured(problem="The file is not there.")
    assert measured(chunks={0: ChunkScores((1.0,))})
    assert measured(runs=(SpeedRun(1, 1, 1.0, 1.0, 1),))


@pytest.mark.parametrize(("there", "most"), [({}, 8), ("4", 4), ("40", 8)])
def test_there_are_as_many_chunks_as_the_text_gives(there, most: int) -> None:
    facts = {CHUNKS_IN_TEXT: there} if there else {}
    request = ComparisonRequest(Path("base"), chunks=8)
    assert Comparison(1, request, JobState.DONE, facts=facts).most_chunks == most
