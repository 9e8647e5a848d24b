"""What a model might have written in a token's place."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.next_token import Candidate, NextToken
from desktop.ui.charts.bar_chart import Bar, BarChart
from desktop.ui.formats import decimal, fill
from desktop.ui.icons import Icons
from desktop.ui.next_token.words import percent, visible
from desktop.ui.widgets.buttons import icon_button, label, set_property

SHOWN = 10


class CandidatesPopup(QFrame):
    """Signals: moved: by how many tokens, -1 or 1."""

    moved = Signal(int)

    def __init__(self, icons: Icons, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._anchor = parent
        self._place = QRect()
        self.setObjectName("popup")
        self.setAccessibleName(self.tr("Candidates"))
        self._title = label("", "heading")
        self._note = label("", "small", wrap=True)
        self.back_button = icon_button(icons, "chevron-left", self.tr("Previous token"))
        self.back_button.clicked.connect(lambda: self.moved.emit(-1))
        self.next_button = icon_button(icons, "chevron-right", self.tr("Next token"))
        self.next_button.clicked.connect(lambda: self.moved.emit(1))
        self.chart = BarChart(self.tr("Likeliest tokens"), _axis)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self._title, 1)
        row.addWidget(self.back_button)
        row.addWidget(self.next_button)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self._note)
        column.addWidget(self.chart)

    def ask(self, title: str, place: QRect) -> None:
        """Open beside `place`, on the screen, for a token that is being asked about."""
        self._title.setText(title)
        self._say(self.tr("Asking the model…"), "small")
        self.setFixedWidth(self.fontMetrics().averageCharWidth() * 52)
        self._place = place
        if not self.isVisible():
            self.chart.set_bars(())
            self.show()
        self._fit()

    def show_token(self, token: NextToken) -> None:
        """The likeliest tokens in its place, before any sampler; the one taken is strong."""
        chosen = token.chosen.id if token.chosen is not None else None
        candidates = token.stages[0].candidates[:SHOWN]
        self._say(self.tr("What the model thought likely, before any sampler"), "small")
        self.chart.set_bars([_bar(one, chosen=one.id == chosen) for one in candidates])
        self._fit()

    def show_problem(self, sentence: str) -> None:
        """Why nothing can be told."""
        self.chart.set_bars(())
        self._say(sentence, "error")
        self._fit()

    def text(self) -> str:
        """All that is said."""
        return f"{self._title.text()} {self._note.text()}"

    def _say(self, sentence: str, tone: str) -> None:
        self._note.setText(sentence)
        set_property(self._note, "tone", tone)

    def _fit(self) -> None:
        """Below the token where there is room, else above it."""
        self.chart.setVisible(bool(self.chart.count()))
        self._column.activate()
        self.resize(self.width(), self._column.totalHeightForWidth(self.width()))
        screen = self._anchor.screen().availableGeometry()
        corner = QPoint(self._place.left(), self._place.bottom() + 4)
        if corner.y() + self.height() > screen.bottom():
            corner.setY(max(screen.top(), self._place.top() - self.height() - 4))
        corner.setX(max(screen.left(), min(corner.x(), screen.right() - self.width())))
        self.move(corner)


def _bar(one: Candidate, *, chosen: bool) -> Bar:
    name, likely = visible(one.text), percent(one.probability)
    return Bar(name, one.probability, likely, f"“{name}”: {likely}", chosen=chosen)


def _axis(value: float) -> str:
    return fill("%1 %", decimal(100 * value, 0))
