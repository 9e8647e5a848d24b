"""The list of jobs, with runners that do as the tests say."""

from __future__ import annotations

import queue
import threading
from pathlib import Path

import pytest

from desktop.core.job_control import JobControl, JobResult, Report
from desktop.core.jobs import Jobs
from desktop.domain.errors import Cancelled, DiskFull, InvalidInput
from desktop.domain.job import Job, JobProgress, JobState
from desktop.domain.quantization import ConversionRequest
from desktop.storage.database import Database
from desktop.storage.jobs import StoredJobs
from tests.helpers.clock import Clock

RESULT = JobResult((Path("/models/new.gguf"),), ("A note.",))


class Scripted:
    """Does jobs by the name of their source; "wait" goes on until cancelled or released,
    "steps" tells how far it is whenever that is put into `steps`, and ends with 0."""

    def __init__(self) -> None:
        self.begun: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.released = threading.Event()
        self.steps: queue.SimpleQueue[float] = queue.SimpleQueue()
        self.held: list[str] = []
        self.made_before: tuple[Path, ...] = ()

    def __call__(
        self, request: ConversionRequest, control: JobControl, report: Report
    ) -> JobResult:
        name = request.source.name
        stopped = threading.Event()
        self.made_before = control.made_before
        pause, resume = (lambda word=word: self.held.append(word) for word in ("pause", "resume"))
        with control.stopping(stopped.set, pause, resume):
            self.begun.put(name)
            report(JobProgress(0.5, f"at {name}"))
            match name:
                case "one of two":
                    report(JobProgress(0.5, "", RESULT.paths))
                    report(JobProgress(0.6, "the second", RESULT.paths))
                    raise DiskFull("The disk is full.", "Free some space.")
                case "full":
                    raise DiskFull("The disk is full.", "Free some space.")
                case "bug":
                    raise ZeroDivisionError
                case "steps":
                    while fraction := self.steps.get(timeout=30):
                        report(JobProgress(fraction, f"at {fraction}"))
                case "wait":
                    while not stopped.wait(0.005) and not self.released.is_set():
                        pass
                    if control.cancelled:
                        raise Cancelled("It was cancelled.")
        return RESULT


class Watcher:
    """Every change that was told, and waiting for one."""

    def __init__(self) -> None:
        self.changes: queue.SimpleQueue[Job] = queue.SimpleQueue()

    def until(self, number: int, state: JobState, *, paused: bool = False) -> Job:
        while True:
            job = self.changes.get(timeout=30)
            if (job.id, job.state, job.paused) == (number, state, paused):
                return job


@pytest.fixture
def watcher() -> Watcher:
    return Watcher()


@pytest.fixture
def scripted() -> Scripted:
    return Scripted()


@pytest.fixture
def start(database: Database, watcher: Watcher, scripted: Scripted):
    """Starts the list as Quern does when it starts."""
    started: list[Jobs] = []

    def start(**values) -> Jobs:
        jobs = Jobs(
            StoredJobs(database), {ConversionRequest: scripted}, watcher.changes.put, **values
        )
        jobs.start()
        started.append(jobs)
        return jobs

    yield start
    for jobs in started:
        jobs.close()


def request(name: str) -> ConversionRequest:
    return ConversionRequest(Path(name), Path("/models/new.gguf"))


def test_a_job_is_done_and_its_files_are_known(start, watcher: Watcher) -> None:
    jobs = start()
    number = jobs.add(request("easy")).id
    running = watcher.until(number, JobState.RUNNING)
    assert running.progress == JobProgress(0.0, "")
    done = watcher.until(number, JobState.DONE)
    assert (done.results, done.notes) == (RESULT.paths, RESULT.notes)
    assert jobs.list() == [done] and done.state.ended


