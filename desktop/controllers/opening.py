"""Opening the database while a window is on the screen already."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.storage.database import Database, OpenReport

USUAL_MS = 500


class Opening(QObject):
    """Nearly always it takes some milliseconds. To check a large database, to rescue a damaged one
    or to bring one of an older Quern up to date may take a minute.

    Signals:
        delayed(): it takes longer than usual.
        done(Future[OpenReport]): it is open, or what was raised instead.
    """

    delayed = Signal()
    done = Signal(object)
    _back = Signal(object)

    def __init__(self, database: Database, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._database = database
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="opening")
        self._patience = QTimer(self, interval=USUAL_MS, singleShot=True)
        self._patience.timeout.connect(self.delayed)
        self._back.connect(self._end)

    def begin(self) -> None:
        """Open the database on a thread of its own."""
        self._patience.start()
        self._pool.submit(self._database.open).add_done_callback(self._back.emit)

    def close(self) -> None:
        """Wait until it is over; a rescue is not left halfway."""
        self._pool.shutdown()

    @Slot(object)
    def _end(self, outcome: Future[OpenReport]) -> None:
        self._patience.stop()
        self._pool.shutdown()
        self.done.emit(outcome)
