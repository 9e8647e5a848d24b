"""Choosing a prompt of the library."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.prompt import PromptHit
from desktop.ui.dialogs.fitting import within_screen
from desktop.ui.icons import Icons
from desktop.ui.itemmodels.prompt_list import PROMPT_ROLE, PromptListModel
from desktop.ui.prompts.prompt_delegate import PromptDelegate
from desktop.ui.widgets.buttons import text_button
from desktop.ui.widgets.row_list import RowList
from desktop.ui.widgets.search_field import SearchField


class PromptPicker(QDialog):
    """Signals: wanted, with what to search for, answered by `set_hits`; chosen, with the Prompt."""

    wanted = Signal(str)
    chosen = Signal(object)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Choose a prompt"))
        self.search = SearchField(icons, self.tr("Search prompts"))
        self.model = PromptListModel(self)
        self.list = RowList(self.tr("Prompts"))
        self.list.setItemDelegate(PromptDelegate(icons, self.list))
        self.list.setModel(self.model)
        self.choose_button = text_button(self.tr("Choose"), "primary")
        self.choose_button.setDefault(True)
        cancel = text_button(self.tr("Cancel"))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.choose_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addLayout(buttons)
        unit = self.fontMetrics().averageCharWidth()
        self.resize(within_screen(self, unit * 60, unit * 60))
        self.search.textChanged.connect(self.wanted)
        self.search.went_down.connect(self.list.setFocus)
        self.list.entered_row.connect(self._choose)
        self.choose_button.clicked.connect(lambda: self._choose(self.list.currentIndex()))
        cancel.clicked.connect(self.reject)

    def set_hits(self, text: str, hits: Sequence[PromptHit]) -> None:
        """An answer to `wanted`; an older one is not shown."""
        if text == self.search.text():
            self.model.set_hits(hits)
            self.list.setCurrentIndex(self.model.index(0))
            self.choose_button.setEnabled(bool(hits))

    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.TabFocusReason)

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self.accept()
            self.chosen.emit(index.data(PROMPT_ROLE))
