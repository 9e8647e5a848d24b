"""How thorough a comparison is, and how long that takes."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.comparison import Budget
from desktop.ui.compare.choices import Choices
from desktop.ui.compare.words import chunks_words
from desktop.ui.formats import duration, fill


class EffortSection(QWidget):
    """Signals: changed, when a person chose something else."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.choices = Choices()
        texts = {
            Budget.QUICK: (
                self.tr("Quick"), self.tr("Tells levels apart that differ clearly.")
            ),
            Budget.STANDARD: (self.tr("Standard"), self.tr("Tells most neighbours apart.")),
            Budget.FULL: (self.tr("Full"), self.tr("For levels that hardly differ.")),
        }  # fmt: skip
        self._meanings = {budget: meaning for budget, (_, meaning) in texts.items()}
        for budget, (name, _) in texts.items():
            self.choices.add(budget, name, "")
        self.choices.changed.connect(lambda _name: self.changed.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.choices)
        self.set_seconds({}, measured=False)

    @property
    def budget(self) -> Budget:
        return Budget(self.choices.current)

    def set_seconds(
        self, seconds: Mapping[Budget, float], *, measured: bool, most: int = Budget.FULL.chunks
    ) -> None:
        """How long each takes at most, where that is known; `measured` whether that is more than a
        guess. The text gives at `most` so many chunks."""
        for budget, meaning in self._meanings.items():
            parts = [chunks_words(min(budget.chunks, most))]
            if budget in seconds:
                about = self.tr("about %1") if measured else self.tr("roughly %1")
                parts.append(fill(about, duration(seconds[budget])))
            self.choices.explain(budget, f"{' · '.join(parts)}. {meaning}")
