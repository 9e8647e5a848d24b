"""Prompts from files, and to files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.controllers.controller import Controller
from desktop.controllers.prompts import PromptsController
from desktop.controllers.tasks import Tasks
from desktop.domain.prompt import Prompt, PromptQuery

if TYPE_CHECKING:
    from desktop.core.prompt_files import PromptFormat
    from desktop.core.prompt_import import ConflictChoice, ImportPlan, ImportResult


class PromptExchangeController(Controller):
    """Shared by all windows; each answer says who asked.

    Signals:
        planned(ImportPlan, QObject): what an import would do.
        imported(ImportResult, QObject).
        exported(list[Path], QObject): the files that were written.
    """

    planned = Signal(object, object)
    imported = Signal(object, object)
    exported = Signal(object, object)

    def __init__(
        self, prompts: PromptsController, tasks: Tasks, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._prompts = prompts
        self._tasks = tasks

    def look(self, paths: Sequence[Path], origin: QObject) -> None:
        """Answered by `planned`. Nothing is changed."""

        def work() -> ImportPlan:
            from desktop.core.prompt_import import PromptImport

            return PromptImport(self._prompts.library()).look(paths)

        self._tasks.run(work, *self.answer("look", lambda plan: self.planned.emit(plan, origin)))

    def carry_out(
        self, plan: ImportPlan, choice: ConflictChoice, origin: QObject, *, skip_bad: bool
    ) -> None:
        """Answered by `imported`. `skip_bad`: the person agrees to leave out what is unreadable."""

        def work() -> ImportResult:
            from desktop.core.prompt_import import PromptImport

            importing = PromptImport(self._prompts.library())
            return importing.carry_out(plan, choice, skip_bad=skip_bad)

        def done(result: ImportResult) -> None:
            self._prompts.changed.emit()
            self.imported.emit(result, origin)

        self._tasks.run(work, *self.answer("import", done))

    def export(
        self, what: Prompt | PromptQuery, path: Path, kind: PromptFormat, origin: QObject
    ) -> None:
        """Write a prompt, or all that are found, to a file or a folder; answered by `exported`."""

        def work() -> list[Path]:
            from desktop.core.prompt_files import export

            if isinstance(what, Prompt):
                prompts = [what]
            else:
                prompts = [hit.prompt for hit in self._prompts.library().list(what)]
            return export(prompts, path, kind)

        self._tasks.run(
            work, *self.answer("export", lambda files: self.exported.emit(files, origin))
        )

    def write_for_drag(self, prompt: Prompt, folder: Path) -> Path | None:
        """A Markdown file of `prompt` in `folder`, at once; None where it cannot be written."""
        from desktop.core.prompt_files import PromptFormat, export

        files: list[Path] = []
        self.attempt("drag", lambda: files.extend(export([prompt], folder, PromptFormat.MARKDOWN)))
        return files[0] if files else None
