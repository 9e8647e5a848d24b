from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtTest import QTest

from desktop.domain.prompt import ChainLink, Example, FieldKind, PromptContent, PromptField
from desktop.domain.prompt_template import fields_of
from desktop.domain.sampling import BUILT_IN_PRESETS, SamplerSettings
from desktop.ui.prompts.fields_section import KINDS
from desktop.ui.prompts.prompt_editor import PromptEditor
from desktop.ui.prompts.prompt_panel import as_draft
from desktop.ui.widgets.constraint_editor import GRAMMAR, SCHEMA
from tests.helpers.prompts_page_data import CLASSIFY, SUMMARISE, TRANSLATE, prompt, prompts


@pytest.fixture
def editor(icons, theme, qtbot) -> PromptEditor:
    made = PromptEditor(icons)
    qtbot.addWidget(made)
    made.set_presets(BUILT_IN_PRESETS)
    made.resize(520, 700)
    made.show()
    return made


@pytest.mark.parametrize("shown", prompts(), ids=lambda each: each.title[:10])
def test_what_is_shown_is_given_back_unchanged(editor, qtbot, shown):
    with qtbot.assertNotEmitted(editor.edited):
        editor.set_draft(as_draft(shown))
    assert editor.draft() == as_draft(shown)


def test_one_prompt_after_another_leaves_nothing_behind(editor):
    for shown in (*prompts(), prompts()[0]):
        editor.set_draft(as_draft(shown))
        assert editor.draft() == as_draft(shown)


def test_a_placeholder_gets_a_row_as_it_is_written(editor, qtbot):
    with qtbot.waitSignal(editor.edited):
        editor.text.setPlainText("About {topic} in {words} words")
    assert list(editor.fields.rows) == ["topic", "words"]
    row = editor.fields.rows["words"]
    row.kind.setCurrentIndex(KINDS.index(FieldKind.NUMBER))
    row.kind.activated.emit(row.kind.currentIndex())
    QTest.keyClicks(row.default, "50")
    field = editor.draft().content.fields[1]
    assert (field.name, field.kind, field.default) == ("words", FieldKind.NUMBER, "50")


def test_what_is_known_of_a_placeholder_survives_its_retyping(editor):
    editor.text.setPlainText("{topic}")
    QTest.keyClicks(editor.fields.rows["topic"].hint, "what it is about")
    editor.text.setPlainText("{topi")
    assert editor.fields.rows == {}
    editor.text.setPlainText("{topic}")
    assert editor.draft().content.fields[0].hint == "what it is about"


def test_choices_are_asked_for_where_there_are_some(editor):
    editor.set_draft(as_draft(prompt(1, "S", SUMMARISE)))
    length, text = editor.fields.rows["length"], editor.fields.rows["text"]
    assert length.choices.isVisibleTo(length)
    assert not text.choices.isVisibleTo(text)
    assert length.field() == SUMMARISE.fields[0]


def test_a_field_kind_that_is_filled_by_itself_has_no_default(editor):
    content = PromptContent("{x}", fields=(PromptField("x", FieldKind.FILE),))
    editor.set_draft(as_draft(prompt(1, "F", content)))
    row = editor.fields.rows["x"]
    assert not row.default.isVisibleTo(row)
    assert row.hint.isVisibleTo(row)


def test_the_placeholders_stand_out(editor):
    editor.set_draft(as_draft(prompt(1, "T", PromptContent("a {word} and {{no}} and {1}"))))
    block = editor.text.document().firstBlock()
    marked = [
        block.text()[each.start : each.start + each.length] for each in block.layout().formats()
    ]
    assert marked == ["{word}"]


def test_the_text_grows_with_what_is_written(editor):
    small = editor.text.height()
    editor.text.setPlainText("line\n" * 12)
    assert editor.text.height() > small
    editor.text.setPlainText("line\n" * 200)
    assert editor.text.height() < editor.text.fontMetrics().lineSpacing() * 20


def test_problems_are_said_as_one_types(editor):
    assert not editor.problems.isVisible()  # nothing is wrong with an empty page
    editor.set_draft(as_draft(prompt(1, "S", SUMMARISE)))
    assert not editor.problems.isVisible()
    editor.fields.rows["length"].default.setText("a novel")
    editor.fields.rows["length"].default.textEdited.emit("a novel")
    assert "must be one of" in editor.problems.text()
    assert editor.problems.isVisible()


