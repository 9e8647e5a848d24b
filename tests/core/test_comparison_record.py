"""What is known of a running comparison, in memory and in the database alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core.comparison_record import ComparisonRecord
from desktop.domain.comparison import (
    ComparedModel,
    Comparison,
    ComparisonRequest,
    Part,
    SpeedRun,
)
from desktop.domain.errors import DiskFull
from desktop.domain.evaluation import ChunkScores
from desktop.domain.job import JobState
from desktop.storage.comparisons import StoredComparisons
from desktop.storage.database import Database

MODELS = (
    ComparedModel(0, Part.BASE, "F16", Path("base")),
    ComparedModel(1, Part.LEVEL, "Q8_0", Path("q8")),
    ComparedModel(2, Part.LEVEL, "Q2_K", Path("q2")),
    ComparedModel(3, Part.NOISE, "F16 again", Path("base")),
)


@pytest.fixture
def changes() -> list[Comparison]:
    return []


@pytest.fixture
def store(database: Database) -> StoredComparisons:
    return StoredComparisons(database)


@pytest.fixture
def record(store: StoredComparisons, changes: list[Comparison]) -> ComparisonRecord:
    comparison = store.add(ComparisonRequest(Path("base")), MODELS)
    return ComparisonRecord(store, comparison, changes.append)


def test_everything_told_is_stored_and_told_on(
    record: ComparisonRecord, store: StoredComparisons, changes: list[Comparison]
) -> None:
    record.set_state(JobState.RUNNING)
    record.put_facts({"Text": "t"})
    record.put_facts({"Threads": "2"})
    record.describe(1, 100, 8.5)
    record.add_chunk(1, 0, ChunkScores((1.0,), (0.5,), (0.0,), 1))
    record.add_chunk(1, 1, ChunkScores((1.0,), (0.25,), (0.0,), 1))
    record.add_run(1, SpeedRun(1, 1, 1.0, 1.0, 1))
    record.fail(2, DiskFull("The disk is full.", "Free some space."))
    assert store.get(record.comparison.id) == record.comparison
    assert changes[-1] == record.comparison
    assert len(changes) == 8
    assert record.comparison.facts == {"Text": "t", "Threads": "2"}


def test_what_failed_is_left_out_from_then_on(record: ComparisonRecord) -> None:
    assert [model.name for model in record.levels] == ["Q8_0", "Q2_K"]
    record.fail(2, DiskFull("The disk is full."))
    assert [model.name for model in record.levels] == ["Q8_0"]
    assert [model.name for model in record.sound] == ["F16", "Q8_0", "F16 again"]
    assert record.model(2).problem == "The disk is full."
