"""The prompts of the library as a list model: as many as there are, as the search ranked them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from desktop.domain.prompt import Prompt, PromptHit
from desktop.ui.prompts.words import plain_excerpt, standing

PROMPT_ROLE = Qt.ItemDataRole.UserRole
EXCERPT_ROLE = Qt.ItemDataRole.UserRole + 1
DRAFT_ROLE = Qt.ItemDataRole.UserRole + 2
TITLE_ROLE = Qt.ItemDataRole.UserRole + 3

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class PromptListModel(QAbstractListModel):
    """Rows of `PromptHit`.

    Args:
        mime_of: what a dragged prompt is to other windows and programs; None where none is dragged.
    """

    def __init__(
        self,
        parent: QObject | None = None,
        mime_of: Callable[[Prompt], QMimeData] | None = None,
    ) -> None:
        super().__init__(parent)
        self._hits: list[PromptHit] = []
        self._drafts: frozenset[int] = frozenset()
        self._mime_of = mime_of

    def set_hits(self, hits: Sequence[PromptHit]) -> None:
        """Show these, in this order. Where they are the same prompts, selection and scroll position
        stay."""
        same = [hit.prompt.id for hit in hits] == [hit.prompt.id for hit in self._hits]
        if same:
            self._hits = list(hits)
            self._tell_changed()
            return
        self.beginResetModel()
        self._hits = list(hits)
        self.endResetModel()

    def set_drafts(self, ids: Collection[int]) -> None:
        """Which prompts have changes that are not saved yet."""
        self._drafts = frozenset(ids)
        self._tell_changed()

    def index_of(self, prompt_id: int) -> QModelIndex:
        """An invalid index when it is not listed."""
        rows = (row for row, hit in enumerate(self._hits) if hit.prompt.id == prompt_id)
        row = next(rows, -1)
        return self.index(row) if row >= 0 else QModelIndex()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        hit = self._hits[index.row()]
        prompt = hit.prompt
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return prompt.title
            case Qt.ItemDataRole.ToolTipRole:
                return "\n".join(part for part in (prompt.title, prompt.why) if part)
            case Qt.ItemDataRole.AccessibleTextRole:
                draft = self.tr("unsaved changes") if prompt.id in self._drafts else ""
                parts = (prompt.title, *standing(prompt), draft, plain_excerpt(hit))
                return ", ".join(part for part in parts if part)
            case _ if role == PROMPT_ROLE:
                return prompt
            case _ if role == EXCERPT_ROLE:
                return hit.excerpt
            case _ if role == TITLE_ROLE:
                return hit.title or prompt.title
            case _ if role == DRAFT_ROLE:
                return prompt.id in self._drafts
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        dragged = index.isValid() and self._mime_of is not None
        return flags | Qt.ItemFlag.ItemIsDragEnabled if dragged else flags

    def mimeTypes(self) -> list[str]:
        return ["text/plain", "text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        assert self._mime_of is not None, "only what can be dragged is"
        return self._mime_of(self._hits[indexes[0].row()].prompt)

    def _tell_changed(self) -> None:
        if self._hits:
            self.dataChanged.emit(self.index(0), self.index(len(self._hits) - 1))
