"""Binds what brings prompts in from files, and what takes them out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTemporaryDir, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from desktop.controllers.prompt_exchange import PromptExchangeController
from desktop.core.file_names import safe_stem
from desktop.core.prompt_files import PromptFormat
from desktop.core.prompt_import import ConflictChoice, ImportPlan, ImportResult
from desktop.domain.prompt import Prompt
from desktop.ui.folders import show_folder
from desktop.ui.formats import amount, fill
from desktop.ui.pages.prompts_body import PromptsBody
from desktop.ui.prompts.import_dialog import ImportDialog
from desktop.ui.prompts.prompt_list_pane import MOST
from desktop.ui.widgets.banner import Notice


class PromptExchangeBinding(QObject):
    """Owned by the content of the page.

    Signals:
        noticed(Notice): what came in, or where something was written.
    """

    noticed = Signal(object)

    def __init__(self, body: PromptsBody, exchange: PromptExchangeController) -> None:
        super().__init__(body)
        self._body = body
        self._exchange = exchange
        self._dragged: QTemporaryDir | None = None  # files of prompts that were dragged
        body.file_of = self._file_of
        body.files_dropped.connect(self._look)
        body.pane.import_requested.connect(self._choose_import)
        body.pane.export_requested.connect(self._export_shown)
        body.panel.export_requested.connect(lambda _number: self._export_one())
        exchange.planned.connect(self._show_plan)
        exchange.imported.connect(self._tell_imported)
        exchange.exported.connect(self._tell_exported)

    # --- in ---------------------------------------------------------------------------------

    def _choose_import(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(
            self._body,
            self.tr("Import prompts"),
            "",
            self.tr("Prompts (*.json *.md *.markdown *.csv);;All files (*)"),
        )
        if names:
            self._look([Path(name) for name in names])

    def _look(self, paths: Sequence[Path]) -> None:
        self._exchange.look(paths, self)

    @Slot(object, object)
    def _show_plan(self, plan: ImportPlan, origin: QObject) -> None:
        if origin is not self:
            return

        def agreed(choice: ConflictChoice, skip: bool) -> None:
            self._exchange.carry_out(plan, choice, self, skip_bad=skip)

        dialog = ImportDialog(plan, self._body)
        dialog.agreed.connect(agreed)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(object, object)
    def _tell_imported(self, result: ImportResult, origin: QObject) -> None:
        if origin is not self:
            return
        added = amount(
            result.added, self.tr("1 prompt was added."), self.tr("%1 prompts were added.")
        )
        changed = amount(
            result.changed,
            self.tr("1 prompt has a new version."),
            self.tr("%1 prompts have a new version."),
        )
        said = [added] if result.added or not result.changed else []
        self._notice(" ".join([*said, *([changed] if result.changed else [])]))

    # --- out --------------------------------------------------------------------------------

    def _export_one(self) -> None:
        prompt = self._body.panel.prompt
        if prompt is None:
            return
        filters = {
            self.tr("Markdown (*.md)"): PromptFormat.MARKDOWN,
            self.tr("JSON (*.json)"): PromptFormat.JSON,
        }
        name, chosen = QFileDialog.getSaveFileName(
            self._body,
            self.tr("Export the prompt"),
            safe_stem(prompt.title, "Prompt") + PromptFormat.MARKDOWN.suffix,
            ";;".join(filters),
        )
        if name:
            path = Path(name)
            known = {kind.suffix: kind for kind in PromptFormat}
            kind = known.get(path.suffix.lower(), filters[chosen])
            self._exchange.export(prompt, path.with_suffix(kind.suffix), kind, self)

    def _export_shown(self) -> None:
        """A suffix says one JSON file; without one a folder is filled with a file each."""
        filters = {
            self.tr("One JSON file (*.json)"): PromptFormat.JSON,
            self.tr("A folder with a Markdown file each (*)"): PromptFormat.MARKDOWN,
        }
        name, chosen = QFileDialog.getSaveFileName(
            self._body, self.tr("Export these prompts"), "prompts.json", ";;".join(filters)
        )
        if not name:
            return
        kind = filters[chosen]
        path = Path(name)
        path = path.with_suffix(".json" if kind is PromptFormat.JSON else "")
        query = replace(self._body.pane.query(), limit=MOST)
        self._exchange.export(query, path, kind, self)

    @Slot(object, object)
    def _tell_exported(self, files: list[Path], origin: QObject) -> None:
        if origin is not self or not files:
            return
        folder = files[0].parent
        if len(files) == 1:
            self._notice(fill(self.tr("The prompts were written to %1."), str(files[0])), folder)
        else:
            text = amount(len(files), "", self.tr("%1 files were written to a folder."))
            self._notice(text, folder)

    def _notice(self, text: str, folder: Path | None = None) -> None:
        if folder is None:
            self.noticed.emit(Notice(text, key="prompts"))
            return
        action = (self.tr("Open folder"), lambda: show_folder(folder))
        self.noticed.emit(Notice(text, actions=(action,), key="prompts"))

    def _file_of(self, prompt: Prompt) -> Path | None:
        if self._dragged is None:
            self._dragged = QTemporaryDir()
        return self._exchange.write_for_drag(prompt, Path(self._dragged.path()))