def test_one_runs_and_the_others_wait(start, watcher: Watcher, scripted: Scripted) -> None:
    jobs = start()
    first, second = jobs.add(request("wait")), jobs.add(request("easy"))
    watcher.until(first.id, JobState.RUNNING)
    assert [job.state for job in jobs.list()] == [JobState.RUNNING, JobState.WAITING]
    scripted.released.set()
    watcher.until(second.id, JobState.DONE)
    assert [job.state for job in jobs.list()] == [JobState.DONE, JobState.DONE]


def test_the_running_and_the_waiting_can_be_cancelled(start, watcher, scripted) -> None:
    jobs = start()
    first, second, third = (jobs.add(request(name)) for name in ("wait", "easy", "easy"))
    assert scripted.begun.get(timeout=30) == "wait"
    jobs.cancel(second.id)
    jobs.cancel(first.id)
    watcher.until(first.id, JobState.CANCELLED)
    watcher.until(third.id, JobState.DONE)
    states = [job.state for job in jobs.list()]
    assert states == [JobState.CANCELLED, JobState.CANCELLED, JobState.DONE]
    jobs.cancel(first.id)  # has ended: nothing happens
    assert jobs.list()[0].state is JobState.CANCELLED


@pytest.mark.parametrize(
    ("name", "problem"), [("full", "The disk is full."), ("bug", "internal error")]
)
def test_a_failure_is_told_and_the_next_one_runs(start, watcher, name: str, problem: str) -> None:
    jobs = start()
    failed, good = jobs.add(request(name)), jobs.add(request("easy"))
    job = watcher.until(failed.id, JobState.FAILED)
    assert problem in job.problem and job.advice
    watcher.until(good.id, JobState.DONE)


def test_files_that_are_whole_are_known_at_once_and_after_a_failure(start, watcher) -> None:
    jobs = start(clock=lambda: 100.0)  # no time passes between what is told
    number = jobs.add(request("one of two")).id
    for results in ((), (), RESULT.paths):
        assert watcher.until(number, JobState.RUNNING).results == results
    failed = watcher.until(number, JobState.FAILED)
    assert failed.results == RESULT.paths
    jobs.close()
    assert start().list() == [failed]


def test_what_quern_interrupted_is_known_and_can_be_started_again(
    start, watcher, scripted: Scripted
) -> None:
    jobs = start()
    running, waiting = jobs.add(request("wait")), jobs.add(request("easy"))
    assert scripted.begun.get(timeout=30) == "wait"
    jobs.close()
    later = start()
    assert [(job.id, job.state) for job in later.list()] == [
        (running.id, JobState.INTERRUPTED),
        (waiting.id, JobState.INTERRUPTED),
    ]
    later.again(waiting.id)
    done = watcher.until(waiting.id, JobState.DONE)
    assert done.request == request("easy") and done.results == RESULT.paths
    assert later.list()[0].state is JobState.INTERRUPTED


def test_only_what_has_ended_is_forgotten_or_started_again(start, watcher, scripted) -> None:
    jobs = start()
    number = jobs.add(request("wait")).id
    assert scripted.begun.get(timeout=30) == "wait"
    for action in (jobs.forget, jobs.again):
        with pytest.raises(InvalidInput, match="has not ended"):
            action(number)
    scripted.released.set()
    watcher.until(number, JobState.DONE)
    jobs.forget(number)
    assert jobs.list() == [] and start().list() == []


def test_the_time_left_is_told_once_there_is_a_speed(start, watcher, scripted) -> None:
    now = iter([100.0, 100.5, 200.0, 210.0])
    jobs = start(clock=lambda: next(now))
    early = jobs.add(request("easy"))
    assert watcher.until(early.id, JobState.RUNNING).seconds_left is None
    assert watcher.until(early.id, JobState.RUNNING).seconds_left is None  # after half a second
    watcher.until(early.id, JobState.DONE)
    late = jobs.add(request("easy"))
    watcher.until(late.id, JobState.RUNNING)
    job = watcher.until(late.id, JobState.RUNNING)
    assert job.progress == JobProgress(0.5, "at easy")
    assert job.seconds_left == pytest.approx(10.0)
    assert watcher.until(late.id, JobState.DONE).seconds_left is None


