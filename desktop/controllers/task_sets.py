"""The task sets there are, for all windows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.controllers.controller import Controller
from desktop.controllers.once import Once
from desktop.controllers.questions import Questions
from desktop.controllers.tasks import Tasks
from desktop.domain.task_set import KeptTaskSet, TaskSet

if TYPE_CHECKING:
    from desktop.core.task_sets import TaskSets


class TaskSetsController(Controller):
    """Shared by all windows.

    Signals:
        listed(list[KeptTaskSet]): all there are, a person's own first; after every change, and as
            answer to `refresh`.
        saved(KeptTaskSet): a set that was saved, imported, duplicated or brought back; `listed`
            follows.
        refused(QuernError): a set could not be saved; it is still to be corrected.
        removed(KeptTaskSet): a set was deleted; `undelete` brings it back.
        exported(Path): answer to `export_file`.
    """

    listed = Signal(object)
    saved = Signal(object)
    refused = Signal(object)
    removed = Signal(object)
    exported = Signal(object)

    def __init__(
        self, make_sets: Callable[[], TaskSets], tasks: Tasks, parent: QObject | None = None
    ) -> None:
        """The sets are made, and those deleted long ago purged, when something is first asked of
        them."""
        super().__init__(parent)
        self._sets = Once(make_sets, self._purge)
        self._tasks = tasks
        self._questions = Questions(tasks)  # so that an older answer never comes after a newer

    def refresh(self) -> None:
        """Answered by `listed`."""
        self._questions.ask(
            "list", lambda: self._sets().list(), *self.answer("list", self.listed.emit)
        )

    def save(self, tasks: TaskSet, number: int | None) -> None:
        """Keep a set, as a new one or in place of the one of that number; answered by `saved` or
        `refused`."""
        self._tasks.run(lambda: self._sets().save(tasks, number), self._saved, self.refused.emit)

    def duplicate(self, tasks: TaskSet) -> None:
        """Keep another of the same; answered by `saved`, or `failed`."""
        self._tasks.run(
            lambda: self._sets().duplicate(tasks), *self.answer("duplicate", self._saved)
        )

    def import_file(self, path: Path) -> None:
        """Keep the set of a file; answered by `saved`, or `failed` naming line and reason."""
        self._tasks.run(lambda: self._sets().import_file(path), *self.answer("import", self._saved))

    def export_file(self, tasks: TaskSet, path: Path) -> None:
        """Write JSONL, or CSV when the name ends so; answered by `exported`."""

        def write() -> Path:
            self._sets().export_file(tasks, path)
            return path

        self._tasks.run(write, *self.answer("export", self.exported.emit))

    def delete(self, number: int) -> None:
        """Delete one's own set; `removed` and `listed` follow. Runs of it stay."""
        self._tasks.run(lambda: self._sets().delete(number), *self.answer("delete", self._removed))

    def undelete(self, number: int) -> None:
        """Bring a deleted set back; answered by `saved`, or `failed`."""
        self._tasks.run(
            lambda: self._sets().undelete(number), *self.answer("undelete", self._saved)
        )

    def _saved(self, kept: KeptTaskSet) -> None:
        self.saved.emit(kept)
        self.refresh()

    def _removed(self, kept: KeptTaskSet | None) -> None:
        if kept is not None:
            self.removed.emit(kept)
        self.refresh()

    def _purge(self, sets: TaskSets) -> None:
        """Sets can be used although those deleted long ago could not be purged."""
        self.attempt("purge", sets.empty_bin)
