"""How something long goes, such as a comparison, and what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from desktop.domain.comparison import Comparison
from desktop.domain.job import JobProgress, JobState
from desktop.ui.compare.words import state_words
from desktop.ui.formats import duration, fill, integer
from desktop.ui.widgets.buttons import label, set_property, text_button

BAR_STEPS = 1000
LOOK_MS = 3000  # between two looks at what another Quern has done


class RunStrip(QWidget):
    """Signals:
    cancel_requested, resume_requested.
    look_requested: now and then, while this is seen and another Quern does the work.
    """

    cancel_requested = Signal()
    resume_requested = Signal()
    look_requested = Signal()

    def __init__(self, look_ms: int = LOOK_MS) -> None:
        super().__init__()
        self._elsewhere = False
        self._looks = QTimer(self, interval=look_ms)
        self._looks.timeout.connect(self.look_requested)
        self.bar = QProgressBar()
        self.bar.setRange(0, BAR_STEPS)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(4)
        self.bar.setAccessibleName(self.tr("Progress of the comparison"))
        self._words = label("", "small", wrap=True)
        self.cancel_button = text_button(self.tr("Cancel"))
        self.cancel_button.setAccessibleDescription(self.tr("What was measured stays"))
        self.cancel_button.clicked.connect(self.cancel_requested)
        self.resume_button = text_button(self.tr("Go on"))
        self.resume_button.setAccessibleDescription(self.tr("Measures what is still missing"))
        self.resume_button.clicked.connect(self.resume_requested)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._words, 1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.resume_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.bar)
        column.addLayout(row)

    def show_comparison(self, comparison: Comparison) -> None:
        """How a comparison stands."""
        problem = f"{comparison.problem} {comparison.advice}".strip()
        self.show_state(
            comparison.state,
            problem,
            measured=comparison.measured,
            resumable=comparison.resumable,
        )
        self.setVisible(comparison.state is not JobState.DONE or comparison.resumable)

    def show_state(self, state: JobState, problem: str, *, measured: bool, resumable: bool) -> None:
        """How it stands, and what went wrong; while it runs, `show_progress` tells more."""
        running = not state.ended
        if not running or not self._words.text():
            shown = self.tr("What was measured is shown.")
            said = problem or (shown if measured else self.tr("Nothing was measured."))
            self._words.setText(
                self.tr("It begins…") if running else f"{state_words(state)} · {said}"
            )
            set_property(self._words, "tone", "error" if problem else "small")
        self.bar.setVisible(running)
        self.cancel_button.setVisible(running)
        self.resume_button.setVisible(resumable)

    @property
    def is_elsewhere(self) -> bool:
        return self._elsewhere

    def set_elsewhere(self, on: bool) -> None:
        """Whether another Quern does it, which tells its results only; after `show_state`."""
        self._elsewhere = on
        if on:
            self._words.setText(
                self.tr("Run by a command or another Quern · What is done so far is shown.")
            )
            self.bar.hide()
            self.cancel_button.hide()
        self._time()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._time()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._looks.stop()

    def _time(self) -> None:
        if not self._elsewhere or not self.isVisible():
            self._looks.stop()
        elif not self._looks.isActive():
            self._looks.start()

    def begin(self) -> None:
        """Another comparison is shown."""
        self.set_elsewhere(False)
        self._words.clear()
        self.bar.setValue(0)

    def show_progress(self, progress: JobProgress, left: float | None) -> None:
        """`left` is in seconds, None while nobody can know."""
        parts = [fill(self.tr("%1 %"), integer(int(progress.fraction * 100)))]
        if left is not None:
            parts.append(fill(self.tr("%1 left"), duration(left)))
        parts.append(progress.step)
        self._words.setText(" · ".join(parts))
        set_property(self._words, "tone", "small")
        self.bar.setValue(round(BAR_STEPS * progress.fraction))

    def text(self) -> str:
        return self._words.text()
