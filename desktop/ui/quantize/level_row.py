"""One quantization level that can be chosen: what it is and what it would make."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.quantization import LevelEstimate
from desktop.domain.quantization_levels import LEVELS, LevelGroup, QuantizationLevel
from desktop.ui.formats import fill
from desktop.ui.quantize.level_words import explained, fallback_badge, fallback_details, figures
from desktop.ui.widgets.buttons import label, set_property, text_button
from desktop.ui.widgets.flow_layout import FlowLayout

INDENT = 30  # of what stands below the name


class LevelRow(QWidget):
    """A level there is no reason to choose is grey and says why; it can be chosen all the same.

    Signals:
        toggled: whether it is chosen, when a person changed it.
    """

    toggled = Signal(bool)

    def __init__(self, level: QuantizationLevel, explanation: str) -> None:
        super().__init__()
        self.level = level
        self._explanation = explanation
        self.check = QCheckBox(level.name)
        weight = QFont()
        weight.setWeight(QFont.Weight.DemiBold)
        self.check.setFont(weight)
        self.check.toggled.connect(self.toggled)
        self._figures = label("…", "secondary")
        self._text = label(explanation, "small", wrap=True)
        self._imatrix = label(self.tr("needs an importance matrix"), "chip")
        self.fallback = text_button("", "chip")
        self.fallback.setAccessibleDescription(self.tr("Shows or hides which"))
        self.fallback.clicked.connect(self._unfold)
        self._details = label("", "small", wrap=True)
        self._details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self.check, 1)
        first.addWidget(self._figures)
        self._badges = QWidget()
        badges = FlowLayout(self._badges)
        badges.addWidget(self._imatrix)
        badges.addWidget(self.fallback)
        below = QVBoxLayout()
        below.setContentsMargins(INDENT, 0, 0, 0)
        below.setSpacing(4)
        for part in (self._text, self._badges, self._details):
            below.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(0)
        column.addLayout(first)
        column.addLayout(below)
        self._details.hide()
        self.set_estimate(None)

    @property
    def chosen(self) -> bool:
        return self.check.isChecked()

    def set_chosen(self, chosen: bool) -> None:
        """Without saying that it changed."""
        with QSignalBlocker(self.check):
            self.check.setChecked(chosen)

    def set_estimate(
        self, estimate: LevelEstimate | None, reason: str = "", *, has_imatrix: bool = False
    ) -> None:
        """What it would make, None while that is not known; `reason` why not to choose it."""
        lacking = estimate is not None and estimate.needs_imatrix and not has_imatrix
        tensors = estimate.fallback_tensors if estimate is not None else ()
        size = figures(estimate) if estimate is not None else "…"
        self._figures.setText(size)
        self._text.setText(f"{reason} {self._explanation}" if reason else self._explanation)
        set_property(self.check, "tone", "secondary" if reason else "")
        set_property(self._figures, "tone", "secondary" if reason else "")
        self._imatrix.setVisible(lacking)
        self.fallback.setVisible(bool(tensors))
        self._badges.setVisible(lacking or bool(tensors))
        self._details.setVisible(bool(tensors) and not self._details.isHidden())
        if estimate is not None and tensors:
            self.fallback.setText(fallback_badge(estimate))
            name = fill(self.tr("%1: %2"), self.level.name, fallback_badge(estimate))
            self.fallback.setAccessibleName(name)
            self.fallback.setToolTip(fallback_details(tensors))
            self._details.setText(fallback_details(tensors))
        parts = (size.replace("…", ""), self._text.text(), self._imatrix.text() if lacking else "")
        self.check.setAccessibleDescription(". ".join(part for part in parts if part))

    def text(self) -> str:
        """All that is said about it."""
        parts = [self._figures.text(), self._text.text()]
        parts += [p.text() for p in (self._imatrix, self.fallback) if not p.isHidden()]
        return " ".join(parts)

    def details(self) -> str:
        """Which tensors get another type; "" while that is folded."""
        return "" if self._details.isHidden() else self._details.text()

    def _unfold(self) -> None:
        self._details.setVisible(self._details.isHidden())


def level_rows(rows: dict[str, LevelRow], toggled: Callable[[], None], *, more: bool) -> QWidget:
    """A row for each usual level, or for each under *More*, one below the other.

    Args:
        rows: takes them by the level's name.
        toggled: called when a person chose or dropped one.
    """
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for level in LEVELS:
        if (level.group is LevelGroup.MORE) is more:
            row = LevelRow(level, explained(level.explanation))
            row.toggled.connect(lambda _chosen: toggled())
            rows[level.name] = row
            column.addWidget(row)
    return box
