"""A field to search with."""

from __future__ import annotations

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLineEdit

from desktop.ui.icons import Icons


def search_field(icons: Icons, name: str) -> QLineEdit:
    """`name` stands in the empty field and is what a screen reader says."""
    field = QLineEdit()
    field.setProperty("kind", "search")
    field.setPlaceholderText(name)
    field.setAccessibleName(name)
    field.setClearButtonEnabled(True)
    glass = field.addAction(
        icons.icon("search", QPalette.ColorRole.PlaceholderText),
        QLineEdit.ActionPosition.LeadingPosition,
    )
    glass.setText(name)
    glass.triggered.connect(field.setFocus)
    return field
