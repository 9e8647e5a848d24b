from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from shiboken6 import delete

from desktop.domain.prompt import FieldKind, PromptContent, PromptField
from desktop.ui.prompts.fill_dialog import FillDialog, Use
from desktop.ui.prompts.fill_form import FileField, Surroundings
from tests.helpers.prompts_page_data import (
    CLASSIFY,
    EVERY_KIND,
    GREETING,
    SUMMARISE,
    TRANSLATE,
    prompt,
)

RETURN = Qt.Key.Key_Return


class Counter:
    """Counts words, when asked to go on."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Callable[[int], None]]] = []
        self.loaded = True

    def __call__(self, text: str, then: Callable[[int], None]) -> bool:
        self.asked.append((text, then))
        return self.loaded

    def answer(self, number: int = -1) -> None:
        text, then = self.asked[number]
        then(len(text.split()))


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def fill(icons, theme, qtbot, counter):
    def make(content: PromptContent, *, begun: bool = False, around=None) -> FillDialog:
        made = FillDialog(
            prompt(7, "Title", content, why="Why it is good"),
            around or Surroundings("from the clipboard", "what was said"),
            begun=begun,
            count_tokens=counter,
        )
        qtbot.addWidget(made)
        made.show()
        return made

    return make


def test_each_kind_has_its_field_and_what_is_known_stands_there(fill, qtbot, tmp_path):
    dialog = fill(EVERY_KIND)
    assert dialog.form.values() == {
        "line": "a line", "long": "many\nlines", "one": "b", "n": "3", "file": "",
        "clip": "from the clipboard", "said": "what was said",
    }  # fmt: skip
    assert "“file” is missing." in dialog.problem.text()
    file = tmp_path / "notes.txt"
    file.write_text("what the file says")
    dialog.form.fields["file"].read(file)
    with qtbot.waitSignal(dialog.used) as told:
        dialog.send_button.click()
    filled, use, fresh = told.args
    assert filled.text == (
        "a line many\nlines b 3 what the file says from the clipboard what was said"
    )
    assert (filled.version_id, use, fresh) == (70, Use.SEND, False)


def test_the_preview_follows_what_is_written(fill, qtbot):
    dialog = fill(TRANSLATE)
    assert dialog.preview.toPlainText() == "Translate into French: {sentence}"
    QTest.keyClicks(dialog.form.fields["sentence"], "Good day")
    qtbot.waitUntil(lambda: dialog.preview.toPlainText() == "Translate into French: Good day")
    assert not dialog.problem.isVisible()


def test_the_cursor_is_where_something_is_missing(fill):
    dialog = fill(TRANSLATE)
    assert dialog.focusWidget() is dialog.form.fields["sentence"]


def test_what_is_missing_is_said_and_nothing_is_sent(fill, qtbot):
    dialog = fill(TRANSLATE)
    with qtbot.assertNotEmitted(dialog.used):
        dialog.send_button.click()
    assert dialog.problem.text() == "“sentence” is missing."
    assert dialog.isVisible()


def test_what_is_missing_shows_however_long_the_form_is(fill):
    names = [f"field{number}" for number in range(40)]
    dialog = fill(PromptContent(" ".join(f"{{{name}}}" for name in names)))
    assert dialog.problem.isVisible()
    assert dialog.problem.visibleRegion().boundingRect() == dialog.problem.rect()
    assert dialog.count.visibleRegion().boundingRect() == dialog.count.rect()


def test_a_number_must_be_one(fill, qtbot):
    dialog = fill(PromptContent("{n}", fields=(PromptField("n", FieldKind.NUMBER),)))
    QTest.keyClicks(dialog.form.fields["n"], "many")
    qtbot.waitUntil(lambda: "must be a number" in dialog.problem.text())


def test_tokens_are_counted_by_the_engine(fill, counter):
    dialog = fill(GREETING)
    assert dialog.count.text() == "29 characters"
    counter.answer()
    assert dialog.count.text() == "5 tokens · 29 characters"


def test_an_older_count_is_not_shown(fill, counter, qtbot):
    dialog = fill(TRANSLATE)
    asked = len(counter.asked)
    QTest.keyClicks(dialog.form.fields["sentence"], "x")
    qtbot.waitUntil(lambda: len(counter.asked) > asked)
    before = dialog.count.text()
    counter.answer(0)
    assert dialog.count.text() == before
    counter.answer()
    assert "tokens" in dialog.count.text()


def test_a_count_that_comes_when_the_form_is_gone_is_let_go(icons, theme, qtbot, counter):
    dialog = FillDialog(
        prompt(7, "Title", GREETING), Surroundings(), begun=False, count_tokens=counter
    )
    delete(dialog)
    counter.answer()


def test_without_a_model_characters_are_said(fill, counter):
    counter.loaded = False
    dialog = fill(GREETING)
    assert dialog.count.text() == "29 characters; with a model loaded, its tokens too"


def test_where_examples_go_is_said_and_shown(fill):
    dialog = fill(CLASSIFY, begun=True)
    assert dialog.fresh.isVisible()
    assert dialog.fresh.isChecked()  # that is where they work best
    assert "earlier ones" in dialog._where.text()
    assert "System prompt:\nYou sort reviews" in dialog.preview.toPlainText()
    dialog.fresh.setChecked(False)
    assert "has begun" in dialog._where.text()
    assert dialog.preview.toPlainText().startswith("You sort reviews")


def test_a_begun_conversation_goes_on_with_a_plain_prompt(fill, qtbot):
    dialog = fill(GREETING, begun=True)
    assert not dialog.fresh.isChecked()
    with qtbot.waitSignal(dialog.used) as told:
        dialog.insert_button.click()
    assert told.args[1:] == [Use.INSERT, False]


def test_an_empty_conversation_offers_no_other(fill):
    assert not fill(CLASSIFY).fresh.isVisible()


def test_a_system_prompt_begins_a_new_conversation(fill, qtbot):
    dialog = fill(GREETING, begun=True)
    with qtbot.waitSignal(dialog.used) as told:
        dialog.system_button.click()
    assert told.args[1:] == [Use.SYSTEM, True]


def test_enter_in_a_line_sends(fill, qtbot):
    dialog = fill(TRANSLATE)
    line = dialog.form.fields["sentence"]
    QTest.keyClicks(line, "Good day")
    with qtbot.waitSignal(dialog.used) as told:
        QTest.keyClick(line, RETURN)
    assert told.args[0].text == "Translate into French: Good day"


def test_control_enter_sends_from_a_box_of_many_lines(fill, qtbot):
    dialog = fill(SUMMARISE)
    box = dialog.form.fields["text"]
    qtbot.waitUntil(box.hasFocus)
    QTest.keyClicks(box, "A text.")
    with qtbot.waitSignal(dialog.used):
        QTest.keyClick(box, RETURN, Qt.KeyboardModifier.ControlModifier)


def test_a_default_counts_where_nothing_is_written(fill, qtbot):
    dialog = fill(SUMMARISE, around=Surroundings())
    dialog.form.fields["text"].setPlainText("A text.")
    with qtbot.waitSignal(dialog.used) as told:
        dialog.send_button.click()
    assert told.args[0].text.startswith("Summarise the text in one sentence")


def test_which_file_is_read_is_said_and_why_not(qtbot, theme, tmp_path):
    field = FileField()
    qtbot.addWidget(field)
    good, bad = tmp_path / "notes.txt", tmp_path / "picture.png"
    good.write_text("text")
    bad.write_bytes(b"\x89PNG\0\0")
    with qtbot.waitSignal(field.changed):
        field.read(good)
    assert str(good) in field.note.text()
    assert "4 bytes" in field.note.text()
    field.read(bad)
    assert "not a text file" in field.note.text()
    assert field.text == ""
