"""The list of jobs: one runs at a time, the others wait; it outlives a restart.

A job that had not ended when Quern did is INTERRUPTED when it starts again, and can be started
again: nothing half-written was left of it, and files of it that were whole are not made again.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from desktop.core.job_control import JobControl, JobResult, Report
from desktop.domain.errors import Cancelled, EngineFault, InvalidInput, QuernError, StorageFault
from desktop.domain.job import Job, JobProgress, JobRequest, JobState
from desktop.storage.jobs import StoredJobs

CHANGES_A_SECOND = 8.0
_TELLING_SECONDS = 3.0  # before that the speed says nothing about the time left

RunJob = Callable[[Any, JobControl, Report], JobResult]


@dataclass
class _Run:
    """The job that is running, or paused since `paused_at`.

    `started_at` is moved by the time of every pause, for the speed is that of the work.
    """

    number: int
    started_at: float
    control: JobControl
    told_at: float = 0.0
    paused_at: float | None = None


class Jobs:
    """Runs jobs on a thread of its own.

    Args:
        runners: what does a job, by the class of its request.
        on_change: told of every job that is new or changed, on the jobs' thread or the caller's;
            of progress at most CHANGES_A_SECOND times a second.
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        store: StoredJobs,
        runners: Mapping[type, RunJob],
        on_change: Callable[[Job], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._runners = runners
        self._on_change = on_change
        self._clock = clock
        self._changed = threading.Condition()  # guards everything below
        self._jobs: dict[int, Job] = {}
        self._waiting: deque[int] = deque()
        self._run: _Run | None = None
        self._closed = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Read the list and begin to work. Raises: StorageFault."""
        self._store.take_up()
        jobs = {job.id: job for job in self._store.list()}
        with self._changed:
            self._jobs.update(jobs)
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop at once. What ran or waited will be INTERRUPTED when Quern starts again."""
        with self._changed:
            self._closed = True
            run = self._run
            self._changed.notify_all()
        if run is not None:
            run.control.cancel()
        if self._thread is not None:
            self._thread.join()

    def list(self) -> list[Job]:
        """In the order they were added."""
        with self._changed:
            return sorted(self._jobs.values(), key=lambda job: job.id)

    def job(self, number: int) -> Job | None:
        """As it is now; None when it is not on the list."""
        with self._changed:
            return self._jobs.get(number)

    def add(self, request: JobRequest) -> Job:
        """Put a job at the end of the queue. Raises: StorageFault."""
        return self._enqueue(self._store.add(request))

    def again(self, number: int) -> None:
        """Start a job again that failed, was cancelled or interrupted. Raises: StorageFault,
        InvalidInput when it has not ended."""
        job = self._ended(number)
        fresh = Job(
            job.id,
            job.request,
            JobState.WAITING,
            results=job.results,
            created_at=job.created_at,
        )
        self._store.update(fresh)
        self._enqueue(fresh)

    def cancel(self, number: int) -> None:
        """Stop a job, or take it out of the queue; nothing when it has ended."""
        with self._changed:
            run = self._run
            waiting = number in self._waiting
            if waiting:
                self._waiting.remove(number)
        if waiting:
            self._end(number, JobState.CANCELLED)
        elif run is not None and run.number == number:
            run.control.cancel()

    def pause(self, number: int) -> None:
        """Hold up a running job before its next step; nothing for any other."""
        with self._changed:
            run = self._run
            if run is None or run.number != number or run.paused_at is not None:
                return
            run.paused_at = self._clock()
            run.control.pause()
            self._change(number, paused=True, seconds_left=None)

    def resume(self, number: int) -> None:
        """Let a paused job go on; nothing for any other."""
        with self._changed:
            run = self._run
            if run is None or run.number != number or run.paused_at is None:
                return
            run.started_at += self._clock() - run.paused_at
            run.paused_at = None
            self._change(number, paused=False)
            run.control.resume()

    def forget(self, number: int) -> None:
        """Take a job that has ended off the list; its files stay. Raises: StorageFault,
        InvalidInput when it has not ended."""
        self._ended(number)
        self._store.remove(number)
        with self._changed:
            del self._jobs[number]

    # --- inside -----------------------------------------------------------------------------

    def _ended(self, number: int) -> Job:
        job = self.job(number)
        if job is None or not job.state.ended:
            raise InvalidInput("This job has not ended yet.", "Cancel it first.")
        return job

    def _enqueue(self, job: Job) -> Job:
        with self._changed:
            self._jobs[job.id] = job
            self._on_change(job)
            self._waiting.append(job.id)
            self._changed.notify_all()
        return job

    def _change(self, number: int, *, keep: bool = False, **values: Any) -> Job:
        """`keep` also in the database."""
        with self._changed:  # until it is told, so that changes are told in their order
            job = replace(self._jobs[number], **values)
            if keep:
                # The list on the screen is right even when the database cannot be written.
                with contextlib.suppress(StorageFault):
                    self._store.update(job)
            self._jobs[number] = job
            self._on_change(job)
        return job

    def _work(self) -> None:
        while (run := self._next()) is not None:
            self._do(run)

    def _next(self) -> _Run | None:
        with self._changed:
            while not self._waiting and not self._closed:
                self._changed.wait()
            if self._closed:
                return None
            number = self._waiting.popleft()
            control = JobControl(made_before=self._jobs[number].results)
            self._run = _Run(number, self._clock(), control)
            return self._run

    def _do(self, run: _Run) -> None:
        job = self._change(run.number, keep=True, state=JobState.RUNNING)
        try:
            result = self._runners[type(job.request)](
                job.request, run.control, lambda progress: self._report(run, progress)
            )
        except Cancelled:
            self._end(run.number, JobState.CANCELLED)
        except QuernError as error:
            self._end(run.number, JobState.FAILED, problem=error.message, advice=error.advice)
        except Exception as error:  # noqa: BLE001 - a bug must not end the jobs after this one
            fault = EngineFault(f"Quern met an internal error: {error!r}.", "Please report it.")
            self._end(run.number, JobState.FAILED, problem=fault.message, advice=fault.advice)
        else:
            self._end(run.number, JobState.DONE, results=result.paths, notes=result.notes)

    def _report(self, run: _Run, progress: JobProgress) -> None:
        """Runs on an engine's reader thread, or on the jobs' own."""
        now = self._clock()
        results = tuple(dict.fromkeys((*run.control.made_before, *progress.results)))
        with self._changed:
            if results != self._jobs[run.number].results:  # to be found again whatever happens next
                self._change(run.number, keep=True, progress=progress, results=results)
            elif now - run.told_at >= 1 / CHANGES_A_SECOND:
                run.told_at = now
                left = _seconds_left(run, now, progress.fraction)
                self._change(run.number, progress=progress, seconds_left=left)

    def _end(self, number: int, state: JobState, **values: Any) -> None:
        values |= {"state": state, "paused": False, "progress": JobProgress(0.0, "")}
        with self._changed:
            if self._run is not None and self._run.number == number:
                self._run = None
            if self._closed and state is not JobState.DONE:
                return  # it was not the person who stopped it
            self._change(number, keep=True, seconds_left=None, **values)


def _seconds_left(run: _Run, now: float, fraction: float) -> float | None:
    """By the speed so far; None while that says nothing, or nothing is to go on."""
    elapsed = now - run.started_at
    if run.paused_at is not None or fraction <= 0 or elapsed < _TELLING_SECONDS:
        return None
    return elapsed / fraction * (1 - fraction)
