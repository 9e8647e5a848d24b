"""The list of jobs, as it is to be found again after a restart."""

from __future__ import annotations

import builtins
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from desktop.domain.job import Job, JobRequest, JobState, QuantizationRequest
from desktop.domain.quantization import ConversionRequest, ImatrixRequest
from desktop.storage.database import Database
from desktop.storage.requests import options_of, request_to_text
from desktop.storage.rows import storable, to_text
from desktop.storage.runs import interrupt

_KINDS = {
    QuantizationRequest: "quantization",
    ImatrixRequest: "imatrix",
    ConversionRequest: "conversion",
}


class StoredJobs:
    """Every method is one transaction and may be called from any thread. Raises: StorageFault."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def take_up(self) -> None:
        """What ran, or waited, in a Quern that has ended is INTERRUPTED now."""
        interrupt(self._database, "jobs")

    def list(self) -> builtins.list[Job]:
        """In the order they were added."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT id, kind, request, state, problem, advice, notes, results, created_at"
                " FROM jobs ORDER BY id"
            )
            return [_job_of(*row) for row in rows]

    def add(self, request: JobRequest) -> Job:
        """A new row, WAITING."""
        created_at = self._clock()
        with self._database.writing() as db:
            cursor = db.execute(
                "INSERT INTO jobs (kind, request, state, problem, advice, notes, results,"
                " created_at) VALUES (?, ?, ?, '', '', '[]', '[]', ?)",
                [_KINDS[type(request)], request_to_text(request), JobState.WAITING, created_at],
            )
            number = int(cursor.lastrowid or 0)
        return Job(number, request, JobState.WAITING, created_at=created_at)

    def update(self, job: Job) -> None:
        """Keep the state, what is wrong and what came of it."""
        with self._database.writing() as db:
            db.execute(
                "UPDATE jobs SET state = ?, problem = ?, advice = ?, notes = ?, results = ?"
                " WHERE id = ?",
                [
                    job.state,
                    storable(job.problem),
                    storable(job.advice),
                    to_text(list(job.notes)),
                    to_text([str(path) for path in job.results]),
                    job.id,
                ],
            )

    def remove(self, number: int) -> None:
        with self._database.writing() as db:
            db.execute("DELETE FROM jobs WHERE id = ?", [number])


def _job_of(
    number: int,
    kind: str,
    request: str,
    state: str,
    problem: str,
    advice: str,
    notes: str,
    results: str,
    created_at: float,
) -> Job:
    return Job(
        number,
        _request_of(kind, json.loads(request)),
        JobState(state),
        problem=problem,
        advice=advice,
        notes=tuple(json.loads(notes)),
        results=tuple(map(Path, json.loads(results))),
        created_at=created_at,
    )


def _request_of(kind: str, values: dict[str, Any]) -> JobRequest:
    if kind == "conversion":
        return ConversionRequest(
            Path(values["source"]), Path(values["destination"]), values["outtype"]
        )
    texts = tuple(map(Path, values.pop("texts")))
    if kind == "imatrix":
        model, destination = Path(values.pop("model")), Path(values.pop("destination"))
        return ImatrixRequest(model, destination, texts, **values)
    read: dict[str, Any] = {
        "source": Path(values["source"]),
        "folder": Path(values["folder"]),
        "levels": tuple(values["levels"]),
        "options": options_of(values["options"]),
    }
    return QuantizationRequest(**values | read, texts=texts)
