from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtTest import QTest

from desktop.domain.prompt import PromptField
from desktop.ui.itemmodels.prompt_list import PROMPT_ROLE
from desktop.ui.prompts.drag import set_prompt_id
from desktop.ui.widgets.composer import Composer
from tests.helpers.prompts_page_data import found, hits

RETURN, TAB, BACKTAB = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Backtab
DOWN, UP, ESCAPE = Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Escape


@pytest.fixture
def composer(icons, theme, qtbot) -> Composer:
    made = Composer(icons)
    qtbot.addWidget(made)
    made.resize(600, 500)
    made.show()
    made.activateWindow()
    made.focus()
    qtbot.waitUntil(made.edit.hasFocus)
    return made


def popup(composer: Composer):
    return composer._prompts.get().popup


def search(composer: Composer, text: str, found_now=None) -> None:
    QTest.keyClicks(composer.edit, text)
    composer.show_prompts(composer.edit.slash_query(), hits() if found_now is None else found_now)


@pytest.mark.parametrize(
    ("text", "query"),
    [("/", ""), ("/sum", "sum"), ("/sum up", "sum up"), ("a\n\n/x", "x"), ("\n/x", "x"),
     ("a/", None), (" /x", None), ("a\n/x", None), ("/usr/bin", None), ("", None)],
)  # fmt: skip
def test_where_a_slash_searches(composer, text, query):
    composer.edit.setPlainText(text)
    composer.edit.moveCursor(composer.edit.textCursor().MoveOperation.End)
    assert composer.edit.slash_query() == query


def test_prompts_are_asked_for_as_one_types(composer, qtbot):
    asked = []
    composer.prompts_wanted.connect(asked.append)
    QTest.keyClicks(composer.edit, "/su")
    assert asked == ["", "s", "su"]


def test_the_arrow_keys_choose_and_enter_uses(composer, qtbot):
    search(composer, "/s")
    assert popup(composer).isVisible()
    QTest.keyClick(composer.edit, DOWN)
    QTest.keyClick(composer.edit, DOWN)
    QTest.keyClick(composer.edit, UP)
    with (
        qtbot.waitSignal(composer.prompt_chosen) as told,
        qtbot.assertNotEmitted(composer.send_requested),
    ):
        QTest.keyClick(composer.edit, RETURN)
    assert told.args[0].title == "Sort reviews"
    assert not popup(composer).isVisible()


def test_up_from_the_first_goes_to_the_last(composer):
    search(composer, "/")
    QTest.keyClick(composer.edit, UP)
    assert popup(composer).list.currentIndex().data(PROMPT_ROLE).title == "Hello"


def test_escape_leaves_the_slash_which_can_then_be_sent(composer, qtbot):
    search(composer, "/shrug")
    QTest.keyClick(composer.edit, ESCAPE)
    assert not popup(composer).isVisible()
    QTest.keyClicks(composer.edit, "s")
    assert not popup(composer).isVisible()
    with qtbot.waitSignal(composer.send_requested) as told:
        QTest.keyClick(composer.edit, RETURN)
    assert told.args == ["/shrugs"]


def test_after_escape_another_slash_searches_again(composer):
    search(composer, "/a")
    QTest.keyClick(composer.edit, ESCAPE)
    composer.clear()
    search(composer, "/b")
    assert popup(composer).isVisible()


def test_where_nothing_fits_enter_sends(composer, qtbot):
    search(composer, "/shrug", [])
    assert not popup(composer).isVisible()
    with qtbot.waitSignal(composer.send_requested) as told:
        QTest.keyClick(composer.edit, RETURN)
    assert told.args == ["/shrug"]


def test_enter_before_the_answer_uses_the_first_that_is_found(composer, qtbot):
    QTest.keyClicks(composer.edit, "/su")
    with qtbot.assertNotEmitted(composer.send_requested):
        QTest.keyClick(composer.edit, RETURN)
    with qtbot.waitSignal(composer.prompt_chosen) as told:
        composer.show_prompts("su", found())
    assert told.args[0].title == "Summarise"


def test_enter_before_the_answer_sends_where_nothing_is_found(composer, qtbot):
    QTest.keyClicks(composer.edit, "/su")
    QTest.keyClick(composer.edit, RETURN)
    with qtbot.waitSignal(composer.send_requested) as told:
        composer.show_prompts("su", [])
    assert told.args == ["/su"]


