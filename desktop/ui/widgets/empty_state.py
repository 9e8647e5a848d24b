"""The first sight of an empty conversation: what to do here, and a few ways to begin."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import IconLabel, label, text_button
from desktop.ui.widgets.column import Column
from desktop.ui.widgets.replaced_rows import remove_rows

CONTENT_WIDTH = 640
MARGIN = 24
SPACING = 8


class EmptyState(QScrollArea):
    """Scrolls where the window is too small or the text too large for it.

    Signals:
        suggestion_chosen: its text.
        action_requested: the primary button was pressed.
        other_requested: the quiet one beside it.
    """

    suggestion_chosen = Signal(str)
    action_requested = Signal()
    other_requested = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        symbol = IconLabel(icons.application_icon(), lines=4)
        self._title = label("", "display", wrap=True)
        self._text = label("", "secondary", wrap=True)
        self._suggestions: list[QPushButton] = []
        self._grid = QGridLayout()
        self._grid.setSpacing(SPACING)
        self._columns = 0
        self.button = text_button("", "primary")
        self.button.clicked.connect(self.action_requested)
        self.other = text_button("")
        self.other.clicked.connect(self.other_requested)
        self._buttons = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._buttons.setSpacing(SPACING)
        for side in (self.button, self.other):
            side.hide()
            self._buttons.addWidget(side)
        inside = self._inside = QVBoxLayout()
        inside.setSpacing(12)
        inside.addWidget(symbol, 0, Qt.AlignmentFlag.AlignHCenter)
        for part in (self._title, self._text):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            inside.addWidget(part)
        inside.addSpacing(8)
        inside.addLayout(self._grid)
        inside.addLayout(self._buttons)
        inside.setAlignment(self._buttons, Qt.AlignmentFlag.AlignHCenter)
        block = Column(CONTENT_WIDTH)
        block.setLayout(self._inside)
        content = QWidget()
        column = QGridLayout(content)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setRowStretch(0, 1)
        column.setRowStretch(2, 1)
        column.setColumnStretch(0, 1)
        column.setColumnStretch(1, 100)
        column.setColumnStretch(2, 1)
        column.addWidget(block, 1, 1)
        self.setWidget(content)

    def set_content(self, title: str, text: str, action: str = "", other: str = "") -> None:
        """`action` is the text of the primary button, `other` of the quiet one; "" for none."""
        self._title.setText(title)
        self._text.setText(text)
        for button, words in ((self.button, action), (self.other, other)):
            button.setText(words)
            button.setVisible(bool(words))

    def set_suggestions(self, suggestions: Sequence[str]) -> None:
        """Offer these as first messages, best short ones."""
        remove_rows(self._grid, self._suggestions)
        self._suggestions = []
        self._columns = 0
        for text in suggestions:
            button = text_button(text.replace("&", "&&"), "card")
            button.clicked.connect(lambda _=False, text=text: self.suggestion_chosen.emit(text))
            self._suggestions.append(button)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:  # the content, which the area watches
            self._arrange()
        return super().eventFilter(watched, event)

    def _arrange(self) -> None:
        """Two beside each other, or below each other where two do not fit."""
        margins = self._inside.contentsMargins()
        room = self.viewport().width() - 2 * MARGIN - margins.left() - margins.right()
        widest = max((button.sizeHint().width() for button in self._suggestions), default=0)
        columns = 2 if 2 * widest + SPACING <= room else 1
        if columns != self._columns:
            self._columns = columns
            for number, button in enumerate(self._suggestions):
                self._grid.addWidget(button, number // columns, number % columns)
        way = QBoxLayout.Direction
        wide = self.button.sizeHint().width() + SPACING + self.other.sizeHint().width()
        self._buttons.setDirection(way.LeftToRight if wide <= room else way.TopToBottom)
