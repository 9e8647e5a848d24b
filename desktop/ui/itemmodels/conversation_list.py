"""The conversations of the sidebar as a list model: headings between groups, or search results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from desktop.ui.formats import fill, shown_title

if TYPE_CHECKING:
    from desktop.domain.conversation import Conversation, SearchHit

CONVERSATION_ROLE = Qt.ItemDataRole.UserRole
EXCERPT_ROLE = Qt.ItemDataRole.UserRole + 1
MESSAGE_ROLE = Qt.ItemDataRole.UserRole + 2
ANSWERING_ROLE = Qt.ItemDataRole.UserRole + 3

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class Row:
    """A heading when `conversation` is None; the rest is set for search results."""

    heading: str = ""
    conversation: Conversation | None = None
    excerpt: str = ""
    message_id: int | None = None


class ConversationListModel(QAbstractListModel):
    """Rows of conversations, newest first, pinned ones above.

    Signals:
        renamed: id and new title, when a title was edited in place. The model shows it at once.
    """

    renamed = Signal(int, str)

    def __init__(
        self, parent: QObject | None = None, today: Callable[[], date] = date.today
    ) -> None:
        super().__init__(parent)
        self._today = today
        self._rows: list[Row] = []
        self._answering: int | None = None

    def set_conversations(self, conversations: Sequence[Conversation]) -> None:
        """Show all conversations under headings by age."""
        self._replace(self._grouped(conversations))

    def set_hits(self, hits: Sequence[SearchHit]) -> None:
        """Show search results in the order given."""
        self._replace([Row("", hit.conversation, hit.excerpt, hit.message_id) for hit in hits])

    def set_answering(self, conversation_id: int | None) -> None:
        """In which conversation an answer is being written."""
        before, self._answering = self._answering, conversation_id
        for number, row in enumerate(self._rows):
            if row.conversation is not None and row.conversation.id in (before, conversation_id):
                self.dataChanged.emit(self.index(number), self.index(number))

    def index_of(self, conversation_id: int) -> QModelIndex:
        """The first row of a conversation, or an invalid index."""
        for number, row in enumerate(self._rows):
            if row.conversation is not None and row.conversation.id == conversation_id:
                return self.index(number)
        return QModelIndex()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if row.conversation is None:
            return row.heading if role == Qt.ItemDataRole.DisplayRole else None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return shown_title(row.conversation)
            case Qt.ItemDataRole.EditRole:
                return row.conversation.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._told(row.conversation)
            case _ if role == CONVERSATION_ROLE:
                return row.conversation
            case _ if role == EXCERPT_ROLE:
                return row.excerpt
            case _ if role == MESSAGE_ROLE:
                return row.message_id
            case _ if role == ANSWERING_ROLE:
                return row.conversation.id == self._answering
        return None

    def _told(self, conversation: Conversation) -> str:
        """The title and what is painted beside it."""
        title = shown_title(conversation)
        if conversation.pinned:
            title = fill(self.tr("%1, pinned"), title)
        if conversation.id == self._answering:
            title = fill(self.tr("%1, an answer is being written"), title)
        return title

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if not index.isValid() or role != Qt.ItemDataRole.EditRole:
            return False
        row = self._rows[index.row()]
        title = " ".join(str(value).split())
        if row.conversation is None or not title or title == row.conversation.title:
            return False
        renamed = replace(row.conversation, title=title)
        self._rows[index.row()] = replace(row, conversation=renamed)
        self.dataChanged.emit(index, index)
        self.renamed.emit(renamed.id, title)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or self._rows[index.row()].conversation is None:
            return Qt.ItemFlag.NoItemFlags
        flag = Qt.ItemFlag
        return (
            flag.ItemIsEnabled
            | flag.ItemIsSelectable
            | flag.ItemIsEditable
            | flag.ItemNeverHasChildren
        )

    def _replace(self, rows: list[Row]) -> None:
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def _grouped(self, conversations: Sequence[Conversation]) -> list[Row]:
        today = self._today()
        newest_first = sorted(conversations, key=lambda c: c.updated_at, reverse=True)
        headings = (
            self.tr("Pinned"),
            self.tr("Today"),
            self.tr("Yesterday"),
            self.tr("Previous 7 days"),
            self.tr("Earlier"),
        )
        groups: list[list[Row]] = [[] for _ in headings]
        for conversation in newest_first:
            groups[_group(conversation, today)].append(Row("", conversation))
        rows: list[Row] = []
        for heading, group in zip(headings, groups, strict=True):
            if group:
                rows += [Row(heading), *group]
        return rows


def _group(conversation: Conversation, today: date) -> int:
    """Which heading: 0 pinned, then by age in calendar days where the person is."""
    if conversation.pinned:
        return 0
    changed = datetime.fromtimestamp(conversation.updated_at).astimezone().date()
    days = (today - changed).days
    if days <= 0:
        return 1
    if days == 1:
        return 2
    return 3 if days <= 7 else 4
