"""Editing a task set."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from desktop.domain.errors import InvalidInput
from desktop.domain.matching import Expectation, MatchRule
from desktop.domain.task_set import Task
from desktop.ui.tasks import set_editor
from desktop.ui.tasks.set_editor import SetEditor
from tests.helpers.task_data import MINE, kept_sets


@pytest.fixture
def editor(theme, qtbot) -> SetEditor:
    made = SetEditor()
    qtbot.addWidget(made)
    made.resize(900, 900)
    made.edit(kept_sets()[0])
    made.show()
    return made


def shown_problems(editor: SetEditor) -> list[str]:
    return [row.cells[-1] for row in editor.model.rows()]


def test_a_set_is_shown_and_saved_as_it_was(editor, qtbot):
    assert editor.task_set() == MINE
    assert editor.sentence() == "5 questions"
    assert editor.form.task() == MINE.tasks[0]
    with qtbot.waitSignal(editor.save_requested) as asked:
        editor.save_button.click()
    assert asked.args == [MINE, 4]


def test_going_through_the_table_changes_nothing(editor, qtbot):
    editor.table.setFocus()
    for _ in MINE.tasks:
        qtbot.keyClick(editor.table, Qt.Key.Key_Down)
    assert editor.form.task() == MINE.tasks[-1]
    assert isinstance(editor.form.task().expectation.rule, MatchRule)
    assert editor.task_set() == MINE


def test_a_question_is_changed_in_the_form(editor, qtbot):
    editor.table.selectRow(2)
    editor.form.prompt.setPlainText("Two\nlines")
    editor.form.rule.setCurrentIndex(editor.form.rule.findData(MatchRule.BLEU))
    editor.form.threshold.setValue(0.25)
    changed = Task("Two\nlines", Expectation("Jupiter", MatchRule.BLEU, 0.25))
    assert editor.task_set().tasks[2] == changed
    qtbot.waitUntil(lambda: editor.model.rows()[2].cells[1] == "Two lines")


def test_a_threshold_is_asked_for_only_where_it_counts(editor):
    assert not editor.form.threshold.isVisible()
    editor.table.selectRow(3)
    assert editor.form.threshold.isVisible() and editor.form.threshold.value() == 0.4


def test_problems_stand_beside_their_questions_and_keep_from_saving(editor, qtbot):
    editor.form.rule.setCurrentIndex(editor.form.rule.findData(MatchRule.REGEX))
    editor.form.expected.setPlainText("(")
    qtbot.waitUntil(lambda: not editor.save_button.isEnabled())
    assert shown_problems(editor)[0].startswith("The pattern “(” cannot be read")
    assert editor.form.problem() == shown_problems(editor)[0]
    assert editor.sentence() == "1 question has a problem."
    editor.form.expected.setPlainText("1[0-9]")
    qtbot.waitUntil(editor.save_button.isEnabled)
    assert not any(shown_problems(editor)) and editor.form.problem() == ""


def test_what_was_typed_last_is_checked_before_saving(editor, qtbot):
    editor.form.prompt.setPlainText("")
    with qtbot.assertNotEmitted(editor.save_requested):
        editor.save_button.click()
    assert not editor.save_button.isEnabled()


def test_questions_are_added_below_and_removed(editor):
    editor.table.selectRow(1)
    editor.add_button.click()
    added = editor.task_set().tasks[2]
    assert added == Task("", Expectation("", MatchRule.NUMBER))  # as the one above
    assert editor.table.chosen_row() == 2 and editor.form.prompt.hasFocus()
    editor.remove_button.click()
    assert editor.task_set() == MINE
    for _ in MINE.tasks:
        editor.remove_button.click()
    assert editor.task_set().tasks == () and not editor.save_button.isEnabled()
    assert not editor.form.isEnabled() and not editor.remove_button.isEnabled()
    editor.add_button.click()
    assert len(editor.task_set().tasks) == 1 and editor.form.isEnabled()


def test_a_new_set_begins_with_an_empty_question(editor, qtbot):
    editor.edit(None)
    assert editor.task_set().name == "" and len(editor.task_set().tasks) == 1
    editor.name.setText("New")
    editor.form.prompt.setPlainText("Why?")
    editor.form.expected.setPlainText("So.")
    editor.check()
    with qtbot.waitSignal(editor.save_requested) as asked:
        editor.save_button.click()
    tasks, number = asked.args
    assert (tasks.name, len(tasks.tasks), number) == ("New", 1, None)


def test_a_refusal_is_told(editor):
    editor.show_refusal(InvalidInput("There is a task set called “X”.", "Choose another name."))
    assert editor.sentence() == "There is a task set called “X”. Choose another name."


def test_thousands_of_questions_do_not_hold_up_typing(editor, qtbot, monkeypatch):
    many = replace(kept_sets()[0], set=replace(MINE, tasks=MINE.tasks * 200))
    editor.edit(many)
    checked: list[Task] = []
    monkeypatch.setattr(set_editor, "check_task", checked.append)
    editor.form.prompt.setPlainText("Other")
    qtbot.waitUntil(lambda: bool(checked))
    assert len(checked) == 1  # only the one that was typed into


def test_the_delete_key_removes_the_question_that_is_chosen(editor, qtbot):
    editor.edit(replace(kept_sets()[0], set=MINE))
    editor.activateWindow()
    qtbot.waitUntil(editor.isActiveWindow)
    editor.table.setFocus()
    editor.table.selectRow(1)
    qtbot.keyClick(editor.table, Qt.Key.Key_Delete)
    assert editor.task_set().tasks == (MINE.tasks[0], *MINE.tasks[2:])
    assert editor.table.hasFocus()
