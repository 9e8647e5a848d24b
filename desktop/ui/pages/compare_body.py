"""The content of the Compare page: the choices before, or one comparison."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.ui.compare.result_view import ResultView
from desktop.ui.compare.setup_view import SetupView


class CompareBody(QWidget):
    """Signals: base_chosen: Path of a model whose levels are to be compared."""

    base_chosen = Signal(object)

    def __init__(self, setup: SetupView, result: ResultView) -> None:
        super().__init__()
        self.setup = setup
        self.result = result
        self._stack = QStackedWidget()
        self._stack.addWidget(self.setup)
        self._stack.addWidget(self.result)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self.result.closed.connect(self._show_comparisons)

    def set_base(self, path: Path) -> None:
        """Compare levels of a model."""
        self.show_setup()
        self.base_chosen.emit(path)
        self.setup.page.verticalScrollBar().setValue(0)

    @property
    def shows_result(self) -> bool:
        return self._stack.currentWidget() is self.result

    def show_setup(self) -> None:
        self._stack.setCurrentWidget(self.setup)

    def show_result(self) -> None:
        self._stack.setCurrentWidget(self.result)

    def _show_comparisons(self) -> None:
        """In view as soon as they have the size they take."""
        self.show_setup()
        QTimer.singleShot(0, self.setup, self.setup.show_history)
