"""The view of task sets and needles, whose content is made bit by bit when it is first shown."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.icons import Icons
from desktop.ui.widgets.gradual import Gradual

if TYPE_CHECKING:
    from desktop.ui.tasks.tasks_body import TasksBody


class TasksView(QWidget):
    """Signals: made: the TasksBody, once; `TasksBinding` fills it."""

    made = Signal(object)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self._body: Gradual[TasksBody] = Gradual(self._make_body, self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    @property
    def body(self) -> TasksBody:
        return self._body.get()

    def showEvent(self, event: QShowEvent) -> None:
        self._body.start()
        super().showEvent(event)

    def _make_body(self) -> Generator[None, None, TasksBody]:
        # The start does without these.
        from desktop.ui.tasks.setup_view import SetupView

        yield
        from desktop.ui.tasks.result_view import ResultView
        from desktop.ui.tasks.set_editor import SetEditor
        from desktop.ui.tasks.tasks_body import TasksBody

        yield
        setup = SetupView(self._icons)
        yield
        result = ResultView(self._icons)
        yield
        body = TasksBody(setup, result, SetEditor())
        yield
        self._column.addWidget(body)
        self.made.emit(body)
        return body
