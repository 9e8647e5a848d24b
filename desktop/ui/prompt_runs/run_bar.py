"""The button that runs a prompt or a chain, and how far that is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.job import JobProgress, JobState
from desktop.ui.compare.run_strip import RunStrip
from desktop.ui.widgets.buttons import label, text_button


class RunBar(QWidget):
    """Signals: start_requested, cancel_requested."""

    start_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, action: str) -> None:
        """`action` stands on the button."""
        super().__init__()
        self._sentence, self._ready = "", False
        self._blocked = ""  # what goes on elsewhere
        self.strip = RunStrip()
        self.strip.bar.setAccessibleName(self.tr("Progress"))
        self.strip.cancel_button.setAccessibleDescription(self.tr("Answers that are there stay"))
        self.strip.cancel_requested.connect(self.cancel_requested)
        self.words = label("", "small", wrap=True)
        self.start_button = text_button(action, "primary")
        self.start_button.clicked.connect(self.start_requested)
        self._idle = QWidget()
        row = QHBoxLayout(self._idle)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.words, 1)
        row.addWidget(self.start_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.strip)
        column.addWidget(self._idle)
        self.show_idle()

    def set_sentence(self, sentence: str, *, ready: bool) -> None:
        """What the button will do, or why it cannot be pressed."""
        self._sentence, self._ready = sentence, ready
        self._show()

    def show_idle(self, *, blocked: str = "") -> None:
        """Nothing goes on here; `blocked` says what does elsewhere, or ""."""
        self._blocked = blocked
        self.strip.hide()
        self._idle.show()
        self._show()

    def show_begun(self) -> None:
        """It goes on."""
        self.strip.begin()
        self.strip.show_state(JobState.RUNNING, "", measured=False, resumable=False)
        self.strip.show()
        self._idle.hide()

    def show_progress(self, progress: JobProgress, left: float | None) -> None:
        """`left` is in seconds, None while nobody can know."""
        self.strip.show_progress(progress, left)

    def _show(self) -> None:
        self.words.setText(self._blocked or self._sentence)
        self.start_button.setEnabled(self._ready and not self._blocked)
        self.start_button.setAccessibleDescription(self.words.text())
