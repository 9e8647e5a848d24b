"""How something long goes, such as a comparison, and what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from desktop.domain.comparison import Comparison
from desktop.domain.job import JobProgress, JobState
from desktop.ui.compare.words import state_words
from desktop.ui.formats import duration, fill, integer
from desktop.ui.widgets.buttons import label, set_property, text_button

BAR_STEPS = 1000


class RunStrip(QWidget):
    """Signals: cancel_requested, resume_requested."""

    cancel_requested = Signal()
    resume_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
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
        self.show_state(comparison.state, problem, resumable=comparison.resumable)
        self.setVisible(comparison.state is not JobState.DONE or comparison.resumable)

    def show_state(self, state: JobState, problem: str, *, resumable: bool) -> None:
        """How it stands, and what went wrong; while it runs, `show_progress` tells more."""
        running = not state.ended
        if not running or not self._words.text():
            said = problem or self.tr("What was measured is shown.")
            self._words.setText(
                self.tr("It begins…") if running else f"{state_words(state)} · {said}"
            )
            set_property(self._words, "tone", "error" if problem else "small")
        self.bar.setVisible(running)
        self.cancel_button.setVisible(running)
        self.resume_button.setVisible(resumable)

    def begin(self) -> None:
        """Another comparison is shown."""
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
