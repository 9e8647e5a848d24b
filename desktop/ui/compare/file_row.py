"""A file that is there already and can be compared."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.model import ModelInfo
from desktop.ui.formats import data_size, decimal, fill
from desktop.ui.widgets.buttons import ElidedLabel, label

INDENT = 30  # of what stands below the name


class FileRow(QWidget):
    """Signals: toggled, when a person changed whether it takes part."""

    toggled = Signal()

    def __init__(self, info: ModelInfo, note: str, *, chosen: bool) -> None:
        """`note` is what speaks against it, or ""."""
        super().__init__()
        self.info = info
        bits = decimal(info.bits_per_weight, 2)
        figures = fill(self.tr("%1 · %2 bits"), data_size(info.file_size), bits)
        self.check = QCheckBox(info.level)
        weight = QFont()
        weight.setWeight(QFont.Weight.DemiBold)
        self.check.setFont(weight)
        self.check.setChecked(chosen)
        self.check.setAccessibleDescription(
            ". ".join(p for p in (info.path.name, figures, note) if p)
        )
        self.check.toggled.connect(self.toggled)
        name = ElidedLabel(info.path.name, Qt.TextElideMode.ElideMiddle)
        name.setProperty("tone", "small")
        warning = label(note, "warning", wrap=True)
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self.check, 1)
        first.addWidget(label(figures))
        below = QVBoxLayout()
        below.setContentsMargins(INDENT, 0, 0, 0)
        below.setSpacing(2)
        below.addWidget(name)
        below.addWidget(warning)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(0)
        column.addLayout(first)
        column.addLayout(below)
        warning.setVisible(bool(note))

    @property
    def path(self) -> Path:
        return self.info.path

    @property
    def chosen(self) -> bool:
        return self.check.isChecked()
