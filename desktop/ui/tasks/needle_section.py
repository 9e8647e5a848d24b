"""How a needle is looked for: how long the text is, and at how many places it is hidden."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QVBoxLayout, QWidget

from desktop.domain.needle import DEPTHS, LENGTHS, REPEATS, NeedleRequest
from desktop.ui.formats import fill, integer, tokens
from desktop.ui.widgets.buttons import label
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.inputs import NumberBox

OFFERED = (256, 512, 1024, 2048, 4096, 8192, 16384, 32768)
MOST_DEPTHS, MOST_REPEATS = 21, 12


class NeedleSection(QWidget):
    """Signals: changed, when a person changed something."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.lengths: dict[int, QCheckBox] = {}
        boxes = QWidget()
        flow = FlowLayout(boxes)
        for length in OFFERED:
            box = QCheckBox(tokens(length))
            box.setAccessibleName(fill(self.tr("A text of %1 tokens"), integer(length)))
            box.setChecked(length in LENGTHS)
            box.toggled.connect(self.changed)
            self.lengths[length] = box
            flow.addWidget(box)
        self.depths = NumberBox()
        self.depths.setRange(1, MOST_DEPTHS)
        self.depths.setValue(DEPTHS)
        self.depths.setAccessibleName(self.tr("Places the fact is hidden at"))
        self.repeats = NumberBox()
        self.repeats.setRange(1, MOST_REPEATS)
        self.repeats.setValue(REPEATS)
        self.repeats.setAccessibleName(self.tr("Facts at each place, one at a time"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setColumnStretch(0, 1)
        for row, (text, box_) in enumerate(
            (
                (
                    self.tr("Places the fact is hidden at, from the beginning to the end"),
                    self.depths,
                ),
                (self.tr("Facts at each place, one at a time"), self.repeats),
            )
        ):
            grid.addWidget(label(text, wrap=True), row, 0)
            grid.addWidget(box_, row, 1)
            box_.valueChanged.connect(self.changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(
            label(
                self.tr(
                    "Hides a made-up code in a long text and asks for it. A level that finds it"
                    " less often reads long texts worse. Lengths beyond a model's context or this"
                    " machine's memory are left out."
                ),
                "secondary",
                wrap=True,
            )
        )
        column.addWidget(label(self.tr("Length of the text, in tokens"), "heading"))
        column.addWidget(boxes)
        column.addLayout(grid)

    def chosen_lengths(self) -> tuple[int, ...]:
        return tuple(length for length, box in self.lengths.items() if box.isChecked())

    @property
    def questions(self) -> int:
        """How many each model is asked."""
        return len(self.chosen_lengths()) * self.depths.value() * self.repeats.value()

    def request(self, models: tuple[Path, ...]) -> NeedleRequest:
        """What is asked. Raises: InvalidInput when no length is chosen."""
        return NeedleRequest(
            models, self.chosen_lengths(), self.depths.value(), self.repeats.value()
        )
