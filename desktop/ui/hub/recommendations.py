"""A few models to start with, those that suit this computer first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QDate, QLocale, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.hub import Recommendation
from desktop.ui.formats import data_size, fill, integer
from desktop.ui.widgets.buttons import ElidedLabel, label, text_button
from desktop.ui.widgets.replaced_rows import replace_rows
from desktop.ui.widgets.scroll_column import ScrollColumn


class Recommendations(ScrollColumn):
    """Signals: chosen with the Recommendation to look at."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__(margin=12, spacing=8)
        self.setAccessibleName(self.tr("Models to start with"))
        self._title = label(self.tr("Models to start with"), "title")
        self._dated = label("", "small", wrap=True)
        self._cards: list[QWidget] = []
        self.column.addWidget(self._title)
        self.column.addWidget(self._dated)
        self.column.addStretch(1)

    def set_recommendations(
        self, recommendations: Sequence[Recommendation], made_on: date, memory: int
    ) -> None:
        """The day the list was made, and this machine's memory in bytes."""
        # A part of what is built in is never given to programs: "16 GB" count as 15.3.
        built_in = memory_gib(memory)
        suiting = [one for one in recommendations if memory_gib(one.memory) <= built_in]
        larger = [one for one in recommendations if memory_gib(one.memory) > built_in]
        # The most capable one that suits comes first.
        ordered = sorted(suiting, key=lambda one: -one.memory)
        ordered += sorted(larger, key=lambda one: one.memory)
        cards = [self._card(one, suits=one in suiting) for one in ordered]
        self._cards = replace_rows(self.column, self._cards, cards, place=2)
        day = QLocale().toString(QDate(made_on.year, made_on.month, made_on.day), "d MMMM yyyy")
        made = self.tr("Those that suit this computer's %1 of memory first. Chosen on %2.")
        quiet = self.tr("Nothing is asked of the network until you search or open one.")
        self._dated.setText(f"{fill(made, _words(memory), day)} {quiet}")

    def enter(self) -> None:
        """Give the focus to the first."""
        if self._cards:
            self._cards[0].setFocus(Qt.FocusReason.ShortcutFocusReason)  # which shows where it is

    def cards(self) -> list[QWidget]:
        return list(self._cards)

    def _card(self, one: Recommendation, *, suits: bool) -> QWidget:
        card = QFrame()
        card.setObjectName("group")
        name = ElidedLabel(one.name, Qt.TextElideMode.ElideMiddle)
        name.setProperty("tone", "heading")
        fit = self.tr("for computers with %1") if suits else self.tr("needs a computer with %1")
        parts = (data_size(one.size), one.license, fill(fit, _words(one.memory)))
        button = text_button(self.tr("Look at it"))
        button.setAccessibleName(fill(self.tr("Look at %1"), one.name))
        button.clicked.connect(lambda: self.chosen.emit(one))
        card.setFocusProxy(button)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(name)
        texts.addWidget(label(one.why, wrap=True))
        texts.addWidget(label(" · ".join(parts), "small", wrap=True))
        row = QHBoxLayout(card)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(12)
        row.addLayout(texts, 1)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        return card


def memory_gib(size: int) -> int:
    """Main memory as it is sold."""
    return math.ceil(size / (1 << 30))


def _words(size: int) -> str:
    return f"{integer(memory_gib(size))} GB"
