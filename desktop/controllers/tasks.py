"""Work that takes longer than a frame, off the window's thread and back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from desktop.domain.errors import QuernError

ResultT = TypeVar("ResultT")

THREADS = 4


class Tasks(QObject):
    """Runs functions on worker threads and hands their results to the window's thread.

    An expected error (QuernError) goes to `on_error`. Any other is a bug: `on_error` gets one that
    says so, so that nobody waits for ever, and the bug itself is raised on the window's thread,
    where the crash dialog takes it.
    """

    _back = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._closed = False
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="task")
        self._back.connect(self._call)

    def run(
        self,
        work: Callable[[], ResultT],
        on_done: Callable[[ResultT], None],
        on_error: Callable[[QuernError], None],
    ) -> None:
        """Run `work` on a worker thread; exactly one of the two callbacks follows, unless the
        tasks are closed before."""
        if self._closed:
            return

        def job() -> None:
            try:
                result = work()
            except QuernError as error:
                expected = error  # the name `error` is unbound after the block
                self._back.emit(lambda: on_error(expected))
            except Exception as error:  # noqa: BLE001 - re-raised where the crash dialog sees it
                bug = error
                self._back.emit(lambda: _give_up(on_error, bug))
            else:
                self._back.emit(lambda: on_done(result))

        self._pool.submit(job)

    def close(self) -> None:
        """Wait for what runs; drop what has not begun, and every callback."""
        self._closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)

    @Slot(object)
    def _call(self, callback: Callable[[], Any]) -> None:
        if not self._closed:
            callback()


def _give_up(on_error: Callable[[QuernError], None], bug: Exception) -> None:
    on_error(QuernError("Quern met an internal error.", "Please report it."))
    raise bug
