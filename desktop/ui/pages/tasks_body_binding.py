"""Binds the content of the tasks view to its controllers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from desktop.controllers.library import LibraryController
from desktop.controllers.task_runs import TaskRunsController
from desktop.controllers.task_sets import TaskSetsController
from desktop.domain.errors import QuernError
from desktop.domain.library import LibraryEntry
from desktop.domain.model import ModelInfo
from desktop.ui.itemmodels.model_list import usable_models
from desktop.ui.model_words import model_facts
from desktop.ui.pages.compared_model import ComparedModel
from desktop.ui.pages.task_runs_binding import TaskRunsBinding
from desktop.ui.pages.task_sets_binding import TaskSetsBinding
from desktop.ui.tasks.tasks_body import TasksBody


class TasksBodyBinding(QObject):
    """Owned by it. The controllers are shared by all windows and outlive it."""

    def __init__(
        self,
        view: TasksBody,
        runs: TaskRunsController,
        sets: TaskSetsController,
        library: LibraryController,
        model: ComparedModel,
    ) -> None:
        """`model` is begun with, and followed until a person chooses here."""
        super().__init__(view)
        self._view = view
        self._runs = runs
        self._entries: Sequence[LibraryEntry] = ()
        self._path: Path | None = None  # the base that was chosen last
        self._info: ModelInfo | None = None  # what that is, when it can be used
        self._wanted: set[Path] = set()  # files added by name that are being looked at
        self._added: dict[Path, ModelInfo] = {}  # those that can be asked
        self._kept = False  # whether a person chose here
        levels = view.setup.levels
        levels.base_chosen.connect(self._choose_base)
        levels.changed.connect(self._keep)
        levels.files.file_added.connect(self._add_file)
        runs.model_known.connect(self._show_model)
        runs.model_refused.connect(self._show_refusal)
        library.listed.connect(self._show_models)
        TaskSetsBinding(view, sets)
        TaskRunsBinding(view, runs)
        library.refresh()
        model.changed.connect(self._begin_with)
        if model.path is not None:
            self._begin_with(model.path)

    @Slot()
    def _keep(self) -> None:
        self._kept = True

    @Slot(object)
    def _begin_with(self, path: Path) -> None:
        if not self._kept:
            self._set_base(path)

    @Slot(object)
    def _choose_base(self, path: Path) -> None:
        self._keep()
        self._set_base(path)

    def _set_base(self, path: Path) -> None:
        self._path, self._info = path, None
        self._wanted, self._added = set(), {}
        self._view.setup.base = None
        self._view.setup.levels.show_none()
        self._view.setup.levels.base.show_looking(path)
        self._view.setup.summarize()
        self._runs.look_at(path)

    @Slot(object)
    def _add_file(self, path: Path) -> None:
        self._keep()
        if path != self._path:
            self._wanted.add(path)
            self._runs.look_at(path)

    @Slot(object, object)
    def _show_model(self, path: Path, info: ModelInfo) -> None:
        setup = self._view.setup
        if path == self._path and self._info is None:
            self._info = info
            setup.base = path
            setup.levels.show_base(path, model_facts(info))
            self._show_files()
        elif path in self._wanted:
            self._wanted.remove(path)
            self._added[path] = info
            setup.levels.files.set_problem("")
            self._show_files(path)

    @Slot(object, object)
    def _show_refusal(self, path: Path, error: QuernError) -> None:
        if path == self._path:
            self._view.setup.levels.show_refusal(path, str(error))
        elif path in self._wanted:
            self._wanted.remove(path)
            self._view.setup.levels.files.set_problem(str(error))

    def _show_files(self, asked: Path | None = None) -> None:
        """The other files of the model; `asked` was added just now."""
        files = self._view.setup.levels.files
        if self._info is not None:
            files.set_rows(files.rows_for(self._info, self._entries, self._added, asked))
            self._view.setup.summarize()

    @Slot(object)
    def _show_models(self, entries: Sequence[LibraryEntry]) -> None:
        self._entries = entries
        self._view.setup.levels.base.set_models(usable_models(entries))
        self._show_files()
