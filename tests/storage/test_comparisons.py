"""Comparisons in the database, each result kept by itself."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.comparison import (
    ComparedModel,
    ComparisonRequest,
    EvaluationText,
    Part,
    SpeedRun,
    TextKind,
)
from desktop.domain.errors import InvalidInput
from desktop.domain.evaluation import ChunkScores
from desktop.domain.job import JobState
from desktop.domain.quantization import QuantizeOptions, TensorOverride
from desktop.storage.comparisons import StoredComparisons
from desktop.storage.database import Database

REQUEST = ComparisonRequest(
    base=Path("/models/base.gguf"),
    files=(Path("/models/q8.gguf"),),
    levels=("Q4_K_M", "Q2_K"),
    folder=Path("/models"),
    options=QuantizeOptions(imatrix=Path("/i.gguf"), overrides=(TensorOverride("a.*", "Q8_0"),)),
    text=EvaluationText(TextKind.CONVERSATIONS, (Path("/a.txt"),), (3, 4)),
    chunks=8,
    context=256,
    threads=2,
)
MODELS = (
    ComparedModel(0, Part.BASE, "F16", Path("/models/base.gguf"), bytes=10, bits_per_weight=16.0),
    ComparedModel(1, Part.LEVEL, "Q4_K_M", Path("/models/q4.gguf"), made=True),
    ComparedModel(2, Part.NOISE, "F16 again", Path("/models/base.gguf")),
)
SCORES = ChunkScores((1.0 / 3, 2.0), (0.5, 0.25), (-0.125, 0.0), 1)


@pytest.fixture
def store(database: Database) -> StoredComparisons:
    return StoredComparisons(database, clock=lambda: 1000.0)


def test_a_comparison_comes_back_as_it_was(store: StoredComparisons) -> None:
    added = store.add(REQUEST, MODELS)
    assert added.state is JobState.WAITING
    assert added.created_at == 1000.0
    assert store.get(added.id) == added
    assert added.request == REQUEST
    assert added.models == MODELS


def test_a_folder_or_matrix_that_is_none_stays_none(store: StoredComparisons) -> None:
    request = ComparisonRequest(Path("b"))
    assert store.get(store.add(request, MODELS).id).request == request


def test_every_result_is_there_at_once(store: StoredComparisons) -> None:
    number = store.add(REQUEST, MODELS).id
    run = SpeedRun(256, 32, 0.5, 2.0, 10**10)
    store.put_chunk(number, 0, 0, ChunkScores((1.0,)))
    store.put_chunk(number, 1, 0, SCORES)
    store.add_run(number, 1, run)
    store.add_run(number, 1, run)
    store.update_model(number, replace(MODELS[1], bytes=7, bits_per_weight=4.5, problem="Oh."))
    store.update(number, JobState.FAILED, {"Text": "t"}, "It failed.", "Try again.")
    found = store.get(number)
    assert found.models[0].chunks == {0: ChunkScores((1.0,))}
    assert found.models[1].chunks == {0: SCORES}  # losses to their last digit
    assert found.models[1].runs == (run, run)
    assert (found.models[1].bytes, found.models[1].problem) == (7, "Oh.")
    assert (found.state, found.facts) == (JobState.FAILED, {"Text": "t"})
    assert (found.problem, found.advice) == ("It failed.", "Try again.")


def test_a_chunk_measured_again_replaces_the_first(store: StoredComparisons) -> None:
    number = store.add(REQUEST, MODELS).id
    store.put_chunk(number, 1, 5, ChunkScores((9.0,), (9.0,), (9.0,), 0))
    store.put_chunk(number, 1, 5, SCORES)
    assert store.get(number).models[1].chunks == {5: SCORES}


def test_what_is_no_number_stays_none(store: StoredComparisons) -> None:
    number = store.add(REQUEST, MODELS).id
    store.put_chunk(number, 1, 0, ChunkScores((math.nan, math.inf), (math.nan,) * 2))
    (scores,) = store.get(number).models[1].chunks.values()
    assert math.isnan(scores.losses[0])
    assert scores.losses[1] == math.inf


def test_the_list_is_newest_first_and_light(store: StoredComparisons) -> None:
    first, second = (store.add(REQUEST, MODELS) for _ in range(2))
    store.put_chunk(second.id, 0, 0, SCORES)
    listed = store.list()
    assert [one.id for one in listed] == [second.id, first.id]
    assert [model.name for model in listed[0].models] == ["F16", "Q4_K_M", "F16 again"]
    assert not listed[0].models[0].chunks


def test_what_ran_when_quern_ended_was_interrupted(store: StoredComparisons) -> None:
    waiting, running, done = (store.add(REQUEST, MODELS).id for _ in range(3))
    store.update(running, JobState.RUNNING, {}, "", "")
    store.update(done, JobState.DONE, {}, "", "")
    store.take_up()
    states = {one.id: one.state for one in store.list()}
    interrupted = JobState.INTERRUPTED
    assert states == {waiting: interrupted, running: interrupted, done: JobState.DONE}


def test_removing_one_takes_everything_of_it_and_nothing_else(
    store: StoredComparisons, database: Database
) -> None:
    gone, kept = (store.add(REQUEST, MODELS).id for _ in range(2))
    for number in (gone, kept):
        store.put_chunk(number, 1, 0, SCORES)
        store.add_run(number, 1, SpeedRun(1, 1, 1.0, 1.0, 1))
    store.remove(gone)
    with database.reading() as db:
        for table in ("compared_models", "compared_chunks", "compared_runs"):
            rows = db.execute(f"SELECT DISTINCT comparison_id FROM {table}").fetchall()
            assert rows == [(kept,)]
    with pytest.raises(InvalidInput):
        store.get(gone)
