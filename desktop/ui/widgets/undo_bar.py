"""Says what was just done and offers to undo it, for ten seconds."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop.ui.formats import fill
from desktop.ui.widgets.buttons import ElidedLabel, text_button

SHOWN_MS = 10_000


class UndoBar(QFrame):
    """The time stands still while the pointer is on it or it has the focus.

    Signals:
        undone: the person wants it undone.
        expired: it went away unused.
    """

    undone = Signal()
    expired = Signal()

    def __init__(self, parent: QWidget | None = None, shown_ms: int = SHOWN_MS) -> None:
        super().__init__(parent)
        self.setObjectName("undoBar")
        self._text = ElidedLabel()
        self.button = text_button(self.tr("Undo"))
        self._timer = QTimer(self, interval=shown_ms, singleShot=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 6, 6)
        row.setSpacing(16)
        row.addWidget(self._text, 1)
        row.addWidget(self.button)
        self.button.clicked.connect(self.undo)
        self._timer.timeout.connect(self._expire)
        self.hide()

    def show_message(self, text: str) -> None:
        """Offer to undo what `text` says, in place of what is offered."""
        self._text.setText(text)
        self.setAccessibleName(text)
        self.button.setAccessibleName(fill(self.tr("Undo: %1"), text))
        self.show()
        self.raise_()
        self._timer.start()

    @property
    def is_offering(self) -> bool:
        return not self.isHidden()

    def undo(self) -> None:
        """As if the button were pressed; does nothing when nothing is offered."""
        if self.is_offering:
            self._close()
            self.undone.emit()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if self.is_offering:
            self._timer.start()
        super().leaveEvent(event)

    def _expire(self) -> None:
        if self.button.hasFocus():
            self._timer.start()
            return
        self._close()
        self.expired.emit()

    def _close(self) -> None:
        self._timer.stop()
        self.hide()
