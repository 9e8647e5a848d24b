"""Shows where the keyboard is, and nothing while the mouse is used."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QScrollArea, QWidget


def show_keyboard_focus(old: QWidget | None, new: QWidget | None) -> None:
    """Mark the focused widget for the style sheet, and bring it into view, when the keyboard
    brought the focus there."""
    if old is not None and old.property("keyboardFocus"):
        _set_mark(old, False)
    if new is None or QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
        return
    if new.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange):
        _set_mark(new, True)
        _bring_into_view(new)


def _set_mark(widget: QWidget, on: bool) -> None:
    widget.setProperty("keyboardFocus", on)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()


def _bring_into_view(widget: QWidget) -> None:
    """Qt's scroll areas do so only where the focus was in them before."""
    around = widget.parentWidget()
    while around is not None and not around.isWindow():
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(widget)
        around = around.parentWidget()
