"""Writing a case."""

from __future__ import annotations

import pytest

from desktop.domain.matching import Expectation, MatchRule
from desktop.domain.prompt import FieldKind, PromptContent, PromptField
from desktop.domain.prompt_case import PromptCase
from desktop.domain.prompt_template import fields_of
from desktop.ui.prompt_runs.case_dialog import CaseDialog
from desktop.ui.prompt_runs.words import rule_names
from tests.helpers.prompt_runs_data import CASES, CONTENT

RULES = list(rule_names())


@pytest.fixture
def make(theme, qtbot):
    def make(case: PromptCase, content: PromptContent = CONTENT) -> CaseDialog:
        dialog = CaseDialog(fields_of(content), case)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return make


def choose(dialog: CaseDialog, rule: MatchRule | None) -> None:
    row = 0 if rule is None else RULES.index(rule) + 1
    dialog.rule.setCurrentIndex(row)
    dialog.rule.activated.emit(row)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_not_changed_stays(make, qtbot, case) -> None:
    dialog = make(case)
    dialog.form.fields["labels"].setText("")  # its default was filled in
    with qtbot.waitSignal(dialog.saved) as saved:
        dialog.save_button.click()
    assert saved.args == [case]


def test_a_new_case_is_expected_to_contain_something(make, qtbot) -> None:
    dialog = make(PromptCase("Case 1", {}))
    assert dialog.windowTitle() == "Add a case"
    assert dialog.case().expectation == Expectation("")
    dialog.save_button.click()
    assert dialog.isVisible() and "expected" in dialog.problem.text()
    dialog.form.fields["review"].setPlainText("Nice")
    dialog.expected.set_text("positive")
    with qtbot.waitSignal(dialog.saved) as saved:
        dialog.save_button.click()
    assert not dialog.isVisible()
    values = {"review": "Nice", "labels": "positive, negative or neutral"}
    assert saved.args == [PromptCase("Case 1", values, Expectation("positive"))]


def test_a_rule_shows_what_it_needs(make) -> None:
    dialog = make(CASES[0])
    assert dialog.expected.isVisible() and not dialog.threshold.isVisible()
    choose(dialog, MatchRule.ROUGE)
    assert dialog.threshold.isVisible()
    dialog.threshold.setValue(0.7)
    assert dialog.case().expectation == Expectation("negative", MatchRule.ROUGE, 0.7)
    choose(dialog, None)
    assert not dialog.expected.isVisible() and not dialog.threshold.isVisible()
    assert dialog.case().expectation is None


@pytest.mark.parametrize(
    ("rule", "text", "said"),
    [(MatchRule.REGEX, "(", "pattern"), (MatchRule.NUMBER, "many", "number")],
)
def test_what_cannot_be_judged_by_is_said(make, rule, text, said) -> None:
    dialog = make(CASES[0])
    choose(dialog, rule)
    dialog.expected.set_text(text)
    dialog.save_button.click()
    assert dialog.isVisible() and said in dialog.problem.text()


def test_a_case_needs_a_name(make) -> None:
    dialog = make(CASES[0])
    dialog.name.setText("  ")
    dialog.save_button.click()
    assert dialog.isVisible() and dialog.problem.text() == "Give the case a name."


def test_what_comes_from_elsewhere_is_written_here(make) -> None:
    fields = (PromptField("f", FieldKind.FILE), PromptField("c", FieldKind.CLIPBOARD))
    dialog = make(PromptCase("a", {"f": "text of a file"}), PromptContent("{f}{c}", fields=fields))
    assert dialog.form.fields["f"].toPlainText() == "text of a file"
    dialog.form.fields["c"].setPlainText("copied")
    assert dialog.case().values == {"f": "text of a file", "c": "copied"}
