"""Choosing a task set, and what can be done with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from desktop.ui.tasks.set_section import SetSection
from tests.helpers.task_data import MINE, kept_sets


@pytest.fixture
def section(theme, qtbot) -> SetSection:
    made = SetSection()
    qtbot.addWidget(made)
    made.set_sets(kept_sets())
    made.show()
    return made


def test_the_first_set_is_chosen_and_described(section):
    assert section.current == kept_sets()[0]
    assert section.facts().startswith("5 questions")


def test_what_comes_with_quern_cannot_be_changed(section, qtbot):
    with qtbot.waitSignal(section.changed):
        section.choice.setCurrentIndex(1)
    assert not section.edit_button.isEnabled() and not section.remove_button.isEnabled()
    assert "duplicate it" in section.edit_button.toolTip()
    assert section.duplicate_button.isEnabled()


def test_the_choice_survives_a_new_list(section):
    section.choice.setCurrentIndex(2)
    before = section.current
    section.set_sets(kept_sets())
    assert section.current == before
    renamed = replace(kept_sets()[0], set=replace(MINE, name="Other"))
    section.choice.setCurrentIndex(0)
    section.set_sets([*kept_sets()[1:], renamed])
    assert section.current == renamed
    section.set_sets(kept_sets()[1:])
    assert section.current == kept_sets()[1]


def test_what_was_saved_is_chosen_when_it_is_listed(section):
    new = replace(kept_sets()[0], id=9, set=replace(MINE, name="New"))
    section.want(new)
    section.set_sets([new, *kept_sets()])
    assert section.current == new


def test_without_sets_nothing_can_be_done_with_them(section):
    section.set_sets([])
    assert section.current is None and section.facts() == ""
    assert not section.export_button.isEnabled() and section.new_button.isEnabled()


def test_deleting_asks_first(section, qtbot):
    section.remove_button.click()
    box = section.findChild(QMessageBox)
    assert "Questions our support" in box.text()
    delete = next(
        b for b in box.buttons() if box.buttonRole(b) is QMessageBox.ButtonRole.DestructiveRole
    )
    with qtbot.waitSignal(section.remove_requested):
        delete.click()


def test_files_are_asked_for(section, qtbot, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/a/b.csv", ""))
    with qtbot.waitSignal(section.import_requested) as asked:
        section.import_button.click()
    assert asked.args == [Path("/a/b.csv")]
    for chosen, path in (("CSV (*.csv)", "/a/b.csv"), ("JSONL (*.jsonl)", "/a/b.jsonl")):
        monkeypatch.setattr(
            QFileDialog, "getSaveFileName", lambda *_, chosen=chosen: ("/a/b", chosen)
        )
        with qtbot.waitSignal(section.export_requested) as asked:
            section.export_button.click()
        assert asked.args == [Path(path)]
