"""Which files are looked at and made. How a comparison uses them is tested with the whole of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core.comparison_levels import ComparisonLevels
from desktop.core.comparison_record import ComparisonRecord
from desktop.core.job_control import JobControl
from desktop.domain.comparison import ComparedModel, ComparisonRequest, Part, SpeedRun
from desktop.domain.errors import Cancelled, DiskFull
from desktop.domain.evaluation import ChunkScores
from desktop.storage.comparisons import StoredComparisons
from desktop.storage.database import Database
from tests.helpers.fake_worker import model_info

CHUNKS = {0: ChunkScores((1.0,))}
RUNS = (SpeedRun(256, 32, 0.5, 2.0, 9),) * 3


class Inspector:
    def inspect(self, path: Path):
        return model_info(path)


class Quantizer:
    """Notes what it is asked for, and makes it unless the disk is `full`."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.full = False

    def quantize(self, request, _control, _report) -> None:
        if self.full:
            raise DiskFull("The disk is full.")
        self.made.append(request.level)
        request.destination.write_bytes(b"level")


@pytest.fixture
def quantizer() -> Quantizer:
    return Quantizer()


@pytest.fixture
def record(database: Database, tmp_path: Path) -> ComparisonRecord:
    base, there = tmp_path / "base.gguf", tmp_path / "there.gguf"

    def made(position: int, name: str, **values) -> ComparedModel:
        path = tmp_path / "made" / f"{name}.gguf"
        return ComparedModel(position, Part.LEVEL, name, path, made=True, **values)

    models = [
        ComparedModel(0, Part.BASE, "F16", base, bytes=9, problem="Untimed.", chunks=CHUNKS),
        ComparedModel(1, Part.LEVEL, "Q8_0", there, bytes=1000, problem="Died.", chunks=CHUNKS),
        made(2, "Q6_K", chunks=CHUNKS, runs=RUNS),
        made(3, "Q5_K_M", chunks=CHUNKS),
        made(4, "Q4_K_M", problem="The disk is full."),
        made(5, "Q3_K_M", runs=RUNS),
        made(6, "Q2_K", chunks=CHUNKS, runs=RUNS, problem="Died."),
    ]
    store = StoredComparisons(database)
    comparison = store.add(ComparisonRequest(base, chunks=8), models)
    return ComparisonRecord(store, comparison, lambda _comparison: None)


@pytest.fixture
def levels(record: ComparisonRecord, quantizer: Quantizer) -> ComparisonLevels:
    return ComparisonLevels(record, quantizer, Inspector(), JobControl())  # type: ignore[arg-type]


def test_what_failed_with_a_file_that_is_there_is_forgotten(levels, record) -> None:
    levels.look_again()
    problems = [model.problem for model in record.comparison.models]
    # What was made is tried again once it is there.
    assert problems == ["", "", "", "", "The disk is full.", "", "Died."]


def test_another_file_than_was_measured_says_so(levels, record) -> None:
    record.describe(1, 7, 8.0)
    levels.look_again()
    assert "has changed since the comparison began" in record.model(1).problem


def test_only_those_of_which_something_is_missing_are_to_be_made(levels) -> None:
    assert [model.name for model in levels.unmade()] == ["Q5_K_M", "Q4_K_M", "Q3_K_M", "Q2_K"]


def test_a_level_is_made_once_and_then_described(levels, record, quantizer) -> None:
    for _ in range(2):
        levels.make(record.model(4))
    assert quantizer.made == ["Q4_K_M"]
    assert (record.model(4).bytes, record.model(4).problem) == (1000, "")


def test_one_that_was_made_otherwise_meanwhile_says_so(levels, record, quantizer) -> None:
    record.describe(3, 7, 8.0)
    levels.make(record.model(3))
    assert quantizer.made == ["Q5_K_M"]
    assert "has changed since the comparison began" in record.model(3).problem


def test_one_that_cannot_be_made_is_a_row_that_says_so(levels, record, quantizer) -> None:
    quantizer.full = True
    levels.make(record.model(3))
    assert record.model(3).problem == "The disk is full."


def test_cancelling_is_no_problem_of_a_row(record, quantizer) -> None:
    control = JobControl()
    control.cancel()
    levels = ComparisonLevels(record, quantizer, Inspector(), control)  # type: ignore[arg-type]
    with pytest.raises(Cancelled):
        levels.make(record.model(3))
    assert not record.model(3).problem
