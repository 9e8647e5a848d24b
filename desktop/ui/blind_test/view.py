"""Blind test: what to test, a round, or the results."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget

from desktop.ui.blind_test.results_view import ResultsView
from desktop.ui.blind_test.round_view import RoundView
from desktop.ui.blind_test.setup_view import SetupView
from desktop.ui.icons import Icons


class BlindTestView(QStackedWidget):
    """Signals:

    entered, left: somebody looks at it, nobody does any more.
    chat_requested: Path of the level that is preferred.
    """

    entered = Signal()
    left = Signal()
    chat_requested = Signal(object)

    def __init__(self, icons: Icons, prompts: Sequence[str]) -> None:
        """`prompts` are those Quern brings along."""
        super().__init__()
        self.setup = SetupView(icons, prompts)
        self.round = RoundView(icons)
        self.results = ResultsView(icons)
        for part in (self.setup, self.round, self.results):
            self.addWidget(part)
        self.results.chat_requested.connect(self.chat_requested)

    @property
    def voting(self) -> bool:
        """Whether rounds are shown."""
        return self.currentWidget() is self.round

    def show_setup(self) -> None:
        self.setCurrentWidget(self.setup)

    def show_round(self) -> None:
        self.setCurrentWidget(self.round)

    def show_results(self) -> None:
        self.setCurrentWidget(self.results)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self.entered.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():  # else the window was only minimized
            self.left.emit()
