"""What to compare with what, and how; and the comparisons there were."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.comparison import Budget, ComparisonRequest, EvaluationText
from desktop.domain.quantization import QuantizeOptions
from desktop.ui.compare.base_section import BaseSection
from desktop.ui.compare.candidates_section import CandidatesSection
from desktop.ui.compare.effort_section import EffortSection
from desktop.ui.compare.history_list import HistoryList
from desktop.ui.compare.keeping_section import KeepingSection
from desktop.ui.compare.text_section import TextSection
from desktop.ui.icons import Icons
from desktop.ui.widgets.step_card import step_card
from desktop.ui.widgets.steps_page import StepsPage


class SetupView(StepsPage):
    """Signals, beside those of StepsPage:

    changed: a person changed something that no size depends on.
    options_changed: a person changed what the sizes of levels depend on.
    """

    changed = Signal()
    options_changed = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.introduce(
            self.tr("Compare"),
            self.tr(
                "Measures what each level of a model costs on this machine: how far it is from the"
                " original, how fast it is and how much memory it takes."
            ),
            self.tr("Compare"),
        )
        self.history = HistoryList(icons)
        self.base = BaseSection(icons)
        self.candidates = CandidatesSection(icons)
        self.keeping = KeepingSection()
        self.text = TextSection()
        self.effort = EffortSection()
        self._keeping_step = step_card(self.tr("What becomes of the files made"), self.keeping)
        self._steps = QWidget()
        steps = QVBoxLayout(self._steps)
        steps.setContentsMargins(0, 0, 0, 0)
        steps.setSpacing(0)
        steps.addWidget(step_card(self.tr("Levels"), self.candidates))
        steps.addWidget(self._keeping_step)
        steps.addWidget(step_card(self.tr("Text"), self.text))
        steps.addWidget(step_card(self.tr("How thorough"), self.effort))
        column = self.page.column
        column.addWidget(step_card(self.tr("Base"), self.base))
        column.addWidget(self._steps)
        column.addWidget(self.history)
        self.finish()
        for part in (self.candidates, self.keeping, self.effort):
            part.changed.connect(self.changed)
        self.candidates.options_changed.connect(self.options_changed)
        self.show_base_only()

    # --- which steps there are --------------------------------------------------------------

    def show_base_only(self) -> None:
        """There is no base that can be used."""
        self._steps.hide()
        self.bar.hide()

    def begin(self, base_bytes: int) -> None:
        """Another base, of so many bytes."""
        self.candidates.begin(base_bytes)
        self._steps.show()
        self.bar.show()

    def show_history(self) -> None:
        """Bring the comparisons there were into view, with the focus on the first."""
        if self.history.rows:
            self.history.rows[0].open_button.setFocus()
            self.page.ensureWidgetVisible(self.history)

    def show_target(self) -> None:
        """Ask where files go only when some are made."""
        self._keeping_step.setVisible(bool(self.candidates.chosen_levels()))

    # --- what was chosen --------------------------------------------------------------------

    def options(self) -> QuantizeOptions:
        """How levels are made; also of a base that is quantized already, which is said."""
        return QuantizeOptions(imatrix=self.candidates.imatrix, allow_requantize=True)

    def request(self, base: Path, text: EvaluationText) -> ComparisonRequest:
        """What to compare."""
        return ComparisonRequest(
            base=base,
            files=tuple(info.path for info in self.candidates.files.chosen()),
            levels=tuple(estimate.level for estimate in self.candidates.chosen_levels()),
            folder=self.keeping.folder,
            options=self.options(),
            text=text,
            chunks=self.budget.chunks,
        )

    @property
    def budget(self) -> Budget:
        return self.effort.budget
