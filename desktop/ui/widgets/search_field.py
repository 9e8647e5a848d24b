"""A field to search with."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QLineEdit

from desktop.ui.icons import Icons


class SearchField(QLineEdit):
    """Signals: went_down: the person goes on to what was found, by the Down key."""

    went_down = Signal()

    def __init__(self, icons: Icons, name: str) -> None:
        """`name` stands in the empty field and is what a screen reader says."""
        super().__init__()
        self.setProperty("kind", "search")
        self.setPlaceholderText(name)
        self.setAccessibleName(name)
        self.setClearButtonEnabled(True)
        glass = self.addAction(
            icons.icon("search", QPalette.ColorRole.PlaceholderText),
            QLineEdit.ActionPosition.LeadingPosition,
        )
        glass.setText(name)
        glass.triggered.connect(self.setFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.went_down.emit()
        super().keyPressEvent(event)
