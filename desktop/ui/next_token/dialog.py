"""An answer token by token."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop.controllers.next_token import Hindrance, LookedAt
from desktop.domain.errors import QuernError
from desktop.domain.next_token import NextToken
from desktop.ui.dialogs.fitting import within_screen
from desktop.ui.icons import Icons
from desktop.ui.next_token.legend import Legend
from desktop.ui.next_token.token_text import TokenText
from desktop.ui.next_token.view import NextTokenView
from desktop.ui.widgets.buttons import label, text_button

CANDIDATES = 24  # shown


class AnswerTokens(QDialog):
    """The tokens of an answer, and how the selected one was chosen with the answer's own settings.

    Signals:
        selected: index of the token that the person wants to see.
    """

    selected = Signal(int)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = self.tr("Tokens of this answer")
        self.setWindowTitle(title)
        self.text = TokenText()
        self.view = NextTokenView(icons, CANDIDATES)
        self.view.setContentsMargins(12, 0, 4, 0)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.view)
        parts = QSplitter()
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.text)
        parts.addWidget(area)
        parts.setStretchFactor(0, 1)
        parts.setStretchFactor(1, 1)
        close = text_button(self.tr("Close"), "primary")
        close.setDefault(True)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        column.addWidget(label(title, "title"))
        column.addWidget(
            label(
                self.tr(
                    "Each token with how likely the model thought it before any sampler. Choose "
                    "one to see what else it could have been, with the settings of this answer."
                ),
                "secondary",
                wrap=True,
            )
        )
        column.addWidget(Legend())
        column.addWidget(parts, 1)
        column.addLayout(foot)
        unit = self.fontMetrics().averageCharWidth()
        self.resize(within_screen(self, unit * 130, unit * 92))
        parts.setSizes([unit * 64, unit * 60])
        close.clicked.connect(self.accept)
        self.text.selected.connect(self.view.expect)
        self.text.selected.connect(self.selected)
        self.view.selected.connect(self.text.select)
        self.view.selected.connect(self.selected)

    def show_answer(self, looked_at: LookedAt, index: int) -> None:
        self.text.set_tokens(looked_at.tokens, index)
        self.view.show_answer(looked_at, index)

    def show_token(self, token: NextToken) -> None:
        if token.chosen is not None and token.chosen.probability is not None:
            self.text.set_probability(token.index, token.chosen.probability)
        self.view.show_token(token)

    def show_hindrance(self, hindrance: Hindrance | QuernError) -> None:
        self.view.show_hindrance(hindrance)
