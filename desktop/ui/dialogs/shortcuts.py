"""All keyboard shortcuts, from the registry of actions."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from desktop.ui.action_specs import MENUS
from desktop.ui.actions import Actions, plain_text
from desktop.ui.dialogs.facts_table import FactsTable
from desktop.ui.dialogs.fitting import within_screen
from desktop.ui.widgets.close_box import close_box


class ShortcutsDialog(QDialog):
    """Lists what each key does; the field on top narrows the list."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self._rows = [
            *_rows(actions),
            (self.tr("Send the message"), self.tr("Enter")),
            (self.tr("New line in the message"), self.tr("Shift+Enter")),
            (self.tr("Edit your last message"), self.tr("Up, in an empty message")),
            (self.tr("Rename, delete in the sidebar"), self.tr("F2, Delete")),
        ]
        self.search = QLineEdit()
        self.search.setProperty("kind", "search")
        self.search.setPlaceholderText(self.tr("Search shortcuts"))
        self.search.setAccessibleName(self.tr("Search shortcuts"))
        self.search.setClearButtonEnabled(True)
        self.table = FactsTable(self.tr("Keyboard shortcuts"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.search)
        column.addWidget(self.table, 1)
        column.addWidget(close_box(self))
        unit = self.fontMetrics().averageCharWidth()
        self.resize(within_screen(self, unit * 68, unit * 84))
        self.search.textChanged.connect(self._show)
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show("")

    def _show(self, wanted: str) -> None:
        wanted = wanted.casefold()
        self.table.set_facts([r for r in self._rows if wanted in f"{r[0]} {r[1]}".casefold()])


def _rows(actions: Actions) -> list[tuple[str, str]]:
    """(what it does, its keys), in the order of the menus."""
    rows = []
    for menu, _ in MENUS:
        for id, action in actions.items():  # noqa: A001
            if actions.spec(id).menu == menu and action.shortcuts() and action.isVisible():
                keys = QKeySequence.listToString(
                    action.shortcuts(), QKeySequence.SequenceFormat.NativeText
                )
                rows.append((plain_text(action), keys.replace("; ", _or())))
    return rows


def _or() -> str:
    return QCoreApplication.translate("ShortcutsDialog", " or ")
