from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu, QMessageBox

from desktop.domain.prompt import PromptContent
from desktop.ui.prompts.prompt_panel import EDIT, NEW, TEST, VERSIONS, PromptPanel, as_draft
from tests.helpers.prompts_page_data import SUMMARISE, prompts

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def panel(icons, theme, qtbot) -> PromptPanel:
    made = PromptPanel(icons)
    qtbot.addWidget(made)
    made.resize(560, 700)
    made.show()
    return made


def test_what_is_written_is_told_as_a_draft_and_taken_back(panel, qtbot):
    shown = prompts()[0]
    panel.show_prompt(shown)
    assert not panel.bar.save_button.isEnabled()
    with qtbot.waitSignal(panel.drafted) as told:
        panel.editor.text.setPlainText("Other {text}")
    assert told.args[0] == shown.id
    assert told.args[1].content.text == "Other {text}"
    assert panel.bar.save_button.isEnabled()
    with qtbot.waitSignal(panel.drafted) as told:
        panel.editor.set_draft(as_draft(shown))
        panel.editor.edited.emit()
    assert told.args == [shown.id, None]


def test_a_draft_is_told_at_once_before_another_prompt_is_shown(panel, qtbot):
    panel.show_prompt(prompts()[0])
    panel.editor.title.setText("Half")
    panel.editor.title.textEdited.emit("Half")
    with qtbot.waitSignal(panel.drafted) as told:
        panel.flush()
    assert told.args[1].title == "Half"
    with qtbot.assertNotEmitted(panel.drafted):
        panel.flush()


def test_what_was_not_saved_is_shown_again(panel):
    shown = prompts()[0]
    draft = replace(as_draft(shown), title="Half writ")
    panel.show_prompt(shown, draft)
    assert panel.is_changed
    assert panel.editor.title.text() == "Half writ"


def test_control_s_saves_with_the_note(panel, qtbot):
    shown = prompts()[0]
    panel.show_prompt(shown)
    panel.editor.text.setPlainText("New text")
    panel.bar.note.setText("Because")
    panel.editor.text.setFocus()
    with qtbot.waitSignal(panel.save_requested) as told:
        QTest.keyClick(panel.editor.text, Qt.Key.Key_S, CONTROL)
    number, draft, note = told.args
    assert (number, draft.content.text, note) == (shown.id, "New text", "Because")


def test_the_cursor_is_in_the_text_once_the_note_has_nothing_to_say(panel, qtbot):
    panel.show_prompt(prompts()[0])
    panel.editor.text.setPlainText("Other {text}")
    panel.activateWindow()
    panel.bar.note.setFocus()
    qtbot.waitUntil(panel.bar.note.hasFocus)
    with qtbot.waitSignal(panel.save_requested):
        QTest.keyClick(panel.bar.note, Qt.Key.Key_Return)
    assert panel.editor.text.hasFocus()


def test_a_note_is_asked_for_where_there_will_be_a_version(panel):
    shown = prompts()[0]
    panel.show_prompt(shown)
    panel.editor.title.setText("Another title")
    panel.editor.title.textEdited.emit("Another title")
    assert panel.bar.save_button.isEnabled()
    assert panel.bar.note.isHidden()
    panel.editor.text.setPlainText("Other {text}")
    assert not panel.bar.note.isHidden()
    panel.show_prompt(None)
    panel.editor.text.setPlainText("New")
    assert not panel.bar.note.isHidden()


def test_nothing_is_saved_that_did_not_change_or_has_no_title(panel, qtbot):
    panel.show_prompt(prompts()[0])
    with qtbot.assertNotEmitted(panel.save_requested):
        panel.save()
    panel.editor.title.clear()
    panel.editor.title.textEdited.emit("")
    with qtbot.assertNotEmitted(panel.save_requested):
        panel.save()
    assert any("title" in each.text() for each in panel.bar.findChildren(QLabel))


