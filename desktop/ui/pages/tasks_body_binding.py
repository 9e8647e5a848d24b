"""Binds the content of the tasks view to its controllers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from desktop.controllers.library import LibraryController
from desktop.controllers.task_runs import TaskRunsController
from desktop.controllers.task_sets import TaskSetsController
from desktop.core.comparison_candidates import candidates
from desktop.core.task_report import TaskReport
from desktop.domain.errors import QuernError
from desktop.domain.job import JobProgress, JobState
from desktop.domain.library import LibraryEntry
from desktop.domain.model import ModelInfo
from desktop.domain.task_run import TaskRun
from desktop.ui.compare.file_row import FileRow
from desktop.ui.compare.history_list import HistoryLine
from desktop.ui.itemmodels.model_list import usable_models
from desktop.ui.pages.compared_model import ComparedModel
from desktop.ui.pages.task_sets_binding import TaskSetsBinding
from desktop.ui.quantize.source_words import model_facts
from desktop.ui.tasks.tasks_body import TasksBody
from desktop.ui.tasks.words import run_line, run_title


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
        self._wanted: tuple[Path, ...] = ()  # files that were asked for by name
        self._added: dict[Path, ModelInfo] = {}  # those of them that can be asked
        self._kept = False  # whether a person chose here
        self._shown: int | None = None  # the run that is shown, or to be shown
        self._started = False  # here, and not known by number yet
        self._connect_view()
        self._connect_controllers(library)
        TaskSetsBinding(view, sets)
        runs.refresh()
        library.refresh()
        model.changed.connect(self._begin_with)
        if model.path is not None:
            self._begin_with(model.path)

    def _connect_view(self) -> None:
        setup, result = self._view.setup, self._view.result
        setup.start_requested.connect(self._start)
        setup.levels.base_chosen.connect(self._choose_base)
        setup.levels.changed.connect(self._keep)
        setup.levels.file_added.connect(self._add_file)
        setup.history.open_requested.connect(self._open)
        setup.history.resume_requested.connect(self._resume)
        setup.history.remove_requested.connect(self._runs.remove)
        result.strip.cancel_requested.connect(self._runs.cancel)
        result.strip.resume_requested.connect(self._resume_shown)
        result.export_requested.connect(self._export_report)
        result.closed.connect(self._leave)

    def _connect_controllers(self, library: LibraryController) -> None:
        runs = self._runs
        runs.listed.connect(self._show_history)
        runs.begun.connect(self._show_begun)
        runs.progressed.connect(self._show_progress)
        runs.results_known.connect(self._show_results)
        runs.model_known.connect(self._show_model)
        runs.model_refused.connect(self._show_refusal)
        runs.failed.connect(self._stop_expecting)
        library.listed.connect(self._show_models)

    # --- levels -----------------------------------------------------------------------------

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
        self._wanted, self._added = (), {}
        self._view.setup.base = None
        self._view.setup.levels.show_none()
        self._view.setup.levels.base.show_looking(path)
        self._view.setup.summarize()
        self._runs.look_at(path)

    @Slot(object)
    def _add_file(self, path: Path) -> None:
        self._keep()
        if path != self._path and path not in self._wanted:
            self._wanted = (*self._wanted, path)
            self._runs.look_at(path)

    @Slot(object, object)
    def _show_model(self, path: Path, info: ModelInfo) -> None:
        setup = self._view.setup
        if path == self._path and self._info is None:
            self._info = info
            setup.base = path
            setup.levels.show_base(path, model_facts(info))
        elif path in self._wanted:
            self._added[path] = info
            setup.levels.set_problem("")
        self._show_files()

    @Slot(object, object)
    def _show_refusal(self, path: Path, error: QuernError) -> None:
        if path == self._path:
            self._view.setup.levels.show_refusal(path, str(error))
        elif path in self._wanted:
            self._wanted = tuple(one for one in self._wanted if one != path)
            self._view.setup.levels.set_problem(str(error))

    def _show_files(self) -> None:
        """The other files of the model; those whose name says so, and are smaller, are asked."""
        info, levels = self._info, self._view.setup.levels
        if info is None:
            return
        before = {row.path: row.chosen for row in levels.files}
        rows = []
        for one in candidates(info, self._entries):
            path = one.info.path
            usual = one.sure and one.info.bits_per_weight < info.bits_per_weight
            note = "" if one.sure else self.tr("It has another name: is it the same model?")
            chosen = before.get(path, usual and not self._wanted) or path in self._added
            rows.append(FileRow(one.info, note, chosen=chosen))
        listed = {row.path for row in rows}
        rows += [
            FileRow(other, "", chosen=before.get(path, True))
            for path, other in self._added.items()
            if path not in listed
        ]
        levels.set_files(rows)
        self._view.setup.summarize()

    @Slot(object)
    def _show_models(self, entries: Sequence[LibraryEntry]) -> None:
        self._entries = entries
        self._view.setup.levels.base.set_models(usable_models(entries))
        self._show_files()

    # --- runs -------------------------------------------------------------------------------

    def _start(self) -> None:
        request = self._view.setup.request()
        if request is not None:
            self._started = True
            self._runs.start(request)

    def _open(self, number: int) -> None:
        self._shown = number
        self._view.result.begin()
        self._runs.open(number)

    def _resume(self, number: int) -> None:
        self._open(number)
        self._runs.resume(number)

    def _resume_shown(self) -> None:
        if self._shown is not None:
            self._runs.resume(self._shown)

    def _export_report(self, path: Path) -> None:
        if self._view.result.run is not None:
            self._runs.export(self._view.result.run, path)

    def _leave(self) -> None:
        self._shown = None

    @Slot(object)
    def _show_history(self, runs: Sequence[TaskRun]) -> None:
        today = date.today()  # noqa: DTZ011 - the person's own day is meant
        running = self._runs.running
        self._view.setup.set_history(
            [
                HistoryLine(
                    run.id,
                    run_title(run),
                    run_line(
                        replace(run, state=JobState.RUNNING) if run.id == running else run, today
                    ),
                    resume=run.resumable and running is None,
                    remove=run.id != running,
                )
                for run in runs
            ]
        )

    @Slot(int)
    def _show_begun(self, number: int) -> None:
        if self._started:
            self._started = False
            self._open(number)

    @Slot(int, object, object)
    def _show_progress(self, number: int, progress: JobProgress, left: float | None) -> None:
        if number == self._shown:
            self._view.result.strip.show_progress(progress, left)

    @Slot(object)
    def _show_results(self, report: TaskReport) -> None:
        if report.run.id == self._shown:
            self._view.result.show_report(report)
            self._view.show_result()

    @Slot(object)
    def _stop_expecting(self, _error: object) -> None:
        self._started = False
