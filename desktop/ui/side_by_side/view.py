"""Side by side: the question, or the answers to it."""

from __future__ import annotations

import random

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QStackedWidget

from desktop.ui.icons import Icons
from desktop.ui.side_by_side.result_view import ResultView
from desktop.ui.side_by_side.setup_view import SetupView


class SideBySideView(QStackedWidget):
    """Signals: left: nobody looks at it any more."""

    left = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.setup = SetupView(icons, random.Random())
        self.result = ResultView(icons)
        self.addWidget(self.setup)
        self.addWidget(self.result)
        self.result.closed.connect(self.show_setup)

    def show_setup(self) -> None:
        self.setCurrentWidget(self.setup)

    def show_result(self) -> None:
        self.setCurrentWidget(self.result)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():  # else the window was only minimized
            self.left.emit()
