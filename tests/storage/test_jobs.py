from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.job import JobState, QuantizationRequest
from desktop.domain.quantization import (
    ConversionRequest,
    ImatrixRequest,
    QuantizeOptions,
    TensorOverride,
)
from desktop.storage.database import Database
from desktop.storage.jobs import StoredJobs

REQUESTS = [
    QuantizationRequest(
        source=Path("/models/a \udcff.gguf"),
        folder=Path("/models/new"),
        name="Ä",
        levels=("Q4_K_M", "Q8_0"),
        options=QuantizeOptions(
            imatrix=Path("/m.gguf"),
            threads=2,
            overrides=(TensorOverride("ffn", "Q8_0"),),
            keep_output=True,
            allow_requantize=True,
        ),
        calibrate=True,
        texts=(Path("/t.txt"),),
    ),
    QuantizationRequest(Path("/a.gguf"), Path("/b"), "A", ("Q2_K",), conversations=True),
    ImatrixRequest(Path("/a.gguf"), Path("/b.gguf"), (Path("/t.txt"),), 10, 1024, 3),
    ConversionRequest(Path("/checkpoint"), Path("/b.gguf"), "bf16"),
]


@pytest.fixture
def jobs(tmp_path: Path):
    database = Database(tmp_path / "quern.db")
    database.open()
    yield StoredJobs(database, clock=lambda: 1000.0)
    database.close()


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: type(request).__name__)
def test_a_request_comes_back_as_it_was(jobs: StoredJobs, request_) -> None:
    added = jobs.add(request_)
    assert added.state is JobState.WAITING and added.created_at == 1000.0
    assert jobs.list() == [added]


def test_what_came_of_it_is_kept(jobs: StoredJobs) -> None:
    first, second = jobs.add(REQUESTS[1]), jobs.add(REQUESTS[3])
    done = replace(first, state=JobState.DONE, results=(Path("/b/é.gguf"),), notes=("A note.",))
    failed = replace(second, state=JobState.FAILED, problem="It broke \udcff.", advice="Mend it.")
    jobs.update(done)
    jobs.update(failed)
    assert jobs.list() == [done, replace(failed, problem="It broke \ufffd.")]


def test_what_did_not_end_was_interrupted(jobs: StoredJobs) -> None:
    states = list(JobState)
    for state in states:
        jobs.update(replace(jobs.add(REQUESTS[3]), state=state))
    jobs.take_up()
    unfinished = (JobState.WAITING, JobState.RUNNING)
    assert [job.state for job in jobs.list()] == [
        JobState.INTERRUPTED if state in unfinished else state for state in states
    ]


def test_a_pause_is_not_kept(jobs: StoredJobs) -> None:
    paused = replace(jobs.add(REQUESTS[3]), state=JobState.RUNNING, paused=True)
    jobs.update(paused)
    assert jobs.list() == [replace(paused, paused=False)]


def test_a_job_is_removed_and_its_number_not_given_again(jobs: StoredJobs) -> None:
    first = jobs.add(REQUESTS[3])
    jobs.remove(first.id)
    assert jobs.list() == []
    assert jobs.add(REQUESTS[3]).id > first.id
