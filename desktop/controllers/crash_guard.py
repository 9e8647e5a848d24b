"""Catches what nobody caught, writes it down and tells the window."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)

from desktop.core.logs import Logs, system_report

_log = logging.getLogger("quern.crash")
_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class CrashGuard(QObject):
    """Signals:
    crashed(str): an unexpected error, with everything a report needs. Emitted on the thread
        where it happened; a slot of a window gets it on the window's thread.
    """

    crashed = Signal(str)

    def __init__(self, logs: Logs, facts: dict[str, str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._logs = logs
        self._facts = facts

    def install(self) -> None:
        """Take over the hooks of Python and Qt; `uninstall` gives them back."""
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        qInstallMessageHandler(self._on_qt_message)

    def uninstall(self) -> None:
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        qInstallMessageHandler(None)

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        _log.error("Unexpected error\n%s", text)
        details = f"{system_report(self._facts)}\n\n{text}"
        self._logs.write_crash(details)
        self.crashed.emit(details)

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._on_exception(args.exc_type, args.exc_value, args.exc_traceback)

    def _on_qt_message(
        self, kind: QtMsgType, _context: QMessageLogContext, message: str | None
    ) -> None:
        logging.getLogger("qt").log(_QT_LEVELS.get(kind, logging.WARNING), "%s", message)