def test_a_job_is_paused_and_goes_on(start, watcher, scripted: Scripted) -> None:
    jobs = start()
    number, waiting = jobs.add(request("wait")).id, jobs.add(request("easy")).id
    watcher.until(number, JobState.RUNNING)
    assert scripted.begun.get(timeout=30) == "wait"
    for other in (waiting, 77):
        jobs.pause(other)
    jobs.resume(number)
    assert scripted.held == [] and not any(job.paused for job in jobs.list())
    jobs.pause(number)
    jobs.pause(number)
    paused = watcher.until(number, JobState.RUNNING, paused=True)
    assert not paused.state.ended and scripted.held == ["pause"]
    assert [(job.state, job.paused) for job in jobs.list()] == [
        (JobState.RUNNING, True),
        (JobState.WAITING, False),
    ]
    jobs.resume(number)
    watcher.until(number, JobState.RUNNING)
    assert scripted.held == ["pause", "resume"]
    scripted.released.set()
    watcher.until(number, JobState.DONE)
    watcher.until(waiting, JobState.DONE)
    jobs.pause(number)
    assert jobs.list()[0].state is JobState.DONE and not jobs.list()[0].paused


def test_a_paused_job_can_be_cancelled(start, watcher, scripted: Scripted) -> None:
    jobs = start()
    number = jobs.add(request("wait")).id
    assert scripted.begun.get(timeout=30) == "wait"
    jobs.pause(number)
    jobs.cancel(number)
    watcher.until(number, JobState.CANCELLED)
    jobs.again(number)
    watcher.until(number, JobState.RUNNING)  # not paused any more


def test_a_paused_job_is_interrupted_by_the_end_of_quern(start, watcher, scripted) -> None:
    jobs = start()
    number = jobs.add(request("wait")).id
    assert scripted.begun.get(timeout=30) == "wait"
    jobs.pause(number)
    jobs.close()
    assert [job.state for job in start().list()] == [JobState.INTERRUPTED]


def test_what_is_told_while_it_is_paused_leaves_it_paused(start, watcher, scripted) -> None:
    clock = Clock()
    jobs = start(clock=clock)
    number = jobs.add(request("steps")).id
    assert scripted.begun.get(timeout=30) == "steps"
    jobs.pause(number)
    watcher.until(number, JobState.RUNNING, paused=True)
    clock.now += 100
    scripted.steps.put(0.6)
    job = watcher.until(number, JobState.RUNNING, paused=True)
    assert job.progress.fraction == 0.6 and job.seconds_left is None
    scripted.steps.put(0)
    watcher.until(number, JobState.DONE)


def test_the_time_left_does_not_count_the_pauses(start, watcher, scripted) -> None:
    clock = Clock()
    jobs = start(clock=clock)
    number = jobs.add(request("steps")).id
    assert scripted.begun.get(timeout=30) == "steps"
    for _ in range(2):
        clock.now += 10
        jobs.pause(number)
        clock.now += 1000
        jobs.resume(number)
    scripted.steps.put(0.8)
    while (job := watcher.until(number, JobState.RUNNING)).progress.fraction != 0.8:
        pass
    assert job.seconds_left == pytest.approx(5.0)
    scripted.steps.put(0)
    watcher.until(number, JobState.DONE)


def test_the_next_try_knows_what_was_made_and_the_list_keeps_it(start, watcher, scripted) -> None:
    jobs = start()
    number = jobs.add(request("one of two")).id
    watcher.until(number, JobState.FAILED)
    assert scripted.made_before == ()
    jobs.again(number)
    told = [watcher.until(number, JobState.WAITING)]
    while told[-1].state is not JobState.FAILED:
        told.append(watcher.changes.get(timeout=30))
    assert {job.results for job in told} == {RESULT.paths}
    assert scripted.made_before == RESULT.paths
