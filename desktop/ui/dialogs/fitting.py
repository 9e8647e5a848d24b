"""Dialogs that fit on the screen, however small it is and however large the text."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

SHARE = 0.88  # of the screen: there is a title bar, and some of the window behind stays visible


def within_screen(widget: QWidget, width: int, height: int) -> QSize:
    """`width` and `height` in pixels, or what the screen of `widget` has room for."""
    room = widget.screen().availableSize() * SHARE
    return QSize(min(width, room.width()), min(height, room.height()))


class FittingDialog(QDialog):
    """As tall as its content, which scrolls where the screen is smaller. Its footer always shows.

    Attributes:
        content: what scrolls; call `fit` after it grew.
        notes: what always shows too, above the buttons.
        footer: for the buttons.
    """

    def __init__(self, characters: int, parent: QWidget | None = None) -> None:
        """`characters` is the width of the content in average characters."""
        super().__init__(parent)
        self._characters = characters
        body = QWidget()
        self.content = QVBoxLayout(body)
        self.content.setContentsMargins(24, 24, 24, 4)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(body)
        self.notes = QVBoxLayout()
        self.notes.setContentsMargins(24, 0, 24, 0)
        self.notes.setSpacing(4)
        self.footer = QHBoxLayout()
        self.footer.setContentsMargins(24, 0, 24, 0)
        self.footer.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 16)
        column.setSpacing(12)
        column.addWidget(self._area, 1)
        column.addLayout(self.notes)
        column.addLayout(self.footer)

    def showEvent(self, event: QShowEvent) -> None:
        self.fit()  # it has just been styled
        super().showEvent(event)

    def fit(self) -> None:
        """Grow to show everything, as far as the screen allows."""
        wanted = self.fontMetrics().averageCharWidth() * self._characters
        width = max(self.width(), wanted) if self.isVisible() else wanted
        width = within_screen(self, width, 0).width()
        self.content.activate()
        notes = self.notes.sizeHint().height()
        around = self.footer.sizeHint().height() + 12 + 16 + (notes + 12 if notes else 0)
        height = around + max(
            self.content.totalHeightForWidth(width),  # -1 when it does not depend on the width
            self.content.totalMinimumSize().height(),
        )
        if self.isVisible():
            height = max(height, self.height())
        self.resize(within_screen(self, width, height))
        if self.isVisible():  # it grew downwards from where it was
            room, frame = self.screen().availableGeometry(), self.frameGeometry()
            lowest = max(room.top(), room.bottom() - frame.height())
            if frame.top() > lowest:
                self.move(frame.left(), lowest)
