"""The licences of everything that Quern is made of."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.ui.dialogs.fitting import within_screen
from desktop.ui.widgets.close_box import close_box

CHARACTERS = 92  # licences are written in lines of 80
LINES = 40


class LicencesDialog(QDialog):
    """`text` may be long: a megabyte is shown at once."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Licences"))
        self.text = QPlainTextEdit(text)
        self.text.setReadOnly(True)
        self.text.setAccessibleName(self.tr("Licences"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(self.text, 1)
        column.addWidget(close_box(self))
        metrics = self.text.fontMetrics()
        width, height = metrics.averageCharWidth() * CHARACTERS, metrics.lineSpacing() * LINES
        self.resize(within_screen(self, width, height))
