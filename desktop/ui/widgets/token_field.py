"""Where an access token for the hub is typed in."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.ui.widgets.buttons import label, text_button


class TokenField(QWidget):
    """Never shows a token, and forgets what was typed as soon as it was told.

    Signals: entered with the token.
    """

    entered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.field = QLineEdit()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setPlaceholderText(self.tr("Access token (hf_…)"))
        self.field.setAccessibleName(self.tr("Access token"))
        self.button = text_button(self.tr("Use token"))
        self.button.setEnabled(False)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        kept = self.tr("It is kept in the system's keyring and told to nobody but the hub.")
        column.addWidget(label(kept, "small", wrap=True))
        self.button.clicked.connect(self._enter)
        self.field.returnPressed.connect(self._enter)
        self.field.textChanged.connect(lambda text: self.button.setEnabled(bool(text.strip())))

    def _enter(self) -> None:
        token = self.field.text().strip()
        if token:
            self.field.clear()
            self.entered.emit(token)
