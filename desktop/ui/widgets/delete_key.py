"""The Delete key, wherever something of a list can be removed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget


def on_delete_key(part: QWidget, do: Callable[[], object]) -> None:
    """Do this when Delete, or the Backspace that is a Mac's Delete key, is pressed in `part`, which
    holds no text that is written."""
    for key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
        shortcut = QShortcut(key, part)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(do)


def delete_presses(part: QWidget, button: QPushButton | QToolButton) -> None:
    """Let the Delete key do in `part` what `button` does, while it is offered."""
    on_delete_key(part, lambda: button.click() if not button.isHidden() else None)
