"""What many small changes come to, worked out now and then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.controllers.tasks import Tasks
from desktop.domain.errors import QuernError


class Looks(QObject):
    """Looks at the newest of the values it hears of on a worker thread: one at a time, with a pause
    after each. The last value is always looked at.

    Args:
        look: what is made of a value.
        pause_ms: between the end of one look and the next.

    Signals:
        heard: emitted from any thread with a value.
        known: what was made of one.
        failed(QuernError): why nothing was.
    """

    heard = Signal(object)
    known = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        look: Callable[[Any], object],
        pause_ms: int,
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._make = look
        self._tasks = tasks
        self._newest: object = None  # heard, but not looked at yet
        self._looking = False
        self._pause = QTimer(self, interval=pause_ms, singleShot=True)
        self._pause.timeout.connect(self._look)
        self.heard.connect(self._on_heard)

    def close(self) -> None:
        """Look no more."""
        self._pause.stop()

    @Slot(object)
    def _on_heard(self, value: object) -> None:
        self._newest = value
        if not self._looking and not self._pause.isActive():
            self._look()

    @Slot()
    def _look(self) -> None:
        newest, self._newest = self._newest, None
        if newest is None:
            return
        self._looking = True

        def done(made: object) -> None:
            self._looking = False
            self.known.emit(made)
            self._pause.start()

        def failed(error: QuernError) -> None:
            self._looking = False
            self.failed.emit(error)
            self._pause.start()

        self._tasks.run(lambda: self._make(newest), done, failed)
