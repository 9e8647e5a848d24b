"""The content of the Quantize page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from desktop.ui.icons import Icons
from desktop.ui.quantize.job_list import JobList
from desktop.ui.quantize.job_row import JobLine
from desktop.ui.quantize.wizard import Wizard
from desktop.ui.widgets.steps_page import StepsPage


class QuantizeBody(StepsPage):
    """What is being made, the steps to make more, and what pressing the button will do.

    Signals, beside those of StepsPage:
        source_chosen: Path of the model or checkpoint folder to begin with.
    """

    source_chosen = Signal(object)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.introduce(
            self.tr("Quantize"),
            self.tr(
                "Makes a smaller file of a model by keeping fewer bits of each weight. It takes"
                " less memory and answers faster; the fewer bits, the more it forgets."
            ),
            self.tr("Quantize"),
        )
        self.jobs = JobList(icons)
        self.wizard = Wizard(icons)
        self._jobs_card = QFrame()
        self._jobs_card.setObjectName("group")
        inside = QVBoxLayout(self._jobs_card)
        inside.setContentsMargins(16, 8, 16, 8)
        inside.addWidget(self.jobs)
        column = self.page.column
        column.addSpacing(8)
        column.addWidget(self._jobs_card)
        column.addWidget(self.wizard)
        self.finish()
        self._jobs_card.hide()
        self.bar.hide()

    def set_source(self, path: Path) -> None:
        """Begin with a model file, or with a checkpoint folder."""
        self.source_chosen.emit(path)

    def set_jobs(self, lines: Sequence[tuple[int, JobLine]]) -> None:
        """What is being made and what came of it, by id."""
        self.jobs.set_lines(lines)
        self._jobs_card.setVisible(bool(lines))

    def show_jobs(self, *, focus: bool) -> None:
        """Bring what was just begun into view, with the `focus` if it was on the button, which
        cannot be pressed any more."""
        self.page.verticalScrollBar().setValue(0)
        if focus:
            self.jobs.focus_newest()

    def show_steps(self) -> None:
        """Bring the steps into view where jobs stand before them, as soon as they have the size
        they take."""
        QTimer.singleShot(0, self, self._scroll_to_steps)

    def _scroll_to_steps(self) -> None:
        begin = self.wizard.y() if self._jobs_card.isVisible() else 0
        self.page.verticalScrollBar().setValue(begin)
        if self.jobs.has_focus():  # which came there with the page
            self.wizard.source.model_button.setFocus(Qt.FocusReason.OtherFocusReason)
