"""The list of cases."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QMessageBox

from desktop.domain.prompt_template import fields_of
from desktop.ui.prompt_runs.case_dialog import CaseDialog
from desktop.ui.prompt_runs.cases_section import CasesSection
from tests.helpers.prompt_runs_data import CASES, CONTENT


@pytest.fixture
def section(icons, theme, qtbot) -> CasesSection:
    made = CasesSection(icons)
    qtbot.addWidget(made)
    made.begin(fields_of(CONTENT))
    made.show()
    return made


def test_each_case_says_what_goes_in_and_what_is_expected(section) -> None:
    section.set_cases(CASES)
    texts = [part.text() for part in section.rows[0].findChildren(QLabel)]
    assert texts == ["Broken", "review: It broke after two days.", "It contains “negative”"]
    assert section.rows[0].edit_button.accessibleName() == "Change Broken"


def test_without_cases_it_says_what_they_are_for(section) -> None:
    hint = section._none
    assert hint.isVisible()
    section.set_cases(CASES[:1])
    assert not hint.isVisible() and len(section.rows) == 1
    section.set_cases(())
    assert hint.isVisible() and section.rows == []


def test_a_case_is_added_and_changed_in_a_dialog(section, qtbot) -> None:
    section.set_cases(CASES)
    section.add_button.click()
    dialog = section.findChild(CaseDialog)
    assert dialog.name.text() == "Case 5"
    dialog.expected.set_text("x")
    with qtbot.waitSignal(section.save_requested) as saved:
        dialog.save_button.click()
    assert (saved.args[0].name, saved.args[0].id) == ("Case 5", 0)
    section.rows[1].edit_button.click()
    (dialog,) = [one for one in section.findChildren(CaseDialog) if one.isVisible()]
    assert dialog.name.text() == "Praise"


def test_deleting_asks_first(section, qtbot) -> None:
    section.set_cases(CASES)
    section.rows[2].remove_button.click()
    box = section.findChild(QMessageBox)
    (delete,) = [one for one in box.buttons() if one.text() == "Delete"]
    with qtbot.waitSignal(section.remove_requested) as removed:
        delete.click()
    assert removed.args == [CASES[2].id]


def test_cancelling_deletes_nothing(section, qtbot) -> None:
    section.set_cases(CASES)
    section.rows[2].remove_button.click()
    box = section.findChild(QMessageBox)
    with qtbot.assertNotEmitted(section.remove_requested):
        box.button(QMessageBox.StandardButton.Cancel).click()


def test_cases_are_read_and_written_where_a_person_says(section, qtbot, monkeypatch) -> None:
    assert not section.export_button.isVisible()
    section.set_cases(CASES)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a: ("/a/b.json", ""))
    with qtbot.waitSignal(section.import_requested) as asked:
        section.import_button.click()
    assert asked.args == [Path("/a/b.json")]
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a: ("/a/c", ""))
    with qtbot.waitSignal(section.export_requested) as asked:
        section.export_button.click()
    assert asked.args == [Path("/a/c.json")]


def test_the_delete_key_asks_too(section, qtbot) -> None:
    section.set_cases(CASES)
    section.activateWindow()
    qtbot.waitUntil(section.isActiveWindow)
    button = section.rows[2].edit_button
    qtbot.waitUntil(button.isVisible)
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Delete)
    box = section.findChild(QMessageBox)
    assert CASES[2].name in box.text()
    box.reject()
