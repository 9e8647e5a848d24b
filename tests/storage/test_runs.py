from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.domain.errors import RunsAlready
from desktop.domain.job import JobState
from desktop.domain.quantization import ConversionRequest
from desktop.storage.comparisons import StoredComparisons
from desktop.storage.database import Database
from desktop.storage.jobs import StoredJobs
from desktop.storage.runs import claimed, forget, interrupt
from desktop.storage.task_runs import StoredTaskRuns


def test_what_ran_or_waited_was_interrupted_and_the_rest_stays(
    database: Database, clock: Callable[[], float]
) -> None:
    jobs = StoredJobs(database, clock)
    for _ in JobState:
        jobs.add(ConversionRequest(Path("/checkpoint"), Path("/b.gguf"), "bf16"))
    with database.writing() as db:
        for number, state in enumerate(JobState, 1):
            db.execute("UPDATE jobs SET state = ? WHERE id = ?", [state, number])
    interrupt(database, "jobs")
    unsettled = (JobState.WAITING, JobState.RUNNING)
    assert [job.state for job in jobs.list()] == [
        JobState.INTERRUPTED if state in unsettled else state for state in JobState
    ]


CLAIMING = """
import sys
from pathlib import Path
from desktop.storage.comparisons import StoredComparisons
from desktop.storage.database import Database
from desktop.storage.runs import claimed

with claimed(Database(Path(sys.argv[1])), "jobs", 1):
    print("claimed", flush=True)
    sys.stdin.read()
"""


def test_what_another_process_runs_goes_on_until_that_is_killed(
    database: Database, clock: Callable[[], float]
) -> None:
    jobs = StoredJobs(database, clock)
    for _ in range(2):
        jobs.add(ConversionRequest(Path("/checkpoint"), Path("/b.gguf"), "bf16"))
    with subprocess.Popen(
        (sys.executable, "-c", CLAIMING, str(database.path)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        try:
            assert other.stdout is not None
            assert other.stdout.readline() == b"claimed\n"
            interrupt(database, "jobs")
            assert [job.state for job in jobs.list()] == [JobState.WAITING, JobState.INTERRUPTED]
            with pytest.raises(RunsAlready), claimed(database, "jobs", 1):
                pass
            with pytest.raises(RunsAlready):
                forget(database, "jobs", 1)
        finally:
            other.kill()
    interrupt(database, "jobs")
    assert {job.state for job in jobs.list()} == {JobState.INTERRUPTED}


def test_a_claim_leaves_nothing_behind(database: Database) -> None:
    before = set(database.path.parent.iterdir())
    with claimed(database, "jobs", 1), claimed(database, "jobs", 2), claimed(database, "a", 1):
        pass
    assert set(database.path.parent.iterdir()) == before


def test_what_was_claimed_can_be_claimed_again_and_forgotten(
    database: Database, clock: Callable[[], float]
) -> None:
    jobs = StoredJobs(database, clock)
    job = jobs.add(ConversionRequest(Path("/checkpoint"), Path("/b.gguf"), "bf16"))
    for _ in range(2):
        with claimed(database, "jobs", job.id):
            pass
    forget(database, "jobs", job.id)
    assert jobs.list() == []


def test_one_run_of_a_kind_has_its_turn(database: Database, clock: Callable[[], float]) -> None:
    comparisons, runs = StoredComparisons(database, clock), StoredTaskRuns(database, clock)
    with comparisons.turn() as first, comparisons.turn() as second, runs.turn() as of_another_kind:
        assert (first, second, of_another_kind) == (True, False, True)
    with comparisons.turn() as after:
        assert after
