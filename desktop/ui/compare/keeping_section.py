"""What becomes of the files that are made for a comparison."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.compare.choices import INDENT, Choices
from desktop.ui.quantize.target_section import TargetSection

REMOVE, KEEP = "remove", "keep"


class KeepingSection(QWidget):
    """Signals: changed, when a person chose something else."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.target = TargetSection()
        self.target.changed.connect(self.changed)
        self.choices = Choices()
        self.choices.add(
            REMOVE,
            self.tr("Remove them when they are measured"),
            self.tr("The level you decide for is quickly made again."),
        )
        kept = QWidget()
        inside = QVBoxLayout(kept)
        inside.setContentsMargins(INDENT, 2, 0, 6)
        inside.addWidget(self.target)
        self.choices.add(KEEP, self.tr("Keep them"), "", kept)
        self.choices.changed.connect(lambda _name: self.changed.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.choices)

    @property
    def folder(self) -> Path | None:
        """Where they are kept; None: they are removed."""
        return self.target.folder if self.choices.current == KEEP else None
