"""What few people change: the output tensor, exceptions for single tensors, threads."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.quantization import TensorOverride
from desktop.ui.icons import Icons
from desktop.ui.quantize.override_rows import OverrideRows
from desktop.ui.widgets.buttons import label
from desktop.ui.widgets.inputs import NumberBox

MOST_THREADS = 512
INDENT = 30  # of what stands below a choice's name


class AdvancedSection(QWidget):
    """Signals: changed, when a person changed what files would be made."""

    changed = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.keep_output = QCheckBox(self.tr("Keep the output tensor at Q8_0"))
        explanation = self.tr(
            "The last step from the model's width to its words stays nearly exact; the file grows"
            " a little. Where a model has none, its embeddings are kept so."
        )
        self.keep_output.setAccessibleDescription(explanation)
        self.exceptions = OverrideRows(icons)
        self._threads = NumberBox()
        self._threads.setRange(0, MOST_THREADS)
        self._threads.setSpecialValueText(self.tr("Automatic"))
        self._threads.setAccessibleName(self.tr("Threads"))
        heading = label(self.tr("Threads"), "heading")
        heading.setBuddy(self._threads)
        row = QHBoxLayout()
        row.addWidget(heading, 1)
        row.addWidget(self._threads)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 0, 4)
        column.setSpacing(14)
        line = label(explanation, "small", wrap=True)
        line.setIndent(INDENT)
        kept = QVBoxLayout()
        kept.setSpacing(0)
        kept.addWidget(self.keep_output)
        kept.addWidget(line)
        column.addLayout(kept)
        column.addWidget(self.exceptions)
        column.addLayout(row)
        self.keep_output.toggled.connect(self.changed)
        self.exceptions.changed.connect(self.changed)

    def overrides(self) -> tuple[TensorOverride, ...]:
        return self.exceptions.overrides()

    def threads(self) -> int:
        """0 for automatic."""
        return self._threads.value()

    def set_tensors(self, tensors: Sequence[str]) -> None:
        """The names of the source's tensors."""
        self.exceptions.set_tensors(tensors)
