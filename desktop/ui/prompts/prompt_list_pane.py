"""The prompts of the library: search, filters, list, and the chosen one beside it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from PySide6.QtCore import QMimeData, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.domain.prompt import Prompt, PromptHit, PromptQuery
from desktop.ui.formats import amount, fill, integer
from desktop.ui.icons import Icons
from desktop.ui.itemmodels.prompt_list import PROMPT_ROLE, PromptListModel
from desktop.ui.prompts.prompt_delegate import PromptDelegate
from desktop.ui.prompts.prompt_panel import PromptPanel
from desktop.ui.widgets.buttons import icon_button, label, text_button
from desktop.ui.widgets.delete_key import on_delete_key
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.flow_layout import FlowRow
from desktop.ui.widgets.inputs import Choice
from desktop.ui.widgets.row_list import RowList
from desktop.ui.widgets.search_field import SearchField
from desktop.ui.widgets.side_by_side import SideBySide

SEARCH_DELAY_MS = 80
# The best are shown at once, and the rest of a large library a moment later.
FIRST, MOST = 200, 100_000


class PromptListPane(QWidget):
    """Signals:

    wanted: the PromptQuery whose answer `set_hits` is to show.
    prompt_chosen: id of the prompt whose page is to be shown.
    delete_requested, hide_requested: id of a prompt of one's own, or of one that came with Quern.
    new_requested, import_requested, export_requested.
    closed: no prompt is shown any more.

    Args:
        mime_of: what a dragged prompt is to other windows and programs.
    """

    wanted = Signal(object)
    prompt_chosen = Signal(int)
    delete_requested = Signal(int)
    hide_requested = Signal(int)
    new_requested = Signal()
    import_requested = Signal()
    export_requested = Signal()
    closed = Signal()

    def __init__(
        self, icons: Icons, panel: PromptPanel, mime_of: Callable[[Prompt], QMimeData]
    ) -> None:
        super().__init__()
        self.panel = panel
        self.model = PromptListModel(self, mime_of)
        self._query = PromptQuery()
        self._any = True  # whether the library holds a prompt at all
        self.search = SearchField(icons, self.tr("Search prompts"))
        self._delay = QTimer(self, interval=SEARCH_DELAY_MS, singleShot=True)
        self._delay.timeout.connect(self._ask)
        self.folder = _filter(self.tr("Folder"))
        self.tag = _filter(self.tr("Tag"))
        self.favourites = icon_button(icons, "star", self.tr("Favourites only"))
        self.favourites.setCheckable(True)
        self.new_button = text_button(self.tr("New"))
        self.new_button.setIcon(icons.icon("plus", QPalette.ColorRole.PlaceholderText))
        self.more_button = icon_button(icons, "ellipsis", self.tr("More"))
        self.menu = QMenu(self)
        role = QPalette.ColorRole.PlaceholderText
        self.menu.addAction(icons.icon("download", role), self.tr("Import…")).triggered.connect(
            self.import_requested
        )
        self.menu.addAction(icons.icon("upload", role), self.tr("Export these…")).triggered.connect(
            self.export_requested
        )
        self.menu.addSeparator()
        self.hidden = self.menu.addAction(self.tr("Show hidden prompts"))
        self.hidden.setCheckable(True)
        self._summary = label("", "small", wrap=True)
        self.list = PromptList(self.tr("Prompts"))
        self.list.setItemDelegate(PromptDelegate(icons, self.list))
        self.list.setModel(self.model)
        self._nothing = label(self.tr("No prompt fits."), "secondary", wrap=True)
        self._nothing.setContentsMargins(12, 12, 12, 12)
        self.empty = EmptyState(icons)
        self.empty.set_content(
            self.tr("No prompts yet"),
            self.tr(
                "Keep here what you ask again and again: with places that are filled in each time,"
                " with every version of it, at hand by “/” in the conversation."
            ),
            self.tr("New prompt"),
            self.tr("Import prompts…"),
        )
        self._build()
        self._connect()
        self._show_state()

    def _build(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.search, 1)
        top.addWidget(self.more_button)
        tools = FlowRow()
        for tool in (self.folder, self.tag, self.favourites, self.new_button):
            tools.add(tool)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(16, 8, 16, 8)
        column.setSpacing(8)
        column.addLayout(top)
        for part in (tools, self._summary, self._nothing):
            column.addWidget(part)
        column.addWidget(self.list, 1)
        self._sides = SideBySide(left, self.panel)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._sides)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._delay.start)
        self.search.returnPressed.connect(self._enter_list)
        self.search.went_down.connect(self._enter_list)
        self.folder.activated.connect(self._ask)
        self.tag.activated.connect(self._ask)
        self.favourites.toggled.connect(self._ask)
        self.hidden.toggled.connect(self._ask)
        self.new_button.clicked.connect(self.new_requested)
        self.more_button.clicked.connect(self._open_menu)
        self.empty.action_requested.connect(self.new_requested)
        self.empty.other_requested.connect(self.import_requested)
        self.list.chosen.connect(self._choose)
        on_delete_key(self.list, self._delete)
        self.list.entered_row.connect(self.panel.use_button.click)
        self.panel.closed.connect(self.close_panel)
        self._sides.escaped.connect(self.close_panel)

    # --- what is shown ----------------------------------------------------------------------

    def query(self) -> PromptQuery:
        """What the list is to show."""
        return PromptQuery(
            text=self.search.text().strip(),
            folder=self.folder.currentData() or "",
            tag=self.tag.currentData() or "",
            favourites=self.favourites.isChecked(),
            hidden=self.hidden.isChecked(),
            limit=FIRST,
        )

    def set_hits(self, query: PromptQuery, hits: Sequence[PromptHit]) -> None:
        """Show what was found; an answer to an older question is not shown."""
        asked = replace(query, limit=FIRST)
        if asked != self.query():
            return
        other = asked != self._query
        self._query = asked
        self._any = bool(hits) or asked != PromptQuery(limit=FIRST)
        bar = self.list.verticalScrollBar()
        place = bar.value()
        self.model.set_hits(hits)
        self._show_state()
        self._keep_chosen()
        self.list.doItemsLayout()  # the bar's range follows from it
        bar.setValue(0 if other else place)
        if len(hits) == query.limit:
            self.wanted.emit(replace(query, limit=MOST))

    def set_drafts(self, ids: Collection[int]) -> None:
        """Which prompts have changes that are not saved yet; 0 is the new one."""
        self.model.set_drafts(ids)
        self.new_button.setText(self.tr("New (unsaved)") if 0 in ids else self.tr("New"))

    def set_folders(self, folders: Sequence[str]) -> None:
        _offer(self.folder, self.tr("All folders"), [(each, each) for each in folders])
        self.panel.editor.set_folders(folders)

    def set_tags(self, tags: Sequence[tuple[str, int]]) -> None:
        """Each with the number of prompts that have it."""
        entries = [(fill(self.tr("%1 (%2)"), tag, integer(count)), tag) for tag, count in tags]
        _offer(self.tag, self.tr("All tags"), entries)

    def show_panel(self) -> None:
        """Show what is beside the list."""
        self._stack.setCurrentWidget(self._sides)
        self._sides.set_second_visible(True)
        self._keep_chosen()

    def close_panel(self) -> None:
        """Show the list alone."""
        self._sides.set_second_visible(False)
        self.list.leave_row()
        self._show_state()
        self.closed.emit()

    @property
    def panel_visible(self) -> bool:
        return self._sides.second_visible

    def refresh(self) -> None:
        """Ask again for what is shown, all of it, so that the list stays where it is."""
        query = self.query()
        all_shown = query == self._query and self.model.rowCount() > FIRST
        self.wanted.emit(replace(query, limit=MOST) if all_shown else query)

    def panes(self) -> list[QWidget]:
        """Where F6 stops; only those that are seen count."""
        return [self.empty, *self._sides.panes()]

    def _keep_chosen(self) -> None:
        if not self._sides.second_visible:
            return
        index = self.model.index_of(self.panel.shown_id)
        if index.isValid():
            self.list.setCurrentIndex(index)  # tells nothing where it is chosen already
        else:
            self.list.clearSelection()

    def _show_state(self) -> None:
        count = self.model.rowCount()
        shown = self._any or self._sides.second_visible
        self._stack.setCurrentWidget(self._sides if shown else self.empty)
        self._nothing.setVisible(not count)
        self._summary.setVisible(bool(count))
        self._summary.setText(amount(count, self.tr("1 prompt"), self.tr("%1 prompts")))

    # --- what a person does -----------------------------------------------------------------

    def _ask(self) -> None:
        self._delay.stop()
        self.wanted.emit(self.query())

    def _choose(self, index: QModelIndex) -> None:
        prompt: Prompt = index.data(PROMPT_ROLE)
        if not (self._sides.second_visible and prompt.id == self.panel.shown_id):
            self.list.scrollTo(index)
            self.prompt_chosen.emit(prompt.id)

    def _delete(self) -> None:
        for index in self.list.selectedIndexes():
            prompt: Prompt = index.data(PROMPT_ROLE)
            if not prompt.builtin:
                self.delete_requested.emit(prompt.id)
            elif not prompt.hidden:
                self.hide_requested.emit(prompt.id)

    def _enter_list(self) -> None:
        self.list.setFocus(Qt.FocusReason.TabFocusReason)
        if self.model.rowCount():
            self.list.setCurrentIndex(self.model.index(0))

    def _open_menu(self) -> None:
        self.menu.popup(self.more_button.mapToGlobal(self.more_button.rect().bottomLeft()))


class PromptList(RowList):
    """Prompts can be dragged out of it; dropped where it came from, one stays as it is."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)

    def startDrag(self, actions: Qt.DropAction) -> None:
        with refusing_drops(self.window(), but=self):
            super().startDrag(actions)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.source() is self:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        event.accept()


@contextmanager
def refusing_drops(window: QWidget, but: QWidget) -> Iterator[None]:
    """Meanwhile no field of `window` takes a prompt for a text: the window itself uses it."""
    parts = [part for part in window.findChildren(QWidget) if part.acceptDrops()]
    takers = [part for part in parts if part is not but and not but.isAncestorOf(part)]
    for part in takers:
        part.setAcceptDrops(False)
    try:
        yield
    finally:
        for part in takers:
            if isValid(part):
                part.setAcceptDrops(True)


def _filter(name: str) -> Choice:
    choice = Choice()
    choice.setMinimumContentsLength(7)
    choice.setAccessibleName(name)
    return choice


def _offer(choice: Choice, everything: str, entries: Sequence[tuple[str, str]]) -> None:
    """Fill a filter; what is chosen stays chosen while it is there."""
    chosen = choice.currentData()
    choice.clear()
    choice.addItem(everything, "")
    for text, value in entries:
        choice.addItem(text, value)
    choice.setCurrentIndex(max(0, choice.findData(chosen)))
