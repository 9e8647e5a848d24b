"""What the command palette offers, best match first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QIcon

from desktop.ui.fuzzy import score

ENTRY_ROLE = Qt.ItemDataRole.UserRole
MOST_SHOWN = 50

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """One thing to choose.

    Attributes:
        id: given back when it is chosen.
        text: what is searched and shown.
        hint: shown at the end of the row: a shortcut, or what kind of thing it is.
        icon: may be null.
        quiet: the text only stands for one that is missing; it is shown in grey.
    """

    id: str
    text: str
    hint: str = ""
    icon: QIcon | None = None
    quiet: bool = False


class PaletteListModel(QAbstractListModel):
    """Entries that fit the query, at most `MOST_SHOWN`."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: Sequence[PaletteEntry] = ()
        self._recent: dict[str, int] = {}
        self._shown: list[PaletteEntry] = []

    def set_entries(self, entries: Sequence[PaletteEntry], recent: Sequence[str]) -> None:
        """`recent` are ids, the latest first; without a query they stand on top."""
        self._entries = entries
        self._recent = {id: place for place, id in reversed(list(enumerate(recent)))}  # noqa: A001
        self.search("")

    def search(self, query: str) -> None:
        """Show what fits `query`, best first."""
        last = len(self._recent)
        ranked = [
            (-value, self._recent.get(entry.id, last), number, entry)
            for number, entry in enumerate(self._entries)
            if (value := score(query, entry.text)) is not None
        ]
        ranked.sort(key=lambda item: item[:3])
        self.beginResetModel()
        self._shown = [entry for *_, entry in ranked[:MOST_SHOWN]]
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        entry = self._shown[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return entry.text
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{entry.text}, {entry.hint}" if entry.hint else entry.text
            case Qt.ItemDataRole.DecorationRole:
                return entry.icon
            case _ if role == ENTRY_ROLE:
                return entry
        return None
