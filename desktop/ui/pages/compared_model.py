"""The model whose levels are compared, for all ways to compare."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal


class ComparedModel(QObject):
    """Chosen where levels are compared in figures; the other ways begin with it.

    Signals: changed: Path of a model that can be used.
    """

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path: Path | None = None

    def set(self, path: Path) -> None:
        self.path = path
        self.changed.emit(path)
