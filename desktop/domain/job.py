"""Long work in the background: what was asked for, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from desktop.domain.quantization import ConversionRequest, ImatrixRequest, QuantizeOptions


class JobState(StrEnum):
    """The one state of a job."""

    WAITING = "waiting"  # for its turn: one job runs at a time
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"  # Quern ended before it did; it can be started again

    @property
    def ended(self) -> bool:
        """Whether nothing goes on, or waits to."""
        return self not in (JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class QuantizationRequest:
    """Several levels of one model.

    Attributes:
        source: a GGUF file, or the first of a split model.
        folder: where the files go; made if it is not there.
        name: how their names begin: `<name>-<level>.gguf`.
        calibrate: compute an importance matrix first, unless one was computed before or
            `options` name one.
        texts: what to compute it from; none: the text Quern ships with.
        conversations: compute it from the person's conversations instead.
    """

    source: Path
    folder: Path
    name: str
    levels: tuple[str, ...]
    options: QuantizeOptions = field(default_factory=QuantizeOptions)
    calibrate: bool = False
    texts: tuple[Path, ...] = ()
    conversations: bool = False

    def destination(self, level: str) -> Path:
        """The file that `level` becomes."""
        return self.folder / f"{self.name}-{level}.gguf"


JobRequest = QuantizationRequest | ImatrixRequest | ConversionRequest


def destinations(request: JobRequest) -> tuple[Path, ...]:
    """The files that are to be made."""
    if isinstance(request, QuantizationRequest):
        return tuple(map(request.destination, request.levels))
    return (request.destination,)


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far a job is: `fraction` from 0 to 1 of all of it, and what it is at in words.

    `results` are the files that are whole already; they stay whatever becomes of the job. `memory`
    is what the step took at most so far, in bytes, 0 while not known.
    """

    fraction: float
    step: str
    results: tuple[Path, ...] = ()
    memory: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """One row of the list of jobs.

    Attributes:
        id: stays the same over restarts.
        paused: whether it is RUNNING but was held up by the person, which does not outlive Quern.
        progress: while RUNNING.
        seconds_left: by the speed so far, or None when that says nothing yet.
        problem, advice: why it FAILED, else "".
        notes: what a person should know about the results, a sentence each.
        results: the files it made so far, also when it did not come to its end.
        created_at: seconds since the epoch.
    """

    id: int
    request: JobRequest
    state: JobState
    paused: bool = False
    progress: JobProgress = JobProgress(0.0, "")
    seconds_left: float | None = None
    problem: str = ""
    advice: str = ""
    notes: tuple[str, ...] = ()
    results: tuple[Path, ...] = ()
    created_at: float = 0.0
