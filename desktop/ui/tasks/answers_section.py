"""The answers of a run, above all those that a level and the base differ in."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.domain.task_run import AskedModel, TaskRequest, TaskRun
from desktop.domain.task_scores import LevelScore
from desktop.ui.formats import fill, integer
from desktop.ui.itemmodels.text_table import RowsOnDemand, TextRow, TextTableModel
from desktop.ui.tasks.words import answer_words, flip_words, in_one_line
from desktop.ui.widgets.buttons import label
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.inputs import Choice
from desktop.ui.widgets.segmented import Segmented
from desktop.ui.widgets.text_table import TextTable
from desktop.ui.widgets.two_parts import TwoParts

FLIPPED, WRONG = 0, 1  # numbers of the views; the last one shows all
ROWS = 12  # shown at once


class AnswersSection(QWidget):
    """One level beside the base: the questions in a table, both answers to one of them below."""

    def __init__(self) -> None:
        super().__init__()
        self._run: TaskRun | None = None
        self._scores: tuple[LevelScore, ...] = ()
        self._tasks: tuple[int, ...] = ()
        self.level = Choice()
        self.level.setAccessibleName(self.tr("Level"))
        self.level.currentIndexChanged.connect(self._show)
        self.views = Segmented(
            self.tr("Which questions"), (self.tr("Flipped"), self.tr("Wrong"), self.tr("All"))
        )
        self.views.changed.connect(self._show)
        self._sentence = label("", wrap=True)
        headings = (self.tr("No."), self.tr("Result"), self.tr("Prompt"), self.tr("Expected"))
        self.model = TextTableModel((*headings, self.tr("Base"), self.tr("Level")), numbers=(0,))
        self.table = TextTable(self.tr("Answers"), self.model, stretched=(2, 3, 4, 5), most=ROWS)
        self.table.chosen.connect(self._show_task)
        self._prompt = _text()
        self._names = (label("", "heading"), label("", "heading"))
        self._answers = (_text(), _text())
        self._second = self._part(1)
        self._both = TwoParts(self._part(0), self._second)
        self._detail = QWidget()
        inside = QVBoxLayout(self._detail)
        inside.setContentsMargins(0, 8, 0, 0)
        inside.setSpacing(6)
        inside.addWidget(self._prompt)
        inside.addWidget(self._both)
        top = QWidget()
        flow = FlowLayout(top)
        flow.addWidget(self.level)
        flow.addWidget(self.views)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (top, self._sentence, self.table, self._detail):
            column.addWidget(part)
        self._detail.hide()

    def set_results(self, run: TaskRun, scores: tuple[LevelScore, ...]) -> None:
        """What is known by now; the level that was looked at stays."""
        other = self._run is None or self._run.id != run.id
        self._run, self._scores = run, scores
        names = [score.model.name for score in scores]
        if other or names != [self.level.itemText(n) for n in range(self.level.count())]:
            with QSignalBlocker(self.level):
                self.level.clear()
                self.level.addItems(names)
                self.level.setCurrentIndex(min(1, len(names) - 1))
            self.views.choose(FLIPPED if len(names) > 1 else WRONG)
        self._show()

    def sentence(self) -> str:
        return self._sentence.text()

    def detail(self) -> str:
        """What is told of the question that is looked at."""
        shown = (self._prompt, *self._answers) if not self._detail.isHidden() else ()
        return "\n".join(part.text() for part in shown)

    # --- inside -----------------------------------------------------------------------------

    def _part(self, number: int) -> QWidget:
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._names[number])
        column.addWidget(self._answers[number])
        column.addStretch(1)
        return part

    def _show(self) -> None:
        place = self.level.currentIndex()
        if self._run is None or not 0 <= place < len(self._scores):
            return
        score = self._scores[place]
        before = self._looked_at()
        self.views.button(FLIPPED).setEnabled(place > 0)
        if place == 0 and self.views.current == FLIPPED:
            self.views.choose(WRONG)  # which shows it
            return
        self._sentence.setText(flip_words(score))
        self._sentence.setVisible(bool(self._sentence.text()))
        self._tasks = tuple(self._wanted(score))
        base = self._run.models[0]
        tasks = self._tasks
        self.model.set_rows(
            RowsOnDemand(len(tasks), lambda row: self._row(tasks[row], base, score.model))
        )
        self.table.setVisible(bool(self._tasks))
        if before in self._tasks:
            self.table.selectRow(self._tasks.index(before))
        self._show_task(self.table.chosen_row())

    def _looked_at(self) -> int:
        row = self.table.chosen_row()
        return self._tasks[row] if 0 <= row < len(self._tasks) else -1

    def _wanted(self, score: LevelScore) -> Iterator[int]:
        answers = score.model.answers
        if self.views.current == FLIPPED:
            yield from sorted((*score.flips.lost, *score.flips.won)) if score.flips else ()
        elif self.views.current == WRONG:
            yield from (task for task, one in sorted(answers.items()) if not one.passed)
        else:
            yield from sorted(answers)

    def _row(self, task: int, base: AskedModel, level: AskedModel) -> TextRow:
        assert self._run is not None and isinstance(self._run.request, TaskRequest)
        asked = self._run.request.set.tasks[task]
        both = (base.answers.get(task), level.answers.get(task))
        return TextRow(
            (
                integer(task + 1),
                self._result(base, level, task),
                in_one_line(asked.prompt),
                in_one_line(asked.expectation.text),
                *(in_one_line(answer_words(answer)) for answer in both),
            )
        )

    def _result(self, base: AskedModel, level: AskedModel, task: int) -> str:
        after, before = level.answers[task], base.answers.get(task)
        if after.problem:
            return self.tr("not judged")
        if level is base or before is None or before.problem or before.passed == after.passed:
            return self.tr("right") if after.passed else self.tr("wrong")
        return self.tr("won") if after.passed else self.tr("lost")

    def _show_task(self, row: int) -> None:
        there = 0 <= row < len(self._tasks) and self._run is not None
        self._detail.setVisible(there)
        if not there or self._run is None or not isinstance(self._run.request, TaskRequest):
            return
        task = self._tasks[row]
        asked = self._run.request.set.tasks[task]
        text = self.tr("%1\n\nExpected: %2")
        self._prompt.setText(fill(text, asked.prompt, asked.expectation.text))
        base, level = self._run.models[0], self._scores[self.level.currentIndex()].model
        models = (base, level) if level is not base else (base,)
        self._second.setVisible(len(models) > 1)
        for model, name, said in zip(models, self._names, self._answers, strict=False):
            name.setText(model.name)
            said.setText(answer_words(model.answers.get(task)))


def _text() -> QLabel:
    made = label("", wrap=True)
    made.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return made
