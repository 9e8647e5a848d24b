"""Opens a window and tells when it was painted and what it takes when idle. A process of its own.

    python -m tests.benchmarks.window_probe SPAWNED_AT bare
    python -m tests.benchmarks.window_probe SPAWNED_AT quern HOME

SPAWNED_AT is the parent's time.monotonic() just before the start. Prints one JSON object.
"""

from __future__ import annotations

import json
import sys
import time

import psutil
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QMainWindow,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSlider,
    QSplitter,
    QStackedWidget,
    QTextBrowser,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

SETTLE_MS = 6000  # the model is loaded and every start-up task is over
IDLE_MS = 5000
POLL_MS = 2


class Probe(QObject):
    """Watches for the first paint, then for idleness; prints what it saw and leaves."""

    def __init__(self, application: QApplication, spawned_at: float) -> None:
        super().__init__()
        self._application = application
        self._spawned_at = spawned_at
        self._shown_ms = 0.0
        self._ready_ms = 0.0
        self._busy_before = 0.0
        application.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._application.removeEventFilter(self)
            QTimer.singleShot(0, self, self._painted)
        return False

    def _painted(self) -> None:
        self._shown_ms = self._now_ms()
        self._wait_for_composer()
        QTimer.singleShot(SETTLE_MS, self, self._settled)

    def _wait_for_composer(self) -> None:
        """A frame alone may be painted first; a person waits for the place to type in."""
        edits = (w for w in self._application.allWidgets() if isinstance(w, QPlainTextEdit))
        if any(edit.isVisible() and edit.isEnabled() for edit in edits):
            self._ready_ms = self._now_ms()
        else:
            QTimer.singleShot(POLL_MS, self, self._wait_for_composer)

    def _now_ms(self) -> float:
        return (time.monotonic() - self._spawned_at) * 1000

    def _settled(self) -> None:
        self._busy_before = time.process_time()
        QTimer.singleShot(IDLE_MS, self, self._idled)

    def _idled(self) -> None:
        busy = time.process_time() - self._busy_before
        print(
            json.dumps(
                {
                    "shown_ms": self._shown_ms,
                    "ready_ms": self._ready_ms,
                    "idle_mb": psutil.Process().memory_info().rss / 1e6,
                    "idle_cpu_percent": busy / (IDLE_MS / 1000) * 100,
                }
            )
        )
        self._application.quit()


def bare_window() -> QMainWindow:
    """The kinds of widgets Quern shows, and nothing behind them."""
    window = QMainWindow()
    for title in ("File", "Edit", "View", "Chat", "Help"):
        menu = window.menuBar().addMenu(title)
        for number in range(10):
            menu.addAction(f"{title} {number}")
    conversations = QListWidget()
    conversations.addItems([f"Conversation {number}" for number in range(30)])
    sidebar = column(QPushButton("New"), QLineEdit(), conversations)
    for number in range(5):
        sidebar.layout().addWidget(QToolButton(text=f"Page {number}"))
    transcript = QScrollArea(widgetResizable=True)
    texts = [QTextBrowser(markdown="Some **text** and `code`.") for _ in range(4)]
    transcript.setWidget(column(*texts))
    top = row(QComboBox(), QLabel("0 tokens/s"), QProgressBar(), QLabel("0 MB"))
    edit = QPlainTextEdit()
    composer = row(edit, QPushButton("Send"))
    form = QWidget()
    layout = QFormLayout(form)
    for number in range(24):
        layout.addRow(
            f"Setting {number}", row(QSlider(Qt.Orientation.Horizontal), QDoubleSpinBox())
        )
    panel = QScrollArea(widgetResizable=True)
    panel.setWidget(form)
    pages = QStackedWidget()
    pages.addWidget(column(top, transcript, composer))
    splitter = QSplitter()
    for widget in (sidebar, pages, panel):
        splitter.addWidget(widget)
    window.setCentralWidget(splitter)
    window.resize(1200, 800)
    edit.setFocus()  # its cursor blinks
    return window


def column(*widgets: QWidget) -> QWidget:
    return filled(QVBoxLayout, widgets)


def row(*widgets: QWidget) -> QWidget:
    return filled(QHBoxLayout, widgets)


def filled(layout_type: type, widgets: tuple[QWidget, ...]) -> QWidget:
    box = QWidget()
    layout = layout_type(box)
    for widget in widgets:
        layout.addWidget(widget)
    return box


def show_bare(spawned_at: float) -> int:
    application = QApplication(sys.argv[:1])
    application.setStyle("Fusion")
    window = bare_window()
    window.show()
    probe = Probe(application, spawned_at)
    status = application.exec()
    assert probe is not None
    return status


def show_quern(spawned_at: float, home: str) -> int:
    from desktop import gui

    run_loop = QApplication.exec
    probes: list[Probe] = []

    def exec_watched(*_self: QApplication) -> int:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        probes.append(Probe(application, spawned_at))
        return run_loop()

    QApplication.exec = exec_watched
    return gui.main(["--home", home])


if __name__ == "__main__":
    started = float(sys.argv[1])
    sys.exit(show_bare(started) if sys.argv[2] == "bare" else show_quern(started, sys.argv[3]))
