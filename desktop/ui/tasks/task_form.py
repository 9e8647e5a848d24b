"""One question of a set: its prompt, what is expected, and how that is judged."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.matching import Expectation, MatchRule
from desktop.domain.task_set import Task
from desktop.ui.tasks.words import rule_meanings, rule_names
from desktop.ui.widgets.buttons import label
from desktop.ui.widgets.inputs import Choice, DoubleNumberBox, TextBox


class TaskForm(QWidget):
    """Signals: changed, when a person changed something."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.prompt = TextBox(lines=4)
        self.prompt.setAccessibleName(self.tr("Prompt"))
        self.expected = TextBox(lines=2)
        self.expected.setAccessibleName(self.tr("Expected"))
        self.rule = Choice()
        self.rule.setAccessibleName(self.tr("How the answer is judged"))
        for rule, name in rule_names().items():
            self.rule.addItem(name, rule)
        self.threshold = DoubleNumberBox()
        self.threshold.setAccessibleName(self.tr("Least score that is right"))
        self.threshold.setRange(0.0, 1.0)
        self.threshold.setSingleStep(0.05)
        self._meaning = label("", "small", wrap=True)
        self._problem = label("", "error", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.rule, 1)
        row.addWidget(self.threshold)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for text, part in (
            (self.tr("Prompt"), self.prompt),
            (self.tr("Expected"), self.expected),
        ):
            heading = label(text, "heading")
            heading.setBuddy(part)
            column.addWidget(heading)
            column.addWidget(part)
        heading = label(self.tr("Right when the answer"), "heading")
        heading.setBuddy(self.rule)
        column.addWidget(heading)
        column.addLayout(row)
        column.addWidget(self._meaning)
        column.addWidget(self._problem)
        self.prompt.textChanged.connect(self.changed)
        self.expected.textChanged.connect(self.changed)
        self.threshold.valueChanged.connect(self.changed)
        self.rule.currentIndexChanged.connect(self._rule_chosen)
        self.set_problem("")
        self._show_rule()

    def task(self) -> Task:
        """As it stands there."""
        rule = MatchRule(self.rule.currentData())  # Qt keeps the text of it
        expectation = Expectation(self.expected.toPlainText(), rule, self.threshold.value())
        return Task(self.prompt.toPlainText(), expectation)

    def set_task(self, task: Task) -> None:
        """Show another question without saying that it changed."""
        blockers = [
            QSignalBlocker(part) for part in (self.prompt, self.expected, self.rule, self.threshold)
        ]
        self.prompt.setPlainText(task.prompt)
        self.expected.setPlainText(task.expectation.text)
        self.rule.setCurrentIndex(self.rule.findData(task.expectation.rule))
        self.threshold.setValue(task.expectation.threshold)
        del blockers
        self._show_rule()

    def set_problem(self, sentence: str) -> None:
        """Why it cannot be asked, or ""."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))

    def problem(self) -> str:
        return self._problem.text()

    def _rule_chosen(self) -> None:
        self._show_rule()
        self.changed.emit()

    def _show_rule(self) -> None:
        expectation = self.task().expectation
        self.threshold.setVisible(expectation.graded)
        self._meaning.setText(rule_meanings()[expectation.rule])
