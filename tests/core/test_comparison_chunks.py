"""When there are enough chunks. How they are measured is tested with the whole comparison."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from desktop.core.comparison_chunks import ComparisonChunks, is_enough
from desktop.core.comparison_record import ComparisonRecord
from desktop.core.job_control import JobControl, JobRunner
from desktop.domain.comparison import ComparedModel, ComparisonRequest, Part
from desktop.domain.errors import StorageFault
from desktop.domain.evaluation import ChunkScores
from desktop.engine.client import Engine
from desktop.storage.comparisons import StoredComparisons
from desktop.storage.database import Database
from tests.helpers.fake_evaluator import COMMAND


def scored(*divergences: float) -> dict[int, ChunkScores]:
    return {n: ChunkScores((1.0, 1.0), (d, d), (0.0, 0.0), 2) for n, d in enumerate(divergences)}


@pytest.fixture
def record_of(database: Database):
    store = StoredComparisons(database)

    def record_of(*levels: dict[int, ChunkScores]) -> ComparisonRecord:
        longest = max(map(len, levels))
        models = [
            ComparedModel(0, Part.BASE, "F16", Path("base"), chunks=scored(*[0.0] * longest)),
            *(
                ComparedModel(number, Part.LEVEL, f"Q{number}", Path(f"q{number}"), chunks=chunks)
                for number, chunks in enumerate(levels, 1)
            ),
        ]
        request = ComparisonRequest(Path("base"), chunks=8)
        return ComparisonRecord(store, store.add(request, models), lambda _comparison: None)

    return record_of


CLEAR = (0.1, 0.1001, 0.1, 0.1)
ROUGH = (0.1, 0.5, 0.02, 0.9)


def test_all_that_were_asked_for_are_enough(record_of) -> None:
    assert is_enough(record_of(scored(*ROUGH * 2)))


def test_a_clear_picture_at_a_look_is_enough(record_of) -> None:
    assert is_enough(record_of(scored(*CLEAR)))


def test_an_open_one_is_not(record_of) -> None:
    assert not is_enough(record_of(scored(*ROUGH)))
    assert not is_enough(record_of(scored(*CLEAR), scored(*ROUGH)))


def test_nobody_looks_before_it_is_time(record_of) -> None:
    assert not is_enough(record_of(scored(*CLEAR[:3])))


def test_the_slowest_counts(record_of) -> None:
    assert not is_enough(record_of(scored(*CLEAR), scored(*CLEAR[:3])))


def test_one_that_computes_nonsense_has_no_say(record_of) -> None:
    broken = scored(*[math.nan] * 4)
    assert is_enough(record_of(scored(*CLEAR), broken))
    assert not is_enough(record_of(broken))


def test_what_cannot_be_stored_ends_it(record_of, monkeypatch: pytest.MonkeyPatch) -> None:
    record = record_of(scored(0.1))

    def full(*_arguments: object) -> None:
        raise StorageFault("The disk is full.")

    monkeypatch.setattr(record, "add_chunk", full)
    chunks = ComparisonChunks(
        JobRunner(lambda: Engine(COMMAND)),
        record,
        "word " * 20,
        JobControl(),
        lambda _progress: None,
        lambda _row: None,
    )
    with pytest.raises(StorageFault, match="The disk is full"):
        chunks.run()
