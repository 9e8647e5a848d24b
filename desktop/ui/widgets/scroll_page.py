"""A page that scrolls, with its content in a column in the middle."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout

from desktop.ui.widgets.column import Column
from desktop.ui.widgets.scroll_column import ScrollContent

CONTENT_WIDTH = 960
MARGIN = 24


class ScrollPage(QScrollArea):
    """Args:
        width: of the column at most, in pixels at the normal text size.

    Attributes:
        column: where the parts go.
    """

    def __init__(self, width: int = CONTENT_WIDTH) -> None:
        super().__init__()
        content = Column(width)
        self.column = QVBoxLayout(content)
        self.column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        self.column.setSpacing(8)
        middle = ScrollContent()
        centred = QHBoxLayout(middle)
        centred.setContentsMargins(0, 0, 0, 0)
        centred.addWidget(content)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(middle)