def test_what_is_written_while_it_is_saved_stays_unsaved(panel):
    shown = prompts()[0]
    panel.show_prompt(shown)
    panel.editor.text.setPlainText("Saved")
    saved = replace(shown, content=replace(SUMMARISE, text="Saved", fields=()), version=2)
    panel.editor.text.setPlainText("Saved and more")
    panel.saved(saved)
    assert panel.editor.text.toPlainText() == "Saved and more"
    assert panel.is_changed
    panel.editor.text.setPlainText("Saved")
    assert not panel.is_changed


def test_a_change_elsewhere_shows_unless_something_is_written_here(panel):
    shown = prompts()[0]
    panel.show_prompt(shown)
    elsewhere = replace(shown, content=PromptContent("From elsewhere"), version=2)
    panel.refresh(elsewhere)
    assert panel.editor.text.toPlainText() == "From elsewhere"
    panel.editor.text.setPlainText("Mine")
    panel.refresh(replace(elsewhere, content=PromptContent("Again"), version=3))
    assert panel.editor.text.toPlainText() == "Mine"
    assert panel.is_changed


def test_discarding_asks_first(panel, qtbot):
    panel.show_prompt(prompts()[0])
    panel.editor.text.setPlainText("Other")
    panel.bar.discard_button.click()
    box = panel.findChild(QMessageBox)
    assert panel.editor.text.toPlainText() == "Other"
    with qtbot.waitSignal(panel.drafted) as told:
        next(each for each in box.buttons() if each.text() == "Discard").click()
    assert told.args == [prompts()[0].id, None]
    assert panel.editor.text.toPlainText() == SUMMARISE.text


def test_a_new_prompt_has_no_versions_and_nothing_to_use(panel):
    panel.show_prompt(None)
    assert panel.shown_id == NEW
    assert not panel.use_button.isVisible()
    assert not panel.views.button(VERSIONS).isVisible()
    assert not panel.is_changed


def test_versions_are_asked_for_when_they_are_looked_at(panel, qtbot):
    panel.show_prompt(prompts()[1])
    with qtbot.waitSignal(panel.versions_wanted) as told:
        panel.views.choose(VERSIONS)
    assert told.args == [2]
    assert not panel.bar.isVisible()


def test_the_tests_are_shown_each_prompt_that_is_chosen(panel):
    assert not panel.views.button(TEST).isVisible()
    panel.show_prompt(prompts()[0])
    view, seen = QLabel("tests"), []
    panel.set_tests(view, seen.append)
    panel.views.choose(TEST)
    assert view.isVisible()
    panel.show_prompt(prompts()[1])
    assert [each.id for each in seen] == [1, 2]
    panel.show_prompt(None)
    assert panel.views.current == EDIT


def test_a_star_is_set(panel, qtbot):
    panel.show_prompt(prompts()[1])
    with qtbot.waitSignal(panel.favourite_changed) as told:
        panel.star_button.click()
    assert told.args == [2, True]


@pytest.mark.parametrize(
    ("number", "wanted"),
    [(0, ["Duplicate", "Export…", "Hide"]), (1, ["Duplicate", "Export…", "Delete"]),
     (4, ["Duplicate", "Export…", "Show in the list again"])],
)  # fmt: skip
def test_ours_are_hidden_and_the_persons_own_deleted(panel, number, wanted):
    panel.show_prompt(prompts()[number])
    panel.more_button.click()
    menu = panel.findChild(QMenu)
    assert [action.text() for action in menu.actions()] == wanted
    menu.close()


def test_the_menu_does_what_it_says(panel, qtbot):
    panel.show_prompt(prompts()[1])
    panel.more_button.click()
    menu = panel.findChild(QMenu)
    with qtbot.waitSignal(panel.delete_requested) as told:
        menu.actions()[2].trigger()
    assert told.args == [2]
    menu.close()


def test_it_is_as_low_as_what_is_shown_of_the_prompt(panel, qtbot):
    panel.versions.difference.setMinimumHeight(2000)
    panel.show_prompt(prompts()[0])
    qtbot.waitUntil(lambda: panel.minimumSizeHint().height() < 2000)
    panel.views.choose(VERSIONS)
    qtbot.waitUntil(lambda: panel.minimumSizeHint().height() > 2000)
