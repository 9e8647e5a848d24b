"""The button that closes a dialog."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox


def close_box(dialog: QDialog) -> QDialogButtonBox:
    """What closes `dialog`, to stand below it. Qt's own button would have an icon where the desktop
    wants icons: a dialog wears the theme, which wants none, only once it is shown."""
    box = QDialogButtonBox()
    text = QCoreApplication.translate("CloseBox", "Close")
    box.addButton(text, QDialogButtonBox.ButtonRole.RejectRole)
    box.rejected.connect(dialog.reject)
    return box
