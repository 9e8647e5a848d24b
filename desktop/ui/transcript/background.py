"""Slow work in one thread beside the GUI's."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

T = TypeVar("T")


class _Courier(QObject):
    """Carries results into the thread it lives in."""

    finished = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.finished.connect(self._deliver)

    def _deliver(self, take: Callable[[object], None], result: object) -> None:
        take(result)


class Background:
    """Runs one piece of work after the other; `owner` must live in the GUI's thread.

    A thread of Python's own and not a `QThreadPool`, because that waits for its work when it is
    destroyed, and the work could wait for the interpreter's lock at the same time.
    """

    def __init__(self, owner: QObject) -> None:
        self._courier = _Courier(owner)
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="transcript")
        owner.destroyed.connect(self._close)

    def run(self, work: Callable[[], T], take: Callable[[T], None]) -> None:
        """Do `work`, which must not raise, in the thread; `take` gets its result in the GUI's."""
        self._executor.submit(self._do, work, take)

    def _do(self, work: Callable[[], T], take: Callable[[T], None]) -> None:
        result = work()
        try:
            self._courier.finished.emit(take, result)
        except RuntimeError:
            return  # the owner is gone: nobody waits for the result any more

    def _close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)
