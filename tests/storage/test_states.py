from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from desktop.domain.job import JobState
from desktop.domain.quantization import ConversionRequest
from desktop.storage.database import Database
from desktop.storage.jobs import StoredJobs
from desktop.storage.states import interrupt


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
