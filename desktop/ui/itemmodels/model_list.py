"""The models a person can choose from, as a list model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from desktop.controllers.library import picker_order
from desktop.domain.library import LibraryEntry
from desktop.ui.formats import data_size

MODEL_ROLE = Qt.ItemDataRole.UserRole
LOADED_ROLE = Qt.ItemDataRole.UserRole + 1

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model as the picker shows it: `size` in bytes; `missing` when its file is gone."""

    name: str
    level: str
    path: Path
    size: int
    missing: bool = False


def usable_models(entries: Sequence[LibraryEntry]) -> list[ModelChoice]:
    """Those of the library whose headers could be read, in the picker's order."""
    return [
        ModelChoice(entry.title, entry.info.level, entry.path, entry.size, entry.missing)
        for entry in picker_order(entries)
        if entry.info is not None
    ]


class ModelListModel(QAbstractListModel):
    """Rows of `ModelChoice`; one of them may be loaded."""

    def __init__(self) -> None:
        super().__init__()
        self._choices: list[ModelChoice] = []
        self._loaded: Path | None = None

    def set_choices(self, choices: Sequence[ModelChoice]) -> None:
        self.beginResetModel()
        self._choices = list(choices)
        self.endResetModel()

    def set_loaded(self, path: Path | None) -> None:
        self._loaded = path
        if self._choices:
            self.dataChanged.emit(self.index(0), self.index(len(self._choices) - 1))

    def row_of(self, path: Path | None) -> int:
        """-1 when it is not listed."""
        return next((n for n, c in enumerate(self._choices) if c.path == path), -1)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._choices)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        choice = self._choices[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return choice.name
            case Qt.ItemDataRole.ToolTipRole:
                return str(choice.path)
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(part for part in (choice.name, self.details(choice)) if part)
            case _ if role == MODEL_ROLE:
                return choice
            case _ if role == LOADED_ROLE:
                return choice.path == self._loaded
        return None

    def details(self, choice: ModelChoice) -> str:
        """The second line of a row."""
        if choice.missing:
            return self.tr("The file is not there any more")
        return " · ".join(part for part in (choice.level, data_size(choice.size)) if part)