def test_a_schema_that_is_no_json_is_said_and_kept(editor):
    editor.set_draft(as_draft(prompt(1, "S", TRANSLATE)))
    constraint = editor.answer.constraint
    constraint._kind.setCurrentIndex(SCHEMA)
    constraint._edit.setPlainText('{"type": ')
    assert "not JSON yet" in editor.problems.text()
    sampler = editor.draft().content.sampler
    assert sampler is not None
    assert sampler.json_schema == '{"type":'


def test_a_preset_is_chosen_and_taken_back(editor):
    editor.set_draft(as_draft(prompt(1, "S", TRANSLATE)))
    choice = editor.answer.sampling
    choice.setCurrentIndex(2)
    choice.activated.emit(2)
    wanted = replace(BUILT_IN_PRESETS[1].settings, grammar="", json_schema="")
    assert editor.draft().content.sampler == wanted
    choice.setCurrentIndex(0)
    choice.activated.emit(0)
    assert editor.draft().content.sampler is None


def test_settings_that_are_no_preset_stay(editor):
    sampler = SamplerSettings(temperature=0.123)
    editor.set_draft(as_draft(prompt(1, "S", replace(TRANSLATE, sampler=sampler))))
    assert editor.answer.sampling.currentText() == "Its own"
    editor.answer.constraint._kind.setCurrentIndex(GRAMMAR)
    editor.answer.constraint._edit.setPlainText('root ::= "a"')
    assert editor.draft().content.sampler == replace(sampler, grammar='root ::= "a"')


def test_examples_come_and_go(editor, qtbot):
    editor.set_draft(as_draft(prompt(1, "S", CLASSIFY)))
    editor.examples.add_button.click()
    row = editor.examples.rows[2]
    QTest.keyClicks(row.user, "Q")
    QTest.keyClicks(row.assistant, "A")
    assert editor.draft().content.examples == (*CLASSIFY.examples, Example("Q", "A"))
    with qtbot.waitSignal(editor.edited):
        editor.examples.rows[0].remove_button.click()
    assert editor.draft().content.examples == (CLASSIFY.examples[1], Example("Q", "A"))


def test_a_placeholder_of_an_example_has_a_row_too(editor):
    editor.examples.add_button.click()
    editor.examples.rows[0].user.setPlainText("{word}?")
    assert list(editor.fields.rows) == ["word"]


def test_the_next_prompt_is_chosen(editor, qtbot):
    chain = editor.chain
    editor.set_draft(as_draft(prompt(1, "S", TRANSLATE)))
    with qtbot.waitSignal(editor.edited):
        chain.choose("summarise", "Summarise", [each.name for each in fields_of(SUMMARISE)])
    assert chain.choose_button.text() == "Summarise"
    chain.field.setCurrentText("text")
    chain.field.activated.emit(1)
    assert editor.draft().content.then == ChainLink("summarise", "text")
    chain.remove_button.click()
    assert editor.draft().content.then is None


def test_what_is_known_of_the_next_prompt_is_asked(editor, qtbot):
    with qtbot.waitSignal(editor.chain.prompt_wanted) as told:
        editor.set_draft(as_draft(prompt(1, "S", CLASSIFY)))
    assert told.args == ["summarise"]
    editor.chain.set_next("other", "Other", [])
    assert editor.chain.choose_button.text() == "summarise"
    editor.chain.set_next("summarise", "", [])
    assert "not in the library" in editor.chain.choose_button.text()
    assert editor.draft().content.then == CLASSIFY.then


def test_tags_are_told_once_each_and_a_folder_may_be_new(editor):
    editor.set_folders(["Writing", "Code"])
    editor.tags.setText(" one,  two words ,one,, ")
    editor.folder.setEditText("New / Folder")
    draft = editor.draft()
    assert draft.tags == ("one", "two words")
    assert draft.folder == "New / Folder"
    editor.set_folders(["Writing"])
    assert editor.draft().folder == "New / Folder"
