from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from desktop.domain.comparison import EvaluationText, TextKind
from desktop.ui.compare.text_section import TextSection


@pytest.fixture
def section(theme, qtbot) -> TextSection:
    made = TextSection()
    qtbot.addWidget(made)
    made.set_conversations([(3, "Mills"), (4, "Letters")])
    return made


def test_the_choices_are_never_windows_of_their_own(theme, qtbot, windows):
    qtbot.addWidget(TextSection())
    assert windows == []


def check(section: TextSection, row: int, state: Qt.CheckState = Qt.CheckState.Checked) -> None:
    section.conversations.item(row).setCheckState(state)


def test_ours_is_taken_unless_another_is_chosen(section):
    assert section.text() == EvaluationText(TextKind.OURS)
    assert section.lacking() == ""


def test_the_starter_model_has_a_text_of_its_own(section):
    section.suit(starter=True)
    assert section.kind is TextKind.STARTER
    section.suit(starter=False)
    assert section.kind is TextKind.OURS
    section.choices.buttons[TextKind.FILES].click()
    section.suit(starter=True)
    assert section.kind is TextKind.FILES


def test_files_and_folders_are_asked_for(section, qtbot, monkeypatch):
    section.choices.buttons[TextKind.FILES].click()
    assert section.text() is None
    assert section.lacking() == "Choose the text files to measure with."
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (["/t/a.txt", "/t/b.txt"], ""))
    with qtbot.waitSignal(section.changed):
        section.files_button.click()
    paths = (Path("/t/a.txt"), Path("/t/b.txt"))
    assert section.text() == EvaluationText(TextKind.FILES, paths)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "/t")
    section.folder_button.click()
    assert section.text() == EvaluationText(TextKind.FILES, (Path("/t"),))
    assert section.lacking() == ""


def test_conversations_are_chosen_from_a_list(section, qtbot):
    section.choices.buttons[TextKind.CONVERSATIONS].click()
    assert section.lacking() == "Choose the conversations to measure with."
    with qtbot.waitSignal(section.changed):
        check(section, 1)
    assert section.text() == EvaluationText(TextKind.CONVERSATIONS, conversations=(4,))


def test_chosen_conversations_stay_chosen_while_they_are_there(section, qtbot):
    section.choices.buttons[TextKind.CONVERSATIONS].click()
    check(section, 0)
    check(section, 1)
    with qtbot.assertNotEmitted(section.changed):
        section.set_conversations([(9, "New"), (4, "Letters, renamed")])
    assert section.text() == EvaluationText(TextKind.CONVERSATIONS, conversations=(4,))


def test_who_has_no_conversations_cannot_choose_them_and_is_told_why(section):
    section.set_conversations([])
    assert section.choices.explanation(TextKind.CONVERSATIONS) == "There are none so far."
    assert not section.choices.buttons[TextKind.CONVERSATIONS].isEnabled()


def test_what_belongs_to_a_choice_shows_with_it(section, qtbot):
    section.show()
    assert not section.files_button.isVisible()
    section.choices.buttons[TextKind.FILES].click()
    assert section.files_button.isVisible()
    assert not section.conversations.isVisible()


def test_what_the_text_gives_is_told(section):
    section.set_outcome("It gives 3 chunks.", problem=True)
    assert section.outcome() == "It gives 3 chunks."
