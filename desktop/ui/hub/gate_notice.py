"""Why a repository's files are not handed out at once, and what to do about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import IconLabel, label, text_button
from desktop.ui.widgets.token_field import TokenField


class GateNotice(QFrame):
    """Signals: page_requested; token_entered with the token."""

    page_requested = Signal()
    token_entered = Signal(str)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.setObjectName("group")
        self._explanation = label("", wrap=True)
        self.token = TokenField()
        page = text_button(self.tr("Open its page"))
        page.setIcon(icons.icon("external-link"))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(IconLabel(icons.icon("lock")), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._explanation, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(page, 0, Qt.AlignmentFlag.AlignLeading)
        column.addWidget(self.token)
        page.clicked.connect(self.page_requested)
        self.token.entered.connect(self.token_entered)
        self.set_has_token(False)

    def set_has_token(self, has: bool) -> None:
        """Whether a token is kept already."""
        terms = self.tr(
            "This repository is gated: its terms must be accepted on its page, with an account of"
            " the hub."
        )
        token = (
            self.tr("Your token is used.")
            if has
            else self.tr("Then an access token of that account opens it.")
        )
        self._explanation.setText(f"{terms} {token}")
