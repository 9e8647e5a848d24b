"""The models on this machine: filter, order, list, and the page of the chosen one beside it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from desktop.domain.library import LibraryEntry
from desktop.ui.formats import amount, data_size
from desktop.ui.icons import Icons
from desktop.ui.itemmodels.library_list import (
    ENTRY_ROLE,
    LOADED_ROLE,
    LibraryListModel,
    LibraryOrder,
)
from desktop.ui.library.folder_list import FolderList
from desktop.ui.library.model_panel import ModelPanel
from desktop.ui.widgets.buttons import label, text_button
from desktop.ui.widgets.delete_key import on_delete_key
from desktop.ui.widgets.disclosure import Disclosure
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.flow_layout import FlowRow
from desktop.ui.widgets.inputs import Choice
from desktop.ui.widgets.row_delegate import Index, RowContent, RowDelegate
from desktop.ui.widgets.row_list import RowList
from desktop.ui.widgets.search_field import SearchField
from desktop.ui.widgets.side_by_side import SideBySide

FILTER_DELAY_MS = 80


class LibraryPane(QWidget):
    """Signals:

    file_added, folder_added, folder_removed: Path.
    model_chosen: Path of the model whose page is shown, or None.
    find_requested: the person has no models and wants to look for some.
    """

    file_added = Signal(object)
    folder_added = Signal(object)
    folder_removed = Signal(object)
    model_chosen = Signal(object)
    find_requested = Signal()

    def __init__(self, icons: Icons, panel: ModelPanel) -> None:
        super().__init__()
        self.model = LibraryListModel(self)
        self.filter = SearchField(icons, self.tr("Filter models"))
        self._delay = QTimer(self, interval=FILTER_DELAY_MS, singleShot=True)
        self._delay.timeout.connect(self._filter)
        self.order = Choice()
        self.order.setMinimumContentsLength(0)
        self.order.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
        self.order.setAccessibleName(self.tr("Order"))
        self.order.addItems(
            [
                self.tr("Last used"),
                self.tr("Name"),
                self.tr("File size"),
                self.tr("Parameters"),
                self.tr("Bits per weight"),
                self.tr("Context"),
            ]
        )
        self.add_file = text_button(self.tr("Add file…"))
        self.add_file.setIcon(icons.icon("file-plus", QPalette.ColorRole.PlaceholderText))
        self.add_folder = text_button(self.tr("Add folder…"))
        self.add_folder.setIcon(icons.icon("folder-plus", QPalette.ColorRole.PlaceholderText))
        self._summary = label("", "small", wrap=True)
        self.list = RowList(self.tr("Models on this computer"))
        self.list.setItemDelegate(LibraryDelegate(icons, self.model, self.list))
        self.list.setModel(self.model)
        self.folders = FolderList(icons)
        self._folders_fold = Disclosure("", icons, self.folders)
        self._folders_fold.hide()
        self.empty = EmptyState(icons)
        self.empty.set_content(
            self.tr("No models here yet"),
            self.tr(
                "Find one that fits this computer, or add the files you have. Models of LM Studio,"
                " Ollama, GPT4All and the Hugging Face cache are listed by themselves."
            ),
            self.tr("Find models"),
        )
        # What the buttons of the list do, where there is no list yet.
        self.empty.set_suggestions([self.add_file.text(), self.add_folder.text()])
        self._nothing = label(self.tr("No model fits the filter."), "secondary")
        self._nothing.setContentsMargins(12, 12, 12, 12)
        self.panel = panel
        self._build()
        self._connect()
        self._show_state()

    def _build(self) -> None:
        tools = FlowRow()
        for tool in (self.order, self.add_file, self.add_folder):
            tools.add(tool)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(16, 4, 16, 8)
        column.setSpacing(8)
        for part in (self.filter, tools, self._summary, self._nothing):
            column.addWidget(part)
        column.addWidget(self.list, 1)
        column.addWidget(self._folders_fold)
        self._sides = SideBySide(left, self.panel)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._sides)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._delay.start)
        self.filter.returnPressed.connect(self.focus_list)
        self.filter.went_down.connect(self.focus_list)
        self.order.currentIndexChanged.connect(self._order)
        self.add_file.clicked.connect(self._ask_file)
        self.add_folder.clicked.connect(self._ask_folder)
        self.folders.remove_requested.connect(self.folder_removed)
        self.empty.action_requested.connect(self.find_requested)
        self.empty.suggestion_chosen.connect(self._add_by)
        self.list.chosen.connect(self._open)
        self.list.entered_row.connect(self._chat)
        on_delete_key(self.list, self._remove)
        self.panel.closed.connect(self.close_panel)
        self._sides.escaped.connect(self.close_panel)

    # --- what is shown ----------------------------------------------------------------------

    def set_entries(self, entries: Sequence[LibraryEntry]) -> None:
        """Show these; the chosen one stays chosen."""
        bar = self.list.verticalScrollBar()
        place = bar.value()
        self.model.set_entries(entries)
        self._show_state()
        self._keep_chosen()
        self.list.doItemsLayout()  # the bar's range follows from it
        bar.setValue(place)

    def set_loaded(self, paths: Collection[Path]) -> None:
        """Mark the models that are in memory."""
        self.model.set_loaded(paths)

    def set_folders(self, folders: Sequence[Path]) -> None:
        """The folders a person added."""
        self.folders.set_folders(folders)
        text = amount(len(folders), self.tr("1 added folder"), self.tr("%1 added folders"))
        self._folders_fold.button.setText(text)
        self._folders_fold.setVisible(bool(folders))

    def choose(self, path: Path) -> None:
        """Show the page of a listed model, also of one that the filter hides."""
        if self.model.has(path) and not self.model.index_of(path).isValid():
            self.filter.clear()
            self._filter()
        index = self.model.index_of(path)
        if index.isValid():
            self.list.setCurrentIndex(index)
            self.list.scrollTo(index)

    def close_panel(self) -> None:
        """Show the list alone."""
        self._sides.set_second_visible(False)
        self.list.leave_row()
        self.model_chosen.emit(None)

    def panes(self) -> list[QWidget]:
        """Where F6 stops; only those that are seen count."""
        return [self.empty, *self._sides.panes()]

    def focus_list(self) -> None:
        self.list.setFocus(Qt.FocusReason.TabFocusReason)

    def _keep_chosen(self) -> None:
        path = self.panel.path
        if path is None or not self._sides.second_visible:
            return
        index = self.model.index_of(path)
        if not index.isValid():
            if not self.model.has(path):
                self.close_panel()
            return
        self.list.setCurrentIndex(index)  # tells nothing where it is chosen already
        entry = index.data(ENTRY_ROLE)
        self.panel.set_entry(entry)

    def _show_state(self) -> None:
        entries = self.model.shown()
        self._stack.setCurrentWidget(self._sides if self.model.total else self.empty)
        self._nothing.setVisible(not entries)
        size = data_size(sum(entry.size for entry in entries))
        models = amount(len(entries), self.tr("1 model"), self.tr("%1 models"))
        self._summary.setText(f"{models}, {size}")

    # --- what a person does -----------------------------------------------------------------

    def _filter(self) -> None:
        self.model.set_filter(self.filter.text())
        self._show_state()
        self._keep_chosen()

    def _order(self, number: int) -> None:
        self.model.set_order(list(LibraryOrder)[number])
        self._keep_chosen()

    def _open(self, index: QModelIndex) -> None:
        entry: LibraryEntry = index.data(ENTRY_ROLE)
        if self._sides.second_visible and entry.path == self.panel.path:
            return
        self.panel.set_entry(entry)
        self._sides.set_second_visible(True)
        self.list.scrollTo(index)
        self.model_chosen.emit(entry.path)

    def _chat(self) -> None:
        if self.panel.chat_button.isEnabled():
            self.panel.chat_button.click()

    def _remove(self) -> None:
        if self._sides.second_visible and self.panel.remove_button.isVisible():
            self.panel.remove_button.click()

    def _add_by(self, text: str) -> None:
        (self.add_file if text == self.add_file.text() else self.add_folder).click()

    def _ask_file(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(
            self, self.tr("Add model files"), "", self.tr("Models (*.gguf);;All files (*)")
        )
        for name in names:
            self.file_added.emit(Path(name))

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Add a folder of models"))
        if name:
            self.folder_added.emit(Path(name))


class LibraryDelegate(RowDelegate):
    """A model: name, level and size; what else is known below."""

    def __init__(self, icons: Icons, model: LibraryListModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._warning = icons.icon("triangle-alert", QPalette.ColorRole.PlaceholderText)

    def content(self, index: Index) -> RowContent:
        entry: LibraryEntry = index.data(ENTRY_ROLE)
        broken = entry.missing or bool(entry.problem)
        level = entry.info.level if entry.info else ""
        size = data_size(entry.size) if entry.size else ""
        return RowContent(
            entry.title,
            self._model.details(entry),
            "   ".join(part for part in (level, size) if part),
            self.tr("Loaded") if index.data(LOADED_ROLE) else "",
            self._warning if broken else None,
            faded=broken,
        )
