"""What the grounds of tokens mean."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop.ui.next_token.levels import LEVELS, level_names, paint_token
from desktop.ui.widgets.buttons import label
from desktop.ui.widgets.flow_layout import FlowLayout


class Legend(QWidget):
    """One sample and its name for each level, and for what is not known."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("How likely the model thought a token"))
        flow = FlowLayout(self)
        least = [level.least for level in LEVELS]
        tops = [1.0, *least[:-1]]
        for low, top, name in zip(least, tops, level_names(), strict=True):
            flow.addWidget(_Entry((low + top) / 2, name))
        flow.addWidget(_Entry(None, self.tr("not kept any more")))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)


class _Entry(QWidget):
    def __init__(self, probability: float | None, name: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(6)
        row.addWidget(_Sample(probability))
        row.addWidget(label(name, "small"))


class _Sample(QWidget):
    def __init__(self, probability: float | None) -> None:
        super().__init__()
        self._probability = probability
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        height = self.fontMetrics().height()
        return QSize(height * 3 // 2, height)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_token(painter, QRectF(self.rect()), self._probability, self.palette())
