"""Binds the task sets of the tasks view, and the editor of one, to their controller."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from desktop.controllers.task_sets import TaskSetsController
from desktop.domain.errors import QuernError
from desktop.domain.task_set import KeptTaskSet, TaskSet
from desktop.ui.formats import fill
from desktop.ui.tasks.tasks_body import TasksBody


class TaskSetsBinding(QObject):
    """Owned by the content of the view. The controller is shared by all windows."""

    def __init__(self, body: TasksBody, sets: TaskSetsController) -> None:
        super().__init__(body)
        self._body = body
        self._section = body.setup.sets
        self._sets = sets
        self._saving = False  # here, and neither saved nor refused yet
        self._removing = False
        self._removed: int | None = None  # the set that can be brought back
        section = self._section
        section.new_requested.connect(self._edit_new)
        section.edit_requested.connect(self._edit)
        section.duplicate_requested.connect(self._duplicate)
        section.remove_requested.connect(self._remove)
        section.import_requested.connect(self._import)
        section.export_requested.connect(self._export)
        body.editor.save_requested.connect(self._save)
        body.undo.undone.connect(self._bring_back)
        sets.listed.connect(self._show_sets)
        sets.saved.connect(self._show_saved)
        sets.refused.connect(self._show_refused)
        sets.removed.connect(self._offer_undo)
        sets.failed.connect(self._stop_expecting)
        sets.refresh()

    # --- what a person asks for -------------------------------------------------------------

    def _edit_new(self) -> None:
        self._body.edit(None)

    def _edit(self) -> None:
        self._body.edit(self._section.current)

    def _save(self, tasks: TaskSet, number: int | None) -> None:
        self._saving = True
        self._sets.save(tasks, number)

    def _duplicate(self) -> None:
        kept = self._section.current
        if kept is not None:
            self._saving = True
            self._sets.duplicate(kept.set)

    def _import(self, path: Path) -> None:
        self._saving = True
        self._sets.import_file(path)

    def _export(self, path: Path) -> None:
        kept = self._section.current
        if kept is not None:
            self._sets.export_file(kept.set, path)

    def _remove(self) -> None:
        kept = self._section.current
        if kept is not None and kept.id is not None:
            self._removing = True
            self._sets.delete(kept.id)

    def _bring_back(self) -> None:
        if self._removed is not None:
            self._saving = True
            self._sets.undelete(self._removed)

    # --- what becomes known -----------------------------------------------------------------

    @Slot(object)
    def _show_sets(self, sets: Sequence[KeptTaskSet]) -> None:
        self._section.set_sets(sets)

    @Slot(object)
    def _show_saved(self, kept: KeptTaskSet) -> None:
        """What was saved here is chosen; the list with it is on its way."""
        if self._saving:
            self._saving = False
            self._section.want(kept)
            self._body.show_setup()

    @Slot(object)
    def _show_refused(self, error: QuernError) -> None:
        if self._saving:
            self._saving = False
            self._body.editor.show_refusal(error)

    @Slot(object)
    def _offer_undo(self, kept: KeptTaskSet) -> None:
        if self._removing:
            self._removing = False
            self._removed = kept.id
            self._body.undo.show_message(fill(self.tr("“%1” was deleted"), kept.set.name))

    @Slot(object)
    def _stop_expecting(self, _error: object) -> None:
        self._saving = self._removing = False
