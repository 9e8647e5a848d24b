"""A column of parts that scrolls up and down and never sideways."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


class ScrollContent(QWidget):
    """As tall as its text is at the width there is. Qt would ask for the height the text has at its
    smallest width, and leave the rest empty."""

    def minimumSizeHint(self) -> QSize:
        smallest = super().minimumSizeHint()
        layout = self.layout()
        # Only where the height depends on the width does a scroll area ask for that height.
        wraps = layout is not None and layout.hasHeightForWidth()
        return QSize(smallest.width(), 0) if wraps else smallest


class ScrollColumn(QScrollArea):
    """Attributes:
    column: where the parts go.
    """

    def __init__(self, margin: int = 24, spacing: int = 12) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        content = ScrollContent()
        self.column = QVBoxLayout(content)
        self.column.setContentsMargins(margin, margin - 8, margin, margin)
        self.column.setSpacing(spacing)
        self.setWidget(content)

    def minimumSizeHint(self) -> QSize:
        content = self.widget()
        bar = self.verticalScrollBar().sizeHint().width()
        width = content.minimumSizeHint().width() + bar if content else 0
        return QSize(width, super().minimumSizeHint().height())
