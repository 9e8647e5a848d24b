"""What a person sees of a bug of ours."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.ui.icons import Icons
from desktop.ui.theme import monospace_font
from desktop.ui.widgets.buttons import label, text_button
from desktop.ui.widgets.disclosure import Disclosure


class CrashDialog(QDialog):
    """Accepted: go on. Rejected (also by Quit): leave.

    Signals:
        open_logs_requested.
    """

    open_logs_requested = Signal()

    def __init__(self, details: str, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Quern made a mistake"))
        self._details = details
        title = label(self.tr("Something in Quern went wrong"), "title", wrap=True)
        text = label(
            self.tr(
                "This is a mistake in Quern, not yours. Your conversations are saved. "
                "You can go on; if it happens again, please send us the details."
            ),
            wrap=True,
        )
        self.disclosure = Disclosure(self.tr("Details"), icons, self._make_details)
        copy = text_button(self.tr("Copy details"))
        logs = text_button(self.tr("Open logs folder"))
        quit_ = text_button(self.tr("Quit"))
        go_on = text_button(self.tr("Continue"), "primary")
        go_on.setDefault(True)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (copy, logs):
            buttons.addWidget(button)
        buttons.addStretch(1)
        for button in (quit_, go_on):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        column.addWidget(title)
        column.addWidget(text)
        column.addWidget(self.disclosure, 1)
        column.addLayout(buttons)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 84)
        copy.clicked.connect(self.copy_details)
        logs.clicked.connect(self.open_logs_requested)
        quit_.clicked.connect(self.reject)
        go_on.clicked.connect(self.accept)

    def copy_details(self) -> None:
        QGuiApplication.clipboard().setText(self._details)

    def _make_details(self) -> QWidget:
        view = QPlainTextEdit(self._details)
        view.setProperty("kind", "field")
        view.setReadOnly(True)
        view.setFont(monospace_font())
        view.setAccessibleName(self.tr("Details"))
        view.setMinimumHeight(view.fontMetrics().lineSpacing() * 14)
        return view