def test_an_older_answer_is_not_shown(composer):
    QTest.keyClicks(composer.edit, "/su")
    composer.show_prompts("s", hits())
    assert not popup(composer).isVisible()


def test_the_list_stands_above_the_composer_and_leaves_the_focus(composer):
    search(composer, "/")
    list_ = popup(composer)
    assert composer.edit.hasFocus()
    assert list_.geometry().bottom() < composer._frame.geometry().top() or list_.y() == 0
    assert list_.list.accessibleName() == "Prompts"
    composer.edit.clearFocus()
    assert not list_.isVisible()


def test_the_list_moves_with_the_composer(composer, qtbot):
    search(composer, "/")
    composer.resize(500, 480)
    qtbot.waitUntil(lambda: popup(composer).width() == composer._frame.width())
    assert composer._frame.width() < 500


def test_a_prompt_takes_the_place_of_the_slash(composer):
    QTest.keyClicks(composer.edit, "before")
    for _ in range(2):
        QTest.keyClick(composer.edit, RETURN, Qt.KeyboardModifier.ShiftModifier)
    search(composer, "/s")
    composer.insert_prompt("The prompt", 12)
    assert composer.text() == "before\n\nThe prompt"
    assert composer.prompt_version_id == 12


def test_a_prompt_does_not_run_into_what_was_written_before(composer):
    composer.set_text("A draft.")
    composer.insert_prompt("Find {what}.", 12, (PromptField("what"),))
    assert composer.text() == "A draft.\n\nFind {what}."
    assert composer.edit.textCursor().selectedText() == "{what}"
    composer.edit.selectAll()
    composer.insert_prompt("In its place", 12)
    assert composer.text() == "In its place"


def test_its_places_are_filled_in_with_the_tab_key(composer, qtbot):
    fields = (PromptField("what"), PromptField("where", default="here"))
    search(composer, "/s")
    composer.insert_prompt("Find {what} {where}.", 12, fields)
    with qtbot.assertNotEmitted(composer.send_requested):
        QTest.keyClick(composer.edit, RETURN)
    assert composer._hint.text() == "Still to be filled in: “what”."
    QTest.keyClicks(composer.edit, "it")
    QTest.keyClick(composer.edit, TAB)
    QTest.keyClicks(composer.edit, "there")
    QTest.keyClick(composer.edit, BACKTAB)
    assert composer.edit.textCursor().selectedText() == "it"
    with qtbot.waitSignal(composer.send_requested) as told:
        QTest.keyClick(composer.edit, RETURN)
    assert told.args == ["Find it there."]


def test_after_the_last_place_the_tab_key_leaves_the_text(composer):
    composer.insert_prompt("{what} is it?", 12, (PromptField("what"),))
    QTest.keyClicks(composer.edit, "This")
    QTest.keyClick(composer.edit, TAB)
    assert composer.edit.hasFocus()
    assert composer.edit.textCursor().atEnd()
    QTest.keyClick(composer.edit, TAB)
    assert not composer.edit.hasFocus()


def test_a_message_that_is_emptied_is_no_prompts_any_more(composer):
    composer.insert_prompt("{what}", 12, (PromptField("what"),))
    composer.edit.selectAll()
    QTest.keyClick(composer.edit, Qt.Key.Key_Delete)
    assert composer.prompt_version_id is None
    QTest.keyClicks(composer.edit, "{what}")
    assert composer.button.isEnabled()
    composer.insert_prompt("Again", 13)
    composer.set_text("Another conversation's draft")
    assert composer.prompt_version_id is None


def test_a_long_prompt_is_an_attachment(composer):
    search(composer, "/s")
    composer.insert_prompt("word " * 4000, 12)
    assert composer.edit.toPlainText() == ""
    assert composer.text() == "word " * 4000
    assert composer.prompt_version_id == 12


def test_a_prompt_is_dropped(composer, qtbot):
    mime = QMimeData()
    mime.setText("the text for other programs")
    set_prompt_id(mime, 5)
    assert composer.edit.canInsertFromMimeData(mime)
    with qtbot.waitSignal(composer.prompt_dropped) as told:
        composer.edit.insertFromMimeData(mime)
    assert told.args == [5]
    assert composer.text() == ""


def test_a_command_begins_the_search(composer, qtbot):
    QTest.keyClicks(composer.edit, "text")
    with qtbot.waitSignal(composer.prompts_wanted) as told:
        composer.begin_slash()
    assert told.args == [""]
    assert composer.text() == "text\n\n/"
