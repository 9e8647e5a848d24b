"""Binds the tasks view to its controllers, once its content is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop.controllers.library import LibraryController
from desktop.controllers.task_runs import TaskRunsController
from desktop.controllers.task_sets import TaskSetsController
from desktop.ui.pages.compared_model import ComparedModel
from desktop.ui.tasks.tasks_view import TasksView

if TYPE_CHECKING:
    from desktop.ui.tasks.tasks_body import TasksBody


class TasksBinding(QObject):
    """Owned by the view. The controllers are shared by all windows and outlive it."""

    def __init__(
        self,
        view: TasksView,
        runs: TaskRunsController,
        sets: TaskSetsController,
        library: LibraryController,
        model: ComparedModel,
    ) -> None:
        super().__init__(view)
        self._runs = runs
        self._sets = sets
        self._library = library
        self._model = model
        view.made.connect(self._bind)

    def _bind(self, body: TasksBody) -> None:
        from desktop.ui.pages.tasks_body_binding import TasksBodyBinding  # the start does without

        TasksBodyBinding(body, self._runs, self._sets, self._library, self._model)
