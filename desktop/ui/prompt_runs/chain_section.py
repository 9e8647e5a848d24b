"""A chain of prompts: which follow on each other, and what each answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.prompt_chains import ChainStep, asked_for
from desktop.domain.prompt import PromptField
from desktop.domain.prompt_run import ChainRequest, ChainRun, ChainStepResult
from desktop.ui.formats import fill, integer
from desktop.ui.icons import Icons
from desktop.ui.itemmodels.model_list import ModelChoice
from desktop.ui.prompt_runs.run_bar import RunBar
from desktop.ui.prompt_runs.words import answer_figures, chain_line
from desktop.ui.prompts.fill_form import FillForm, Surroundings
from desktop.ui.prompts.template_edit import GrowingBox
from desktop.ui.widgets.buttons import icon_button, label
from desktop.ui.widgets.disclosure import Disclosure
from desktop.ui.widgets.inputs import Choice
from desktop.ui.widgets.replaced_rows import remove_rows
from desktop.ui.widgets.tab_order import tab_before


class ChainSection(QWidget):
    """Signals:

    start_requested: a ChainRequest.
    remove_requested: a ChainRun.
    """

    start_requested = Signal(object)
    remove_requested = Signal(object)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self._prompt_id = 0
        self._fields: tuple[PromptField, ...] = ()
        self._runs: list[ChainRun] = []
        self.shown: ChainRun | None = None
        self.form = FillForm((), Surroundings())
        self.order = label("", "small", wrap=True)
        self.model = Choice()
        self.model.setAccessibleName(self.tr("Model that answers the chain"))
        self.bar = RunBar(self.tr("Run the chain"))
        self.runs = Choice()
        self.runs.setAccessibleName(self.tr("Run of the chain that is shown"))
        self.remove_button = icon_button(icons, "trash-2", self.tr("Delete this run of the chain"))
        self.problem = label("", "error", wrap=True)
        self.steps: list[StepView] = []
        self._past = QWidget()
        past = QHBoxLayout(self._past)
        past.setContentsMargins(0, 0, 0, 0)
        past.setSpacing(4)
        past.addWidget(self.runs, 1)
        past.addWidget(self.remove_button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        name = label(self.tr("Model"), "heading")
        name.setBuddy(self.model)
        for part in (self.order, self.form, name, self.model, self.bar, self._past, self.problem):
            self._column.addWidget(part)
        self.bar.start_requested.connect(self._start)
        self.runs.activated.connect(lambda row: self.show_run(self._runs[row]))
        self.remove_button.clicked.connect(self._remove)
        self.problem.hide()
        self._past.hide()

    def begin(self, prompt_id: int) -> None:
        """Another prompt: nothing is known of its chain yet."""
        if prompt_id != self._prompt_id:
            self._prompt_id = prompt_id
            self.shown = None
            self._runs = []
            self._ask_for(())
            self._show_steps(())
            self._past.hide()
            self.problem.hide()

    def set_steps(self, steps: Sequence[ChainStep]) -> None:
        """The prompts of the chain."""
        names = [
            fill(self.tr("%1. %2"), integer(number), step.prompt.title)
            for number, step in enumerate(steps, 1)
        ]
        self.order.setText("  →  ".join(names))
        self._ask_for(asked_for(steps))
        self._show_ready()

    def set_refusal(self, sentence: str) -> None:
        """Why the chain cannot be run."""
        self.order.clear()
        self.form.hide()
        self.bar.set_sentence(sentence, ready=False)

    def set_models(self, models: Sequence[ModelChoice]) -> None:
        there = [model for model in models if not model.missing]
        before = self.model.currentData()
        with QSignalBlocker(self.model):
            self.model.clear()
            for model in there:
                self.model.addItem(f"{model.name} · {model.level}", str(model.path))
            row = self.model.findData(before)
            self.model.setCurrentIndex(max(row, 0) if there else -1)
        self._show_ready()

    def set_runs(self, runs: Sequence[ChainRun], today: date) -> None:
        """Runs of the chain there were, newest first."""
        self._runs = list(runs)
        with QSignalBlocker(self.runs):
            self.runs.clear()
            self.runs.addItems([chain_line(run, today) for run in runs])
        self._past.setVisible(bool(runs))
        same = next((run for run in runs if self.shown and run.id == self.shown.id), None)
        newest = runs[0] if runs else None
        self.show_run(same or newest)

    def take_step(self, run: ChainRun) -> None:
        """A chain goes on; it is shown from its beginning, unless another one was chosen since."""
        if not run.steps or (self.shown is not None and self.shown.id == run.id):
            self.show_run(run)

    def show_run(self, run: ChainRun | None) -> None:
        """Show what each step answered."""
        self.shown = run
        self._show_steps(run.steps if run else ())
        said = f"{run.problem} {run.advice}".strip() if run else ""
        self.problem.setText(said)
        self.problem.setVisible(bool(said))
        row = next((n for n, one in enumerate(self._runs) if run and one.id == run.id), -1)
        with QSignalBlocker(self.runs):
            self.runs.setCurrentIndex(row)

    def _ask_for(self, fields: tuple[PromptField, ...]) -> None:
        if fields != self._fields:
            self._fields = fields
            form = FillForm(fields, Surroundings())
            self._column.replaceWidget(self.form, form)
            self.form.hide()
            self.form.deleteLater()
            self.form = form
            tab_before(self.model, [form])
        self.form.setVisible(bool(fields))

    def _show_steps(self, steps: Sequence[ChainStepResult]) -> None:
        if [view.step for view in self.steps] == list(steps):
            return
        remove_rows(self._column, self.steps[len(steps) :])
        del self.steps[len(steps) :]
        for number, step in enumerate(steps):
            if number == len(self.steps):
                self.steps.append(StepView(number + 1, self._icons))
                self._column.addWidget(self.steps[number])
            self.steps[number].show_step(step)

    def _show_ready(self) -> None:
        if self.model.count():
            self.bar.set_sentence(self.tr("Each answer goes into the next prompt."), ready=True)
        else:
            self.bar.set_sentence(self.tr("There is no model in the library yet."), ready=False)

    def _start(self) -> None:
        path = self.model.currentData()
        if path is not None:
            values = {name: value for name, value in self.form.values().items() if value}
            self.start_requested.emit(ChainRequest(self._prompt_id, Path(path), values))

    def _remove(self) -> None:
        if self.shown is not None:
            self.remove_requested.emit(self.shown)


class StepView(QWidget):
    """One step of a chain that was run: what was asked, folded away, and what was answered."""

    def __init__(self, number: int, icons: Icons) -> None:
        super().__init__()
        self._number = number
        self.step: ChainStepResult | None = None
        self.title = label("", "heading", wrap=True)
        self.figures = label("", "small", wrap=True)
        self.text = GrowingBox("", lines=2, most=12)
        self.text.setReadOnly(True)
        self.asked = GrowingBox("", lines=2, most=12)
        self.asked.setReadOnly(True)
        self.fold = Disclosure(self.tr("What was asked"), icons, self.asked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(4)
        for part in (self.title, self.figures, self.text, self.fold):
            column.addWidget(part)

    def show_step(self, step: ChainStepResult) -> None:
        if step == self.step:
            return
        self.step = step
        self.title.setText(fill(self.tr("%1. %2"), integer(self._number), step.title))
        answer = step.answer
        self.figures.setText(answer_figures(answer) if answer else self.tr("No answer"))
        self.text.setAccessibleName(fill(self.tr("Answer to %1"), step.title))
        self.text.set_text(answer.text.strip() if answer else step.problem)
        self.asked.setAccessibleName(fill(self.tr("What %1 asked"), step.title))
        self.asked.set_text("\n\n".join(part for part in (step.system_prompt, step.text) if part))
        self.fold.button.setAccessibleName(fill(self.tr("What was asked in step %1"), step.title))
