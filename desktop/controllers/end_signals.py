"""The signals by which a terminal or the system asks Quern to end."""

from __future__ import annotations

import signal
import socket
from typing import Any

from PySide6.QtCore import QObject, QSocketNotifier, Signal

# Ctrl+C, what the system sends to all at its end, and what a terminal sends when it is closed.
NUMBERS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


class EndSignals(QObject):
    """Tells of them through Qt's event loop, which Python's own handlers would wait for.

    Signals:
        asked(): Quern is to end now, and nobody is there to answer a question.
    """

    asked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)
        self._wake_before = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        # Without a handler of Python's, nothing would be written to the socket.
        self._before: dict[int, Any] = {
            number: signal.signal(number, lambda _number, _frame: None) for number in NUMBERS
        }

    def close(self) -> None:
        """Give the signals back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wake_before)
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()

    def _read(self) -> None:
        if set(self._reader.recv(4096)) & set(NUMBERS):
            self.asked.emit()
