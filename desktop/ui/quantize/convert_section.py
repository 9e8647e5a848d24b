"""A checkpoint has to become a GGUF file before levels can be made of it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.quantization import OUTTYPES
from desktop.ui.widgets.buttons import label
from desktop.ui.widgets.inputs import Choice


class ConvertSection(QWidget):
    """Signals: changed, when a person chose another type."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.types = Choice()
        self.types.setMinimumContentsLength(10)
        self.types.setAccessibleName(self.tr("Type of the weights"))
        self.types.addItems([name.upper() for name in OUTTYPES])
        self.types.currentIndexChanged.connect(self._chosen)
        self._stored = ""
        self._explanation = label("", "small", wrap=True)
        heading = label(self.tr("Type of the weights"), "heading")
        heading.setBuddy(self.types)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(heading, 1)
        row.addWidget(self.types)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(
            label(
                self.tr(
                    "The checkpoint is converted to a GGUF file first. When it is there, you choose"
                    " the levels, with their exact sizes."
                ),
                wrap=True,
            )
        )
        column.addSpacing(4)
        column.addLayout(row)
        column.addWidget(self._explanation)

    @property
    def outtype(self) -> str:
        return OUTTYPES[self.types.currentIndex()]

    def begin(self, stored: str) -> None:
        """Another checkpoint, whose weights are `stored` as; nothing is lost with the same."""
        self._stored = stored
        self.types.setCurrentIndex(OUTTYPES.index(stored))
        self._explain()

    def text(self) -> str:
        """What is said about the chosen type."""
        return self._explanation.text()

    def _chosen(self) -> None:
        self._explain()
        self.changed.emit()

    def _explain(self) -> None:
        explanation = {
            "f32": self.tr("32-bit floating point: twice the size of 16 bits."),
            "f16": self.tr("16-bit floating point: more digits than BF16, less range."),
            "bf16": self.tr("16-bit floating point: what most models are trained in."),
            "q8_0": self.tr("8 bits: half the size. Do not quantize it any further."),
        }[self.outtype]
        if self.outtype == self._stored:
            explanation += " " + self.tr("The checkpoint holds just this, so nothing is lost.")
        self._explanation.setText(explanation)
