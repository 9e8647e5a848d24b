from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit

from desktop.domain.prompt import PromptField
from desktop.ui.widgets.tab_stops import TabStops

FIELDS = (PromptField("language", default="French"), PromptField("text"))


@pytest.fixture
def edit(qtbot) -> QPlainTextEdit:
    made = QPlainTextEdit()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def stops(edit) -> TabStops:
    return TabStops(edit)


def selected(edit: QPlainTextEdit) -> str:
    return edit.textCursor().selectedText()


def test_the_first_place_is_selected_and_the_keys_replace_it(edit, stops):
    stops.insert("Say in {language}: {text}!", FIELDS)
    assert edit.toPlainText() == "Say in French: {text}!"
    assert selected(edit) == "French"
    QTest.keyClicks(edit, "Old Norse")
    assert stops.step(1)
    assert selected(edit) == "{text}"
    QTest.keyClicks(edit, "Good day")
    assert edit.toPlainText() == "Say in Old Norse: Good day!"
    assert not stops.step(1)
    assert stops.step(-1)
    assert selected(edit) == "Old Norse"


def test_from_the_last_place_one_comes_to_the_end(edit, stops):
    stops.insert("{text} and so on", FIELDS[1:])
    assert stops.leave()
    assert edit.textCursor().atEnd()
    assert not stops.leave()


def test_only_a_place_without_a_default_can_be_unfilled(edit, stops):
    stops.insert("Say in {language}: {text}!", FIELDS)
    assert stops.unfilled() == ["text"]
    stops.select("text")
    QTest.keyClicks(edit, "x")
    assert stops.unfilled() == []


def test_a_place_that_is_emptied_is_filled_with_nothing(edit, stops):
    stops.insert("{text}", FIELDS[1:])
    edit.textCursor().removeSelectedText()
    assert stops.unfilled() == []


def test_the_same_name_twice_is_two_places(edit, stops):
    stops.insert("{text} and {text}", FIELDS[1:])
    QTest.keyClicks(edit, "a")
    assert stops.step(1)
    QTest.keyClicks(edit, "b")
    assert edit.toPlainText() == "a and b"


def test_braces_that_are_none_stay_text(edit, stops):
    stops.insert('{{"a": {text}}} {1}', FIELDS[1:])
    assert edit.toPlainText() == '{"a": {text}} {1}'
    assert selected(edit) == "{text}"


def test_it_is_put_where_the_cursor_is_and_undone_in_one(edit, stops):
    edit.setPlainText("before after")
    cursor = edit.textCursor()
    cursor.setPosition(7)
    edit.setTextCursor(cursor)
    stops.insert("[{text}] ", FIELDS[1:])
    assert edit.toPlainText() == "before [{text}] after"
    assert selected(edit) == "{text}"
    edit.undo()
    assert edit.toPlainText() == "before after"


def test_a_text_without_places_ends_at_the_cursor(edit, stops):
    stops.insert("Hello", ())
    assert edit.textCursor().atEnd()
    assert not stops.active
