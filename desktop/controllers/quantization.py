"""Quantizing, converting, and the list of such jobs, for all windows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from desktop.controllers.controller import Controller
from desktop.controllers.questions import Questions
from desktop.controllers.tasks import Tasks
from desktop.core.checkpoints import CheckpointFolder, look_at_checkpoint
from desktop.core.jobs import Jobs
from desktop.core.model_inspector import ModelInspector
from desktop.core.quantization import Quantization
from desktop.core.result_folder import free_bytes
from desktop.domain.errors import QuernError
from desktop.domain.job import Job, JobRequest, QuantizationRequest
from desktop.domain.model import LoadConfig, ModelInfo
from desktop.domain.quantization import QuantizeOptions

Source = ModelInfo | CheckpointFolder


class QuantizationController(Controller):
    """Shared by all windows; an answer names its question, so that each window knows its own.

    Args:
        make_jobs: makes the list of jobs, given what is to be told of every change.
        count_words: how many words of the person there are for an importance matrix.

    Signals:
        source_known(Path, Source), source_refused(Path, QuernError): answers to `look_at`.
        words_known(int): answer to `count_words`.
        memory_known(Path, int): bytes that are free for a model, as told after `source_known`.
        sizes_known(Path, QuantizeOptions, tuple[LevelEstimate]), dry_run_failed(Path,
            QuantizeOptions, QuernError): answers to `dry_run`.
        planned(QuantizationRequest, QuantizationPlan), plan_failed(QuantizationRequest,
            QuernError): answers to `plan`.
        space_known(Path, int): bytes that are free for files in a folder; answer to `ask_space`.
        listed(list[Job]): all jobs, the newest first, when one was added or taken off, and as
            answer to `refresh`.
        changed(Job): one went on; of progress at most about 8 times a second.
        finished(Job): one ended, however it did.
        results_known(dict[Path, int]): bytes of the files that jobs made, 0 where one is not there
            any more.
    """

    source_known = Signal(object, object)
    source_refused = Signal(object, object)
    words_known = Signal(object)
    memory_known = Signal(object, object)
    sizes_known = Signal(object, object, object)
    dry_run_failed = Signal(object, object, object)
    planned = Signal(object, object)
    plan_failed = Signal(object, object)
    space_known = Signal(object, object)
    listed = Signal(object)
    changed = Signal(object)
    finished = Signal(object)
    results_known = Signal(object)

    _job = Signal(object)

    def __init__(
        self,
        make_jobs: Callable[[Callable[[Job], None]], Jobs],
        quantization: Quantization,
        inspector: ModelInspector,
        count_words: Callable[[], int],
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._quantization = quantization
        self._inspector = inspector
        self._count_words = count_words
        self._tasks = tasks
        self._questions = Questions(tasks)
        self._heard_of: dict[int, Job] = {}  # by id, as they were then
        self._job.connect(self._heard)
        self._jobs = make_jobs(self._job.emit)

    def open(self) -> None:
        """Find the jobs of the last time again, and begin to work."""
        if self.attempt("open", self._jobs.start):
            self.refresh()

    def close(self) -> None:
        """Stop what runs; it can be started again the next time."""
        self._jobs.close()

    # --- before -----------------------------------------------------------------------------

    def look_at(self, source: Path) -> None:
        """What a file or a checkpoint folder is; answered by `source_known` or
        `source_refused`."""
        self._tasks.run(
            lambda: self._source(source),
            self._tell_source,
            partial(self.source_refused.emit, source),
        )

    def count_words(self) -> None:
        """How many words the conversations have that a matrix can be computed from; answered by
        `words_known`."""
        self._tasks.run(self._count_words, *self.answer("words", self.words_known.emit))

    def dry_run(self, source: Path, options: QuantizeOptions) -> None:
        """What each level would make; answered by `sizes_known` or `dry_run_failed`."""
        self._questions.ask(
            (source, options),
            lambda: self._quantization.estimates(source, options),
            partial(self.sizes_known.emit, source, options),
            partial(self.dry_run_failed.emit, source, options),
        )

    def plan(self, request: QuantizationRequest) -> None:
        """What a request would write; answered by `planned` or `plan_failed`."""
        self._questions.ask(
            request,
            lambda: self._quantization.plan(request),
            partial(self.planned.emit, request),
            partial(self.plan_failed.emit, request),
        )

    def ask_space(self, folder: Path) -> None:
        """Answered by `space_known`; whether the folder can be used at all, the job finds out."""
        self._tasks.run(
            lambda: free_bytes(folder), partial(self.space_known.emit, folder), _not_told
        )

    # --- jobs -------------------------------------------------------------------------------

    def start(self, request: JobRequest) -> None:
        """Put a job at the end of the queue."""
        self.attempt("start", lambda: self._jobs.add(request))

    def cancel(self, number: int) -> None:
        """Stop a job; nothing half-written is left of it."""
        self._jobs.cancel(number)

    def pause(self, number: int) -> None:
        """Hold up a running job before its next step."""
        self._jobs.pause(number)

    def resume(self, number: int) -> None:
        """Let a paused job go on."""
        self._jobs.resume(number)

    def again(self, number: int) -> None:
        """Start a job again that failed, was cancelled or interrupted."""
        self.attempt("start", lambda: self._jobs.again(number))

    def forget(self, number: int) -> None:
        """Take a job that has ended off the list; its files stay."""
        if self.attempt("forget", lambda: self._jobs.forget(number)):
            self.refresh()

    def refresh(self) -> None:
        """Answered by `listed` and `results_known`."""
        jobs = self._jobs.list()[::-1]
        self._heard_of = {job.id: job for job in jobs}
        self.listed.emit(jobs)
        self._look_at_results(jobs)

    @property
    def busy(self) -> bool:
        """Whether a job runs, waits or is paused."""
        return any(not job.state.ended for job in self._heard_of.values())

    # --- inside -----------------------------------------------------------------------------

    @Slot(object)
    def _heard(self, told: Job) -> None:
        # What another thread told may come later than what came of it on this one.
        job = self._jobs.job(told.id)
        if job is None:
            return
        before = self._heard_of.get(job.id)
        self._heard_of[job.id] = job
        if before is None:
            self.listed.emit(self._jobs.list()[::-1])
        else:
            self.changed.emit(job)
        if before is None or job.results != before.results:
            self._look_at_results([job])
        if job.state.ended and (before is None or not before.state.ended):
            self.finished.emit(job)

    def _source(self, path: Path) -> Source:
        return look_at_checkpoint(path) if path.is_dir() else self._inspector.inspect(path)

    def _tell_source(self, source: Source) -> None:
        self.source_known.emit(source.path, source)
        if isinstance(source, ModelInfo):
            self._tasks.run(
                lambda: self._inspector.estimate(source.path, LoadConfig()).available,
                partial(self.memory_known.emit, source.path),
                _not_told,
            )

    def _look_at_results(self, jobs: list[Job]) -> None:
        paths = [path for job in jobs for path in job.results]
        if paths:
            self._tasks.run(lambda: _sizes(paths), *self.answer("results", self.results_known.emit))


def _sizes(paths: list[Path]) -> dict[Path, int]:
    return {path: path.stat().st_size if path.is_file() else 0 for path in paths}


def _not_told(_error: QuernError) -> None:
    """A model that cannot be loaded can be quantized, and a folder that cannot be looked at can be
    made; then nothing is said about memory or space."""
