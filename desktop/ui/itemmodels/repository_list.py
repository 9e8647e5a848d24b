"""The results of a search on the hub as a list model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.domain.hub import Gate, RepositoryKind, RepositorySummary
from desktop.ui.formats import days_ago
from desktop.ui.model_words import popularity

SUMMARY_ROLE = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class RepositoryListModel(QAbstractListModel):
    """Rows of `RepositorySummary`."""

    def __init__(
        self, parent: QObject | None = None, today: Callable[[], date] = date.today
    ) -> None:
        super().__init__(parent)
        self._today = today
        self._rows: list[RepositorySummary] = []

    def set_results(self, results: Sequence[RepositorySummary]) -> None:
        self.beginResetModel()
        self._rows = list(results)
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        summary = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return summary.name
            case Qt.ItemDataRole.ToolTipRole:
                return summary.id
            case Qt.ItemDataRole.AccessibleTextRole:
                gated = self.tr("gated") if summary.gate is Gate.GATED else ""
                parts = (summary.name, gated, self.details(summary))
                return ", ".join(part for part in parts if part)
            case _ if role == SUMMARY_ROLE:
                return summary
        return None

    def details(self, summary: RepositorySummary) -> str:
        """The second line of a row."""
        convertible = summary.kind is RepositoryKind.CONVERTIBLE
        parts = (
            summary.author,
            self.tr("full checkpoint") if convertible else "",
            summary.architecture,
            summary.license,
            *popularity(summary),
            days_ago(summary.updated_at, self._today()) if summary.updated_at else "",
        )
        return " · ".join(part for part in parts if part)
