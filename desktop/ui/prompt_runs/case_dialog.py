"""One case of a prompt: what goes in, and what is expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from desktop.domain.errors import InvalidInput
from desktop.domain.matching import Expectation, MatchRule
from desktop.domain.prompt import FieldKind, PromptField
from desktop.domain.prompt_case import PromptCase
from desktop.ui.dialogs.fitting import FittingDialog
from desktop.ui.prompt_runs.words import rule_hint, rule_names
from desktop.ui.prompts.fill_form import FillForm, Surroundings
from desktop.ui.prompts.template_edit import GrowingBox
from desktop.ui.widgets.buttons import label, text_button
from desktop.ui.widgets.inputs import Choice, DoubleNumberBox

WIDTH = 64  # characters
_WRITTEN = (FieldKind.FILE, FieldKind.CLIPBOARD, FieldKind.MESSAGE)
_RULES = tuple(rule for rule in rule_names())


class CaseDialog(FittingDialog):
    """Signals: saved: the PromptCase."""

    saved = Signal(object)

    def __init__(
        self,
        fields: Sequence[PromptField],
        case: PromptCase,
        parent: QWidget | None = None,
    ) -> None:
        """`fields` are the placeholders of the prompt; a new case has no id."""
        super().__init__(WIDTH, parent)
        self.setWindowTitle(self.tr("Change the case") if case.id else self.tr("Add a case"))
        self._case = case
        self.name = QLineEdit(case.name)
        self.name.setAccessibleName(self.tr("Name of the case"))
        self.form = FillForm([_written(field, case) for field in fields], Surroundings())
        self.rule = Choice()
        self.rule.addItems([self.tr("Nothing is expected"), *rule_names().values()])
        self.rule.setAccessibleName(self.tr("How the answer is judged"))
        self.expected = GrowingBox(self.tr("What is expected"), lines=2, most=8)
        self.threshold = DoubleNumberBox()
        self.threshold.setRange(0.0, 1.0)
        self.threshold.setSingleStep(0.05)
        self.threshold.setAccessibleName(self.tr("Least score that passes"))
        self._hint = label("", "small", wrap=True)
        self.problem = label("", "warning", wrap=True)
        self.problem.hide()
        self.save_button = text_button(self.tr("Save"), "primary")
        self._threshold_row = QWidget()
        self._arrange()
        self._show(case.expectation)
        self.rule.activated.connect(self._show_rule)
        self.save_button.clicked.connect(self._save)
        self.fit()
        if case.name:
            self.form.focus_first()
        else:
            self.name.setFocus()

    def _arrange(self) -> None:
        row = QHBoxLayout(self._threshold_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label(self.tr("Passes from"), "small"))
        row.addWidget(self.threshold)
        row.addStretch(1)
        column = self.content
        column.setSpacing(6)
        column.addWidget(label(self.windowTitle(), "title"))
        column.addWidget(label(self.tr("Name"), "heading"))
        column.addWidget(self.name)
        column.addSpacing(6)
        column.addWidget(self.form)
        column.addWidget(label(self.tr("A good answer"), "heading"))
        for part in (self.rule, self.expected, self._threshold_row, self._hint, self.problem):
            column.addWidget(part)
        column.addStretch(1)
        cancel = text_button(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        self.footer.addStretch(1)
        self.footer.addWidget(cancel)
        self.footer.addWidget(self.save_button)
        self.save_button.setDefault(True)

    def case(self) -> PromptCase:
        """As it is written now; empty values are left to the defaults."""
        values = {name: value for name, value in self.form.values().items() if value}
        wanted = None
        if (rule := self._rule()) is not None:
            wanted = Expectation(self.expected.toPlainText(), rule, self.threshold.value())
        return replace(self._case, name=self.name.text(), values=values, expectation=wanted)

    def _rule(self) -> MatchRule | None:
        row = self.rule.currentIndex()
        return _RULES[row - 1] if row else None

    def _show(self, wanted: Expectation | None) -> None:
        fresh = not self._case.id and wanted is None
        shown = Expectation("") if fresh else wanted
        self.rule.setCurrentIndex(0 if shown is None else _RULES.index(shown.rule) + 1)
        if shown is not None:
            self.expected.set_text(shown.text)
        self.threshold.setValue(shown.threshold if shown else Expectation("").threshold)
        self._show_rule()

    def _show_rule(self) -> None:
        rule = self._rule()
        self.expected.setVisible(rule is not None)
        self._threshold_row.setVisible(rule is not None and Expectation("", rule).graded)
        self._hint.setText(
            rule_hint(rule) if rule else self.tr("The answer is shown, and not judged.")
        )

    def _save(self) -> None:
        case = self.case()
        problem = self._problem_of(case)
        if problem:
            self.problem.setText(problem)
            self.problem.show()
            self.fit()
            return
        self.accept()
        self.saved.emit(case)

    def _problem_of(self, case: PromptCase) -> str:
        """Why it cannot be kept, or ""."""
        from desktop.core.judging import check_expectation

        if not case.name.strip():
            return self.tr("Give the case a name.")
        try:
            if case.expectation is not None:
                check_expectation(case.expectation)
        except InvalidInput as error:
            return str(error)
        return ""


def _written(field: PromptField, case: PromptCase) -> PromptField:
    """The field as it is filled in for a case: with its value, and by writing."""
    kind = FieldKind.LONG_TEXT if field.kind in _WRITTEN else field.kind
    return replace(field, kind=kind, default=case.values.get(field.name, field.default))
