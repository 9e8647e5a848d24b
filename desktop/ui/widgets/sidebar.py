"""The sidebar: conversations with search on top, the pages of the window at the bottom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.formats import data_size, fill
from desktop.ui.icons import Icons
from desktop.ui.itemmodels.conversation_list import (
    CONVERSATION_ROLE,
    MESSAGE_ROLE,
    ConversationListModel,
)
from desktop.ui.widgets.buttons import ElidedLabel, icon_button, label, text_button
from desktop.ui.widgets.conversation_delegate import ConversationDelegate
from desktop.ui.widgets.search_field import SearchField

if TYPE_CHECKING:
    from desktop.domain.conversation import Conversation, SearchHit

SEARCH_DELAY_MS = 120
SMALLEST_WIDTH = 18  # characters


class Sidebar(QFrame):
    """Shows what it is given and says what a person wants; it changes no conversation itself.

    Signals:
        conversation_selected: id.
        message_selected: id of a conversation and of the message in it that was found.
        new_requested.
        rename_requested: id, new title.
        pin_requested: id, whether it shall be pinned.
        duplicate_requested, delete_requested, export_requested: id.
        search_changed: the text searched for, a moment after the last key; "" ends the search.
        page_selected: id of a page.
    """

    conversation_selected = Signal(int)
    message_selected = Signal(int, int)
    new_requested = Signal()
    rename_requested = Signal(int, str)
    pin_requested = Signal(int, bool)
    duplicate_requested = Signal(int)
    delete_requested = Signal(int)
    export_requested = Signal(int)
    search_changed = Signal(str)
    page_selected = Signal(str)

    def __init__(
        self,
        icons: Icons,
        today: Callable[[], date] = date.today,
    ) -> None:
        super().__init__()
        self.setObjectName("sidebar")
        self._icons = icons
        self._conversations: Sequence[Conversation] = ()
        self._current: int | None = None
        self._model = ConversationListModel(self, today)
        self._model.renamed.connect(self.rename_requested)
        self._search = self._make_search()
        self._list = self._make_list()
        self._empty = label("", "small", wrap=True)
        self._empty.setContentsMargins(16, 16, 16, 0)
        self._loaded: ElidedLabel | None = None
        self._pages = QVBoxLayout()
        self._pages.setSpacing(2)
        self._page_buttons = QButtonGroup(self)
        self._page_buttons.idClicked.connect(
            lambda number: self.page_selected.emit(self._page_ids[number])
        )
        self._page_ids: list[str] = []

        header = QHBoxLayout()
        header.setContentsMargins(16, 12, 12, 8)
        header.addWidget(label(self.tr("Quern"), "title"), 1)
        self.new_button = icon_button(icons, "square-pen", self.tr("New conversation"))
        self.new_button.clicked.connect(self.new_requested)
        header.addWidget(self.new_button)
        search_row = QHBoxLayout()
        search_row.setContentsMargins(12, 0, 12, 8)
        search_row.addWidget(self._search)
        self._foot = pages = QVBoxLayout()
        pages.setContentsMargins(8, 8, 8, 12)
        pages.addLayout(self._pages)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(header)
        column.addLayout(search_row)
        column.addWidget(self._empty)
        column.addWidget(self._list, 1)
        column.addLayout(pages)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * SMALLEST_WIDTH)
        self._show_emptiness()

    def set_conversations(self, conversations: Sequence[Conversation]) -> None:
        """Show these; while search results are shown, they come back afterwards."""
        self._conversations = conversations
        if self._list.state() is QAbstractItemView.State.EditingState:
            return  # a new list would close the editor of a title; it is shown after that
        if not self._delegate.shows_excerpts:
            self._model.set_conversations(conversations)
            self._select_current()
            self._show_emptiness()

    def set_hits(self, hits: Sequence[SearchHit] | None) -> None:
        """Show search results, or all conversations again with None."""
        self._delegate.shows_excerpts = hits is not None
        if hits is None:
            self._model.set_conversations(self._conversations)
        else:
            self._model.set_hits(hits)
        self._select_current()
        self._show_emptiness()

    def set_current(self, conversation_id: int | None) -> None:
        """Mark the conversation that is open, without saying that it was selected."""
        self._current = conversation_id
        self._select_current()

    def set_answering(self, conversation_id: int | None) -> None:
        """Mark the conversation in which an answer is being written."""
        self._model.set_answering(conversation_id)

    def set_pages(self, pages: Sequence[tuple[str, str, str]]) -> None:
        """The pages that exist: (id, text, name of an icon)."""
        for button in self._page_buttons.buttons():
            self._page_buttons.removeButton(button)
            self._pages.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._page_ids = [id for id, _, _ in pages]  # noqa: A001
        before: QWidget = self._list
        for number, (_, text, icon) in enumerate(pages):
            button = text_button(text, "row")
            button.setIcon(self._icons.icon(icon, QPalette.ColorRole.PlaceholderText))
            button.setCheckable(True)
            self._page_buttons.addButton(button, number)
            self._pages.addWidget(button)
            self.setTabOrder(before, button)
            before = button

    def set_current_page(self, page_id: str) -> None:
        self._page_buttons.button(self._page_ids.index(page_id)).setChecked(True)

    def set_loaded(self, models: Sequence[tuple[str, int]]) -> None:
        """The models in memory, of all windows: name and bytes of each."""
        if self._loaded is None:  # made late: nothing is loaded while the window comes up
            self._loaded = ElidedLabel("", Qt.TextElideMode.ElideMiddle)
            self._loaded.setProperty("tone", "small")
            self._loaded.setContentsMargins(8, 6, 8, 0)
            self._foot.addWidget(self._loaded)
        names = ", ".join(name for name, _ in models)
        size = data_size(sum(size for _, size in models))
        self._loaded.setText(f"{names} · {size}")
        self._loaded.setAccessibleName(fill(self.tr("In memory: %1, %2"), names, size))
        self._loaded.setVisible(bool(models))

    def focus_search(self) -> None:
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def rename_current(self) -> None:
        """Edit the title of the open conversation in place."""
        index = self._list.currentIndex()
        if index.isValid():
            self._list.edit(index)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._search and event.type() is QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            if event.key() == Qt.Key.Key_Escape and self._search.text():
                self._search.clear()
                return True
        return super().eventFilter(watched, event)

    def _enter_list(self) -> None:
        self._list.setFocus(Qt.FocusReason.TabFocusReason)
        if not self._list.currentIndex().isValid():
            for number in range(self._model.rowCount()):
                index = self._model.index(number)
                if index.data(CONVERSATION_ROLE) is not None:
                    self._list.setCurrentIndex(index)
                    return

    def _make_search(self) -> QLineEdit:
        search = SearchField(self._icons, self.tr("Search conversations"))
        self._search_delay = QTimer(self, interval=SEARCH_DELAY_MS, singleShot=True)
        self._search_delay.timeout.connect(lambda: self.search_changed.emit(search.text().strip()))
        search.textChanged.connect(self._search_delay.start)
        search.returnPressed.connect(self._enter_list)
        search.went_down.connect(self._enter_list)
        search.installEventFilter(self)
        return search

    def _make_list(self) -> QListView:
        view = _List()
        view.setAccessibleName(self.tr("Conversations"))
        view.setUniformItemSizes(True)
        view.setMouseTracking(True)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._delegate = ConversationDelegate(self._icons, view)
        self._delegate.menu_requested.connect(self._show_menu)
        self._delegate.closeEditor.connect(
            lambda: self.set_conversations(self._conversations), Qt.ConnectionType.QueuedConnection
        )
        view.setItemDelegate(self._delegate)
        view.setModel(self._model)
        view.customContextMenuRequested.connect(self._show_menu_at)
        view.clicked.connect(self._open)
        view.opened.connect(self._open)
        view.delete_pressed.connect(self._delete)
        return view

    def _open(self, index: QModelIndex) -> None:
        conversation = index.data(CONVERSATION_ROLE)
        if conversation is not None:
            self._current = conversation.id
            message = index.data(MESSAGE_ROLE)
            if message is None:
                self.conversation_selected.emit(conversation.id)
            else:
                self.message_selected.emit(conversation.id, message)

    def _delete(self, index: QModelIndex) -> None:
        conversation = index.data(CONVERSATION_ROLE)
        if conversation is not None:
            self.delete_requested.emit(conversation.id)

    def _show_menu_at(self, position: QPoint) -> None:
        index = self._list.indexAt(position)
        if index.isValid():
            self._show_menu(index, self._list.viewport().mapToGlobal(position))

    def _show_menu(self, index: QModelIndex, position: QPoint) -> None:
        menu = self.make_menu(index)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(position)

    def make_menu(self, index: QModelIndex) -> QMenu:
        """The context menu of a row."""
        conversation: Conversation = index.data(CONVERSATION_ROLE)
        number, pinned = conversation.id, conversation.pinned
        menu = QMenu(self)
        icon = self._icons.icon
        menu.addAction(icon("pencil"), self.tr("Rename"), lambda: self._list.edit(index))
        menu.addAction(
            icon("pin-off" if pinned else "pin"),
            self.tr("Unpin") if pinned else self.tr("Pin"),
            lambda: self.pin_requested.emit(number, not pinned),
        )
        menu.addAction(
            icon("copy"), self.tr("Duplicate"), lambda: self.duplicate_requested.emit(number)
        )
        menu.addAction(
            icon("download"), self.tr("Export…"), lambda: self.export_requested.emit(number)
        )
        menu.addSeparator()
        menu.addAction(
            icon("trash-2"), self.tr("Delete"), lambda: self.delete_requested.emit(number)
        )
        return menu

    def _select_current(self) -> None:
        index = QModelIndex()
        if self._current is not None:
            index = self._model.index_of(self._current)
        self._list.setCurrentIndex(index)

    def _show_emptiness(self) -> None:
        empty = self._model.rowCount() == 0
        searching = self._delegate.shows_excerpts
        self._empty.setText(
            self.tr("Nothing found. Try fewer or other words.")
            if searching
            else self.tr("Your conversations will stand here.")
        )
        self._empty.setVisible(empty)


class _List(QListView):
    """Signals: opened, when Enter is pressed on a row; delete_pressed, when Delete is."""

    opened = Signal(QModelIndex)
    delete_pressed = Signal(QModelIndex)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        editing = self.state() is QAbstractItemView.State.EditingState
        if index.isValid() and not editing:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.opened.emit(index)
                return
            if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
                self.delete_pressed.emit(index)
                return
        super().keyPressEvent(event)
