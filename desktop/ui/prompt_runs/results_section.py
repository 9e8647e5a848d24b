"""What became of a run: the sentence, the table, and the answer that is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMessageBox, QVBoxLayout, QWidget

from desktop.core.prompt_run_report import PromptRunReport
from desktop.domain.prompt_run import Changes, Place, PromptRun, VersionResult
from desktop.ui.formats import fill
from desktop.ui.icons import Icons
from desktop.ui.prompt_runs.answer_view import AnswerView
from desktop.ui.prompt_runs.result_table import ResultTable
from desktop.ui.prompt_runs.words import run_line
from desktop.ui.widgets.buttons import icon_button, label, text_button
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.inputs import Choice

MOST_NAMED = 6  # cases that were mended or broken
_NEXT = -1  # the run that begins now


class ResultsSection(QWidget):
    """Signals:

    open_requested: id of a run.
    resume_requested, remove_requested: the PromptRun.
    export_requested: the PromptRunReport, and the Path of a file to be written.
    """

    open_requested = Signal(int)
    resume_requested = Signal(object)
    remove_requested = Signal(object)
    export_requested = Signal(object, object)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._runs: list[PromptRun] = []
        self._place: Place | None = None
        self._followed: int | None = None  # id of the run that is shown, or _NEXT
        self._wanted: Path | None = None  # where a report is being saved
        self.runs = Choice()
        self.runs.setAccessibleName(self.tr("Run that is shown"))
        self.remove_button = icon_button(icons, "trash-2", self.tr("Delete this run"))
        self.summary = label("", "heading", wrap=True)
        self.change = label("", "small", wrap=True)
        self.problems = label("", "warning", wrap=True)
        for part in (self.summary, self.change, self.problems):
            part.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.table = ResultTable(icons)
        self._hint = label(self.tr("Choose a cell to read its answer."), "small", wrap=True)
        self.answer = AnswerView()
        self.resume_button = text_button(self.tr("Go on"))
        self.resume_button.setAccessibleDescription(self.tr("Asks for the answers still missing"))
        self.export_button = text_button(self.tr("Save the report…"))
        self.saved = label("", "small", wrap=True)
        self._arrange()
        self.runs.activated.connect(self._open)
        self.remove_button.clicked.connect(self._ask_remove)
        self.saved.hide()
        self.table.chosen.connect(self._choose)
        self.resume_button.clicked.connect(self._resume)
        self.export_button.clicked.connect(self._ask_export)

    def _arrange(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(4)
        first.addWidget(self.runs, 1)
        first.addWidget(self.remove_button)
        buttons = QWidget()
        row = FlowLayout(buttons)
        row.addWidget(self.resume_button)
        row.addWidget(self.export_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(first)
        for part in (
            self.summary, self.change, self.problems, self.table, self._hint, self.answer, buttons,
            self.saved,
        ):  # fmt: skip
            column.addWidget(part)

    @property
    def report(self) -> PromptRunReport | None:
        return self.table.cells.report

    @property
    def run(self) -> PromptRun | None:
        """The one that is shown."""
        return self.report.run if self.report else None

    def begin(self) -> None:
        """Another prompt."""
        self._runs = []
        self._place = self._followed = self._wanted = None
        self.saved.hide()
        self.runs.clear()
        self.table.set_report(None)
        self.answer.hide()

    def set_runs(self, runs: Sequence[PromptRun], today: date) -> None:
        """The runs there are, newest first. One that is shown stays so; else the newest is."""
        self._runs = list(runs)
        with QSignalBlocker(self.runs):
            self.runs.clear()
            self.runs.addItems([run_line(run, today) for run in runs])
        if runs and self._followed not in (_NEXT, *(run.id for run in runs)):
            self._follow(runs[0].id)
        self._show_chosen()

    def follow_next(self) -> None:
        """Show the run that begins now."""
        self._followed = _NEXT

    def show_report(self, report: PromptRunReport) -> None:
        """How a run stands; one that was not asked for is passed over."""
        run = report.run
        if self._followed not in (None, _NEXT, run.id):
            return
        self._followed = run.id
        if self.run is None or self.run.id != run.id:
            self._place = None
        self.table.set_report(report)
        self.summary.setText(report.summary())
        self.change.setText("\n".join(_changes(report.change[2]) if report.change else []))
        self.change.setVisible(bool(self.change.text()))
        said = [f"{run.problem} {run.advice}".strip()] if run.problem else []
        said += [
            f"{model.path.stem}: {model.problem} {model.advice}".strip()
            for model in run.models
            if model.problem
        ]
        self.problems.setText("\n".join(said))
        self.problems.setVisible(bool(said))
        self.resume_button.setVisible(run.resumable)
        self.remove_button.setEnabled(run.state.ended)
        self._show_answer()
        self._show_chosen()

    def show_saved(self, path: Path) -> None:
        """A report was saved; others' are passed over."""
        if path == self._wanted:
            self._wanted = None
            self.saved.setText(fill(self.tr("Saved as %1."), str(path)))
            self.saved.show()

    def _show_chosen(self) -> None:
        row = next((n for n, run in enumerate(self._runs) if self.run and run.id == self.run.id), 0)
        with QSignalBlocker(self.runs):
            self.runs.setCurrentIndex(row if self._runs else -1)
        self.runs.setToolTip(self.runs.currentText())

    def _show_answer(self) -> None:
        report = self.report
        there = report is not None and self._place in report.cells
        self.answer.setVisible(there)
        self._hint.setVisible(not there)
        if report is not None and self._place is not None and there:
            self.answer.show_cell(report, report.cells[self._place])

    def _choose(self, place: Place) -> None:
        self._place = place
        self._show_answer()

    def _open(self, row: int) -> None:
        self._follow(self._runs[row].id)

    def _follow(self, number: int) -> None:
        self._followed = number
        self.open_requested.emit(number)

    def _resume(self) -> None:
        if self.run is not None:
            self.resume_requested.emit(self.run)

    def _ask_remove(self) -> None:
        run = self.run
        if run is None:
            return
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("Delete this run and its answers?"))
        box.setInformativeText(self.tr("Cases and versions of the prompt stay."))
        box.addButton(QMessageBox.StandardButton.Cancel)
        delete = box.addButton(self.tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        delete.clicked.connect(lambda: self.remove_requested.emit(run))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def _ask_export(self) -> None:
        report = self.report
        if report is None:
            return
        name, chosen = QFileDialog.getSaveFileName(
            self,
            self.tr("Save the report"),
            f"{report.title.replace('/', '-')}.md",
            "Markdown (*.md);;CSV (*.csv)",
        )
        if name:
            path = Path(name)
            usual = ".csv" if ".csv" in chosen else ".md"
            self._wanted = path if path.suffix else path.with_suffix(usual)
            self.saved.hide()
            self.export_requested.emit(report, self._wanted)


def _changes(found: Changes) -> list[str]:
    """Which cases a change mended and broke, a line each."""
    return [
        fill(text, ", ".join(_named(ones)))
        for text, ones in (
            (_tr("Broken: %1"), found.broken),
            (_tr("Mended: %1"), found.mended),
        )
        if ones
    ]


def _named(ones: Sequence[VersionResult]) -> list[str]:
    several = len({one.model for one in ones}) > 1
    names = [f"{one.case.name} ({one.model.stem})" if several else one.case.name for one in ones]
    return names if len(names) <= MOST_NAMED else [*names[:MOST_NAMED], "…"]


def _tr(text: str) -> str:
    return QCoreApplication.translate("PromptRuns", text)
