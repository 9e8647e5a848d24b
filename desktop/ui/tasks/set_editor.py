"""Editing a task set: its questions in a table, one of them in a form below."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.core.task_files import check_task
from desktop.domain.errors import InvalidInput, QuernError
from desktop.domain.matching import Expectation
from desktop.domain.task_set import MOST_TASKS, NAME_LENGTH, KeptTaskSet, Task, TaskSet
from desktop.ui.formats import amount, integer
from desktop.ui.itemmodels.text_table import RowsOnDemand, TextRow, TextTableModel
from desktop.ui.tasks.task_form import TaskForm
from desktop.ui.tasks.words import in_one_line, rule_names
from desktop.ui.widgets.buttons import label, set_property, text_button
from desktop.ui.widgets.delete_key import delete_presses
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.inputs import TextBox
from desktop.ui.widgets.scroll_page import ScrollPage
from desktop.ui.widgets.step_card import step_card
from desktop.ui.widgets.text_table import TextTable

ROWS = 12  # shown at once
CHECK_MS = 250  # from the last key to the next look for problems
EMPTY = Task("", Expectation(""))


class SetEditor(QWidget):
    """Signals:

    save_requested: TaskSet, int | None: the id of the set it takes the place of.
    closed: without saving.
    """

    save_requested = Signal(object, object)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._id: int | None = None
        self._tasks: list[Task] = []
        self._problems: list[str] = []
        self._row = -1
        self._rules = rule_names()
        self.name = QLineEdit()
        self.name.setMaxLength(NAME_LENGTH)
        self.name.setAccessibleName(self.tr("Name of the task set"))
        self.system = TextBox(lines=2)
        self.system.setAccessibleName(self.tr("System prompt"))
        self.system.setPlaceholderText(self.tr("Before each question, or nothing"))
        headings = (self.tr("No."), self.tr("Prompt"), self.tr("Expected"), self.tr("Rule"))
        self.model = TextTableModel((*headings, self.tr("Problem")), numbers=(0,))
        self.table = TextTable(self.tr("Questions"), self.model, stretched=(1, 2), most=ROWS)
        self.table.chosen.connect(self._choose)
        self.form = TaskForm()
        self.form.changed.connect(self._form_changed)
        self.add_button = text_button(self.tr("Add a question"))
        self.add_button.clicked.connect(self._add)
        self.remove_button = text_button(self.tr("Remove this question"))
        self.remove_button.clicked.connect(self._remove)
        delete_presses(self.table, self.remove_button)
        self._sentence = label("", wrap=True)
        self.cancel_button = text_button(self.tr("Discard changes"))
        self.cancel_button.clicked.connect(self.closed)
        self.save_button = text_button(self.tr("Save"), "primary")
        self.save_button.clicked.connect(self._save)
        self._check = QTimer(self, interval=CHECK_MS, singleShot=True)
        self._check.timeout.connect(self._check_row)
        self._build()

    def _build(self) -> None:
        questions = QWidget()
        inside = QVBoxLayout(questions)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        buttons = QWidget()
        flow = FlowLayout(buttons)
        flow.addWidget(self.add_button)
        flow.addWidget(self.remove_button)
        inside.addWidget(self.table)
        inside.addWidget(buttons)
        inside.addWidget(self.form)
        whole = QWidget()
        first = QVBoxLayout(whole)
        first.setContentsMargins(0, 0, 0, 0)
        first.setSpacing(4)
        for title, part in (
            (self.tr("Name"), self.name),
            (self.tr("System prompt"), self.system),
        ):
            first.addWidget(label(title, "heading"))
            first.addWidget(part)
        page = ScrollPage()
        page.column.addWidget(label(self.tr("Edit a task set"), "display"))
        page.column.addWidget(step_card(self.tr("Set"), whole))
        page.column.addWidget(step_card(self.tr("Questions"), questions))
        page.column.addStretch(1)
        foot = QFrame()
        foot.setObjectName("actionBar")
        row = QHBoxLayout(foot)
        row.setContentsMargins(24, 10, 24, 10)
        row.setSpacing(12)
        row.addWidget(self._sentence, 1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(page, 1)
        column.addWidget(foot)

    def edit(self, kept: KeptTaskSet | None) -> None:
        """Begin with a set, or with a new one."""
        tasks = kept.set if kept is not None else TaskSet("", (EMPTY,))
        self._id = kept.id if kept is not None else None
        with QSignalBlocker(self.name), QSignalBlocker(self.system):
            self.name.setText(tasks.name)
            self.system.setPlainText(tasks.system_prompt)
        self._tasks, self._row = list(tasks.tasks), -1
        self._problems = [""] * len(self._tasks)  # what was saved had none
        self._show_rows()
        self._go_to(0)
        self.name.setFocus()

    def task_set(self) -> TaskSet:
        """As it stands there."""
        return TaskSet(self.name.text(), tuple(self._tasks), self.system.toPlainText().strip())

    def show_refusal(self, error: QuernError) -> None:
        """Why it could not be saved."""
        self._say(str(error), wrong=True)

    def sentence(self) -> str:
        return self._sentence.text()

    def check(self) -> None:
        """Look for problems, and show them beside their questions."""
        self._problems = [_problem_of(task) for task in self._tasks]
        self._show_rows()

    # --- inside -----------------------------------------------------------------------------

    def _check_row(self) -> None:
        """Only what was typed into can have changed."""
        if self._row >= 0:
            self._problems[self._row] = _problem_of(self._tasks[self._row])
            self.model.tell_row(self._row)
        self._show_problems()

    def _show_rows(self) -> None:
        self.model.set_rows(RowsOnDemand(len(self._tasks), self._row_of))
        self._show_problems()

    def _show_problems(self) -> None:
        self._check.stop()
        wrong = sum(map(bool, self._problems))
        if wrong:
            text = amount(
                wrong, self.tr("1 question has a problem."), self.tr("%1 questions have problems.")
            )
            self._say(text, wrong=True)
        else:
            count = amount(len(self._tasks), self.tr("1 question"), self.tr("%1 questions"))
            self._say(count, wrong=False)
        self.save_button.setEnabled(not wrong and bool(self._tasks))
        self._show_problem()

    def _row_of(self, number: int) -> TextRow:
        task, problem = self._tasks[number], self._problems[number]
        cells = (
            integer(number + 1),
            in_one_line(task.prompt),
            in_one_line(task.expectation.text),
            self._rules[task.expectation.rule],
            problem,
        )
        return TextRow(cells, wrong=bool(problem))

    def _go_to(self, row: int) -> None:
        if 0 <= row < len(self._tasks):
            self.table.selectRow(row)
            self.table.scrollTo(self.model.index(row, 0))
        self._choose(row)

    def _choose(self, row: int) -> None:
        there = 0 <= row < len(self._tasks)
        self._row = row if there else -1
        self.form.setEnabled(there)
        self.remove_button.setEnabled(there)
        self.form.set_task(self._tasks[row] if there else EMPTY)
        self._show_problem()

    def _form_changed(self) -> None:
        if self._row >= 0:
            self._tasks[self._row] = self.form.task()
            self._check.start()

    def _add(self) -> None:
        if len(self._tasks) >= MOST_TASKS:
            return
        rule = self._tasks[self._row].expectation.rule if self._row >= 0 else EMPTY.expectation.rule
        place = self._row + 1 if self._row >= 0 else len(self._tasks)
        self._tasks.insert(place, Task("", Expectation("", rule)))
        self._problems.insert(place, _problem_of(self._tasks[place]))
        self._show_rows()
        self._go_to(place)
        self.form.prompt.setFocus()

    def _remove(self) -> None:
        if self._row >= 0:
            row = self._row
            del self._tasks[row], self._problems[row]
            self._show_rows()
            self._go_to(min(row, len(self._tasks) - 1))

    def _show_problem(self) -> None:
        there = 0 <= self._row < len(self._problems)
        self.form.set_problem(self._problems[self._row] if there else "")

    def _say(self, text: str, *, wrong: bool) -> None:
        self._sentence.setText(text)
        set_property(self._sentence, "tone", "error" if wrong else "secondary")

    def _save(self) -> None:
        self.check()
        if self.save_button.isEnabled():
            self.save_requested.emit(self.task_set(), self._id)


def _problem_of(task: Task) -> str:
    try:
        check_task(task)
    except InvalidInput as error:
        return error.message
    return ""
