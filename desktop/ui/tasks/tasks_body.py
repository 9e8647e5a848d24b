"""The content of the tasks view: what to ask whom, a set that is edited, or one run."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.domain.task_set import KeptTaskSet
from desktop.ui.tasks.result_view import ResultView
from desktop.ui.tasks.set_editor import SetEditor
from desktop.ui.tasks.setup_view import SetupView
from desktop.ui.widgets.undo_bar import UndoBar


class TasksBody(QWidget):
    """One part at a time, and a way back from what was deleted."""

    def __init__(self, setup: SetupView, result: ResultView, editor: SetEditor) -> None:
        super().__init__()
        self.setup = setup
        self.result = result
        self.editor = editor
        self.undo = UndoBar()
        self._stack = QStackedWidget()
        for part in (self.setup, self.result, self.editor):
            self._stack.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._stack, 1)
        column.addWidget(self.undo)
        self.result.closed.connect(self.show_setup)
        self.editor.closed.connect(self.show_setup)

    @property
    def shown(self) -> QWidget | None:
        """The part that is shown: `setup`, `result` or `editor`."""
        return self._stack.currentWidget()

    def show_setup(self) -> None:
        self._stack.setCurrentWidget(self.setup)

    def show_result(self) -> None:
        self._stack.setCurrentWidget(self.result)

    def edit(self, kept: KeptTaskSet | None) -> None:
        """Edit a set, or a new one."""
        self._stack.setCurrentWidget(self.editor)
        self.editor.edit(kept)
