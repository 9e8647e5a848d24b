"""Running one job in an engine child of its own, and stopping it from elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from desktop.domain.errors import Cancelled, EngineDied
from desktop.domain.job import JobProgress
from desktop.engine.client import Engine, EventHandler, ReplyT, error_of
from desktop.engine.part_file import discard_part
from desktop.engine.protocol import Request
from desktop.engine.waiting import next_of

Report = Callable[[JobProgress], None]


@dataclass(frozen=True, slots=True)
class JobResult:
    """The files a job made, and what a person should know about them, a sentence each."""

    paths: tuple[Path, ...]
    notes: tuple[str, ...] = ()


def _nothing() -> None:
    """What pausing does where there is nothing to pause."""


class JobControl:
    """Lets any thread cancel, pause and resume a job that runs on another.

    Attributes:
        made_before: files that an earlier try of the same job made.
    """

    def __init__(self, made_before: tuple[Path, ...] = ()) -> None:
        self.made_before = made_before
        self._changed = threading.Condition()  # guards everything below
        self._cancelled = self._interrupted = False
        self._paused = False
        self._stop = self._pause = self._resume = _nothing

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    @property
    def interrupted(self) -> bool:
        """Whether it was stopped by `interrupt`, and not by `cancel` before."""
        return self._interrupted

    def interrupt(self) -> None:
        """Stop as `cancel` does, though nobody asked for it: Quern is being closed."""
        self._interrupted = not self._cancelled
        self.cancel()

    def cancel(self) -> None:
        """Stop what runs, and whatever the job would have done after it."""
        with self._changed:
            self._cancelled = True
            self._changed.notify_all()
            stop = self._stop
        stop()

    def pause(self) -> None:
        """Hold up what runs before its next step, and whatever the job would do after it."""
        with self._changed:  # until it is passed on, so that the last call is the last to arrive
            self._paused = True
            self._pause()

    def resume(self) -> None:
        """Let it go on."""
        with self._changed:
            self._paused = False
            self._changed.notify_all()
            self._resume()

    def check(self) -> None:
        """Raises: Cancelled."""
        if self._cancelled:
            raise Cancelled("It was cancelled.")

    def wait(self) -> None:
        """Block while it is paused. Raises: Cancelled."""
        with self._changed:
            self._changed.wait_for(lambda: self._cancelled or not self._paused)
        self.check()

    @contextmanager
    def stopping(
        self,
        stop: Callable[[], None],
        pause: Callable[[], None] = _nothing,
        resume: Callable[[], None] = _nothing,
    ) -> Iterator[None]:
        """`cancel` calls `stop` meanwhile, and so on. Raises: Cancelled when it was called
        before."""
        with self._changed:
            self._stop, self._pause, self._resume = stop, pause, resume
            if self._paused:
                pause()
        try:
            self.check()
            yield
        finally:
            with self._changed:
                self._stop = self._pause = self._resume = _nothing


class Steps:
    """Turns the progress of steps into that of the whole."""

    def __init__(self, report: Report, total: float) -> None:
        self._report = report
        self._total = total
        self._done = 0.0
        self._results: tuple[Path, ...] = ()

    def report(self, weight: float) -> Report:
        """For the next step, which is `weight` of the total."""
        before = self._done
        self._done += weight

        def tell(progress: JobProgress) -> None:
            fraction = (before + weight * progress.fraction) / self._total
            self._report(JobProgress(fraction, progress.step, self._results, progress.memory))

        return tell

    def made(self, path: Path) -> None:
        """The steps so far made a file, which is whole."""
        self._results += (path,)
        self._report(JobProgress(self._done / self._total, "", self._results))

    @property
    def results(self) -> tuple[Path, ...]:
        """The files that were made."""
        return self._results


class JobRunner:
    """Sends requests to engine children, each to one that does nothing else."""

    def __init__(self, make_engine: Callable[[], Engine]) -> None:
        self._make_engine = make_engine

    def run(
        self,
        make: Callable[[int], Request],
        wanted: type[ReplyT],
        control: JobControl,
        on_event: EventHandler | None = None,
        *,
        writes: Path | None = None,
    ) -> ReplyT:
        """The reply to a request, once it is there.

        Args:
            writes: the file it makes, of which nothing half-written is left whatever happens.

        Raises: Cancelled, the QuernError the child answered with, EngineDied when it died.
        """
        control.wait()
        engine = self._make_engine()
        engine.start()
        try:
            return call_engine(engine, make, wanted, control, on_event)
        except EngineDied as error:
            raise EngineDied(
                error.message,
                "Nothing half-written was kept. Check the file it read, and that enough memory is "
                "free; then start it again.",
                exit_code=error.exit_code,
                log_lines=error.log_lines,
            ) from error
        finally:
            engine.close()  # on KeyboardInterrupt too: the child leaves at once
            if writes is not None:
                discard_part(writes)


def call_engine(
    engine: Engine,
    make: Callable[[int], Request],
    wanted: type[ReplyT],
    control: JobControl,
    on_event: EventHandler | None = None,
) -> ReplyT:
    """The reply to a request, once it is there; `control` can cancel and pause it.

    Raises: Cancelled, the QuernError the child answered with, EngineDied when it died.
    """
    number, replies = engine.ask(make, on_event)
    with control.stopping(
        lambda: engine.cancel(number),
        lambda: engine.pause(number),
        lambda: engine.resume(number),
    ):
        reply = next_of(replies)
    error = error_of(reply)
    if error is None:
        assert isinstance(reply, wanted), reply
        return reply
    control.check()  # whatever it ended with, it ended because it was cancelled
    raise error
