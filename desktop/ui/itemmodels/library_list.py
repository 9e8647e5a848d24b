"""The models on this machine as a list model that filters and sorts itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from desktop.domain.library import LibraryEntry, ModelSource
from desktop.ui.formats import data_size, days_ago, decimal, fill, tokens
from desktop.ui.model_words import parameters

ENTRY_ROLE = Qt.ItemDataRole.UserRole
LOADED_ROLE = Qt.ItemDataRole.UserRole + 1

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class LibraryOrder(StrEnum):
    """What stands first in the list. Missing files always stand last."""

    USED = "used"  # newest first
    NAME = "name"
    SIZE = "size"  # this and what follows: largest first
    PARAMETERS = "parameters"
    BITS = "bits"
    CONTEXT = "context"


class LibraryListModel(QAbstractListModel):
    """Rows of `LibraryEntry`."""

    def __init__(
        self, parent: QObject | None = None, today: Callable[[], date] = date.today
    ) -> None:
        super().__init__(parent)
        self._today = today
        self._entries: list[LibraryEntry] = []
        self._texts: dict[Path, str] = {}  # what the filter looks in, made for the first one
        self._rows: list[LibraryEntry] = []
        self._loaded: frozenset[Path] = frozenset()
        self._words: list[str] = []
        self._order = LibraryOrder.USED
        self._places = {  # looked up once: the filter needs them of thousands of models
            ModelSource.STARTER: self.tr("comes with Quern"),
            ModelSource.QUERN: self.tr("Quern's folder"),
            ModelSource.HUGGING_FACE: self.tr("Hugging Face cache"),
            ModelSource.LM_STUDIO: "LM Studio",
            ModelSource.GPT4ALL: "GPT4All",
            ModelSource.OLLAMA: "Ollama",
            ModelSource.FOLDER: self.tr("an added folder"),
            ModelSource.FILE: self.tr("an added file"),
        }

    def set_entries(self, entries: Sequence[LibraryEntry]) -> None:
        self._entries = list(entries)
        self._texts = {}
        self._arrange()

    def set_loaded(self, paths: Collection[Path]) -> None:
        """The files of the models that are in memory."""
        self._loaded = frozenset(paths)
        self._tell_changed()

    def set_filter(self, text: str) -> None:
        """Show the models that hold all words of `text` in name, level, architecture, licence or
        place."""
        self._words = text.casefold().split()
        self._arrange()

    def set_order(self, order: LibraryOrder) -> None:
        self._order = order
        self._arrange()

    @property
    def total(self) -> int:
        """Models, shown or not."""
        return len(self._entries)

    def shown(self) -> list[LibraryEntry]:
        return list(self._rows)

    def has(self, path: Path) -> bool:
        """Whether there is such a model, shown or not."""
        return any(entry.path == path for entry in self._entries)

    def index_of(self, path: Path) -> QModelIndex:
        """An invalid index when it is not shown."""
        row = next((n for n, entry in enumerate(self._rows) if entry.path == path), -1)
        return self.index(row) if row >= 0 else QModelIndex()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        entry = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return entry.title
            case Qt.ItemDataRole.ToolTipRole:
                return f"{entry.title}\n{entry.path}"
            case Qt.ItemDataRole.AccessibleTextRole:
                loaded = self.tr("loaded") if entry.path in self._loaded else ""
                level = entry.info.level if entry.info else ""
                parts = (entry.title, loaded, level, data_size(entry.size), self.details(entry))
                return ", ".join(part for part in parts if part)
            case _ if role == ENTRY_ROLE:
                return entry
            case _ if role == LOADED_ROLE:
                return entry.path in self._loaded
        return None

    def details(self, entry: LibraryEntry) -> str:
        """The second line of a row."""
        if entry.missing:
            return self.tr("The file is not there any more")
        if entry.problem:
            return entry.problem
        parts: list[str] = []
        info = entry.info
        if info is not None:
            parts.append(parameters(info.parameters))
            parts.append(fill(self.tr("%1 bits per weight"), decimal(info.bits_per_weight, 2)))
            if info.context_length:
                parts.append(fill(self.tr("%1 context"), tokens(info.context_length)))
            if not info.chat_template:
                parts.append(self.tr("no chat template"))
            parts.append(info.license)
        parts.append(self.place(entry.source))
        if entry.last_used_at:
            parts.append(fill(self.tr("used %1"), days_ago(entry.last_used_at, self._today())))
        return " · ".join(part for part in parts if part)

    def place(self, source: ModelSource) -> str:
        """Who keeps a model, in words."""
        return self._places[source]

    def _arrange(self) -> None:
        rows = [entry for entry in self._entries if self._fits(entry)]
        rows.sort(key=_name)
        if self._order is not LibraryOrder.NAME:
            rows.sort(key=_KEYS[self._order], reverse=True)
        rows.sort(key=lambda entry: entry.missing)
        if [entry.path for entry in rows] == [entry.path for entry in self._rows]:
            self._rows = rows  # more is known of them; selection and scroll position stay
            self._tell_changed()
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def _tell_changed(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def _fits(self, entry: LibraryEntry) -> bool:
        if not self._words:
            return True
        text = self._texts.get(entry.path)
        if text is None:
            text = self._texts[entry.path] = self._searched(entry)
        return all(word in text for word in self._words)

    def _searched(self, entry: LibraryEntry) -> str:
        info = entry.info
        known = (info.name, info.level, info.architecture, info.license) if info else ()
        return " ".join((entry.name, *known, self.place(entry.source), str(entry.path))).casefold()


def _name(entry: LibraryEntry) -> str:
    return entry.title.casefold()


_KEYS: dict[LibraryOrder, Callable[[LibraryEntry], float]] = {
    LibraryOrder.USED: lambda entry: entry.last_used_at,
    LibraryOrder.SIZE: lambda entry: entry.size,
    LibraryOrder.PARAMETERS: lambda entry: entry.info.parameters if entry.info else 0,
    LibraryOrder.BITS: lambda entry: entry.info.bits_per_weight if entry.info else 0,
    LibraryOrder.CONTEXT: lambda entry: entry.info.context_length if entry.info else 0,
}
