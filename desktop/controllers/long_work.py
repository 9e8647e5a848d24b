"""One piece of long work at a time, on a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from desktop.core.job_control import JobControl
from desktop.domain.errors import Cancelled, QuernError


class LongWork(QObject):
    """What is to be told of the work meanwhile, it tells by signals of its own.

    An expected error goes to `ended`; any other is a bug and is raised on the window's thread after
    it, where the crash dialog takes it.

    Signals:
        ended(QuernError | None): the work is over; with the error that ended it. None when it was
            done, or cancelled.
    """

    ended = Signal(object)

    _over = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._control = JobControl()
        self._thread: threading.Thread | None = None
        self._over.connect(self._end)

    @property
    def busy(self) -> bool:
        """Whether there is work, until it is told that it ended."""
        return self._thread is not None

    def begin(self, work: Callable[[JobControl], None]) -> None:
        """Do `work`; nothing may be under way."""
        assert not self.busy, self._name
        control = self._control = JobControl()

        def body() -> None:
            problem: Exception | None = None
            try:
                work(control)
            except Cancelled:
                pass
            except Exception as error:  # noqa: BLE001 - told on the window's thread
                problem = error
            self._over.emit(problem)

        self._thread = threading.Thread(target=body, name=self._name, daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Stop the work; `ended` follows. Nothing when there is none."""
        self._control.cancel()

    def close(self) -> None:
        """Interrupt the work and wait until it is over."""
        self._control.interrupt()
        if self._thread is not None:
            self._thread.join()

    @Slot(object)
    def _end(self, problem: Exception | None) -> None:
        self._thread = None
        expected = problem if isinstance(problem, QuernError) else None
        self.ended.emit(expected)
        if problem is not expected:
            raise problem  # type: ignore[misc]  # None is expected
