"""Find in the conversation."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit

from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import icon_button, label

FIND_DELAY_MS = 120


class FindBar(QFrame):
    """Signals:

    find_changed: what to find, a moment after the last key; "" clears all marks.
    next_requested, previous_requested.
    closed.
    """

    find_changed = Signal(str)
    next_requested = Signal()
    previous_requested = Signal()
    closed = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.setObjectName("findBar")
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(self.tr("Find in this conversation"))
        self.edit.setAccessibleName(self.tr("Find in this conversation"))
        self.edit.setClearButtonEnabled(True)
        self._problem = label("", "small")
        up = icon_button(
            icons, "chevron-up", self.tr("Previous match"), self.tr("Previous match (Shift+Enter)")
        )
        down = icon_button(
            icons, "chevron-down", self.tr("Next match"), self.tr("Next match (Enter)")
        )
        close = icon_button(icons, "x", self.tr("Close find"), self.tr("Close (Esc)"))
        self._steps = (up, down)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 8, 6)
        row.setSpacing(4)
        row.addWidget(self.edit, 1)
        row.addSpacing(8)
        row.addWidget(self._problem)
        for button in (up, down, close):
            row.addWidget(button)
        self._delay = QTimer(self, interval=FIND_DELAY_MS, singleShot=True)
        self._delay.timeout.connect(lambda: self.find_changed.emit(self.edit.text()))
        self.edit.textChanged.connect(self._delay.start)
        up.clicked.connect(self.previous_requested)
        down.clicked.connect(self.next_requested)
        close.clicked.connect(self.close_bar)
        self.set_found(False)
        self.hide()

    def open_bar(self) -> None:
        self.show()
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.edit.selectAll()
        if self.edit.text():
            self.find_changed.emit(self.edit.text())

    def close_bar(self) -> None:
        self._delay.stop()
        self.hide()
        self.find_changed.emit("")
        self.closed.emit()

    def set_found(self, found: bool) -> None:
        """Whether there is a match."""
        self._problem.setText(self.tr("Not found") if self.edit.text() and not found else "")
        for button in self._steps:
            button.setEnabled(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._delay.isActive():
                self._delay.stop()
                self.find_changed.emit(self.edit.text())
            elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.previous_requested.emit()
            else:
                self.next_requested.emit()
        else:
            super().keyPressEvent(event)
