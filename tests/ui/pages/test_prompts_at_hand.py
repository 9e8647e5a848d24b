"""Prompts in the conversation, with a scripted engine child and a real library."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from desktop.app import App
from desktop.domain.conversation import Role
from desktop.domain.paths import Home
from desktop.domain.prompt import PromptContent, PromptDraft
from desktop.domain.sampling import SamplerSettings
from desktop.ui.dialogs.answer_details import AnswerDetails
from desktop.ui.prompts.drag import set_prompt_id
from desktop.ui.prompts.fill_dialog import FillDialog
from desktop.ui.window import Window
from tests.helpers.apps import make_app
from tests.helpers.prompts_page_data import CLASSIFY

RETURN = Qt.Key.Key_Return


@pytest.fixture
def app(qapp, tmp_path: Path, qtbot):
    made = make_app(qapp, Home(tmp_path / "home"))
    made.open_window()
    composer = made.windows[0].page.composer
    qtbot.waitUntil(lambda: composer.edit.placeholderText().startswith("Message "))
    yield made
    made.quit()
    made.close()
    qtbot.wait(10)


@pytest.fixture
def window(app: App) -> Window:
    return app.windows[0]


@pytest.fixture
def library(window: Window):
    return window.shared.prompts.library()


def add(library, title: str, content: PromptContent):
    return library.add(PromptDraft(title, content))


def dialog_of(window: Window, kind: type[QWidget], qtbot):
    qtbot.waitUntil(lambda: window.main.findChild(kind) is not None)
    return window.main.findChild(kind)


def wait_for_answer(window: Window, qtbot, do) -> None:
    with qtbot.waitSignal(window.chat.answer_ended):
        do()
    qtbot.wait(20)


def search(window: Window, qtbot, text: str):
    composer = window.page.composer
    window.main.activateWindow()
    composer.focus()
    qtbot.waitUntil(composer.edit.hasFocus)
    QTest.keyClicks(composer.edit, text)
    popup = composer._prompts.get().popup
    qtbot.waitUntil(popup.isVisible)
    return popup


def notice(window: Window) -> str:
    shown = window.main.banner.notice
    return shown.text if shown else ""


def test_a_slash_finds_a_prompt_and_its_places_are_filled_in_inline(window, library, qtbot):
    prompt = add(library, "Zebra question", PromptContent("say {what} please"))
    search(window, qtbot, "/zebra")
    composer = window.page.composer
    QTest.keyClick(composer.edit, RETURN)
    qtbot.waitUntil(lambda: composer.text() == "say {what} please")
    QTest.keyClicks(composer.edit, "hello")
    wait_for_answer(window, qtbot, lambda: QTest.keyClick(composer.edit, RETURN))
    question, answer = window.binding.shown
    assert question.text == "say hello please"
    assert question.prompt_version_id == answer.prompt_version_id == prompt.version_id
    assert composer.text() == ""
    assert composer.prompt_version_id is None
    qtbot.waitUntil(lambda: library.get(prompt.id).used_at > 0)


def test_the_next_message_is_no_prompts(window, library, qtbot):
    prompt = add(library, "Zebra", PromptContent("say one"))
    window.prompts.use(prompt)
    composer = window.page.composer
    assert composer.text() == "say one"
    wait_for_answer(window, qtbot, composer.button.click)
    composer.set_text("say two")
    wait_for_answer(window, qtbot, composer.button.click)
    assert [each.prompt_version_id for each in window.binding.shown[2:]] == [None, None]


def test_braces_of_a_prompt_without_places_are_braces(window, library):
    window.prompts.use(add(library, "Zebra", PromptContent('say {{"a": 1}}')))
    assert window.page.composer.text() == 'say {"a": 1}'


def test_examples_and_system_prompt_begin_an_empty_conversation(window, library, qtbot):
    prompt = add(library, "Zebra", CLASSIFY)
    window.prompts.use(prompt)
    dialog = dialog_of(window, FillDialog, qtbot)
    dialog.form.fields["review"].setText("say fine")
    qtbot.waitUntil(lambda: "tokens" in dialog.count.text())
    wait_for_answer(window, qtbot, dialog.send_button.click)
    roles = [each.role for each in window.binding.shown]
    assert roles == [Role.USER, Role.ASSISTANT] * 3
    assert [each.text for each in window.binding.shown[:2]] == ["Review: I love it.", "positive"]
    conversation = window.chat.current
    assert conversation.system_prompt == CLASSIFY.system_prompt
    assert conversation.sampler == CLASSIFY.sampler
    assert window.page.panel.system_prompt() == CLASSIFY.system_prompt
    assert window.page.panel.settings() == CLASSIFY.sampler
    assert "“Zebra” brought its own settings" in notice(window)
    assert "shape" in notice(window)


def begin(window: Window, qtbot) -> int:
    window.page.composer.set_text("say something")
    wait_for_answer(window, qtbot, window.page.composer.button.click)
    return window.chat.current.id


def test_in_a_conversation_that_has_begun_a_new_one_is_offered(window, library, qtbot):
    first = begin(window, qtbot)
    window.prompts.use(add(library, "Zebra", CLASSIFY))
    dialog = dialog_of(window, FillDialog, qtbot)
    dialog.form.fields["review"].setText("fine")
    dialog.insert_button.click()
    assert window.chat.current.id != first
    assert [each.text for each in window.binding.shown[-2:]] == ["Review: Broken.", "negative"]
    assert window.page.composer.text() == "Review: fine"


def test_or_everything_goes_along_as_text(window, library, qtbot):
    first = begin(window, qtbot)
    window.prompts.use(add(library, "Zebra", CLASSIFY))
    dialog = dialog_of(window, FillDialog, qtbot)
    dialog.form.fields["review"].setText("fine")
    dialog.fresh.setChecked(False)
    dialog.insert_button.click()
    assert window.chat.current.id == first
    text = window.page.composer.text()
    assert text.startswith("You sort reviews.")
    assert "Review: I love it.\npositive" in text
    assert text.endswith("Review: fine")
    assert window.chat.current.sampler == CLASSIFY.sampler


def test_a_prompt_is_the_system_prompt_of_a_new_conversation(window, library, qtbot):
    first = begin(window, qtbot)
    window.prompts._open_form(add(library, "Zebra", PromptContent("Talk like a pirate.")))
    dialog_of(window, FillDialog, qtbot).system_button.click()
    assert window.chat.current.id != first
    assert window.binding.shown == []
    assert window.chat.current.system_prompt == "Talk like a pirate."
    assert window.page.composer.text() == ""


def test_its_settings_are_used_from_now_on_and_that_is_said(window, library, qtbot):
    begin(window, qtbot)
    sampler = SamplerSettings(temperature=0.25)
    window.prompts.use(add(library, "Zebra", PromptContent("say x", sampler=sampler)))
    assert window.chat.current.sampler == sampler
    assert notice(window) == (
        "“Zebra” brought its own settings: this conversation goes on at temperature 0.25."
    )


def test_what_is_said_of_a_conversation_goes_with_it(window, library, qtbot):
    first = begin(window, qtbot)
    sampler = SamplerSettings(temperature=0.25)
    window.prompts.use(add(library, "Zebra", PromptContent("say x", sampler=sampler)))
    window.open_conversation(first)
    assert "temperature 0.25" in notice(window)
    window.chat.new()
    assert notice(window) == ""


def test_the_last_answer_stands_where_a_message_is_wanted(window, library, qtbot):
    from desktop.domain.prompt import FieldKind, PromptField

    begin(window, qtbot)
    content = PromptContent("{said}", fields=(PromptField("said", FieldKind.MESSAGE),))
    window.prompts.use(add(library, "Zebra", content))
    dialog = dialog_of(window, FillDialog, qtbot)
    assert dialog.form.values() == {"said": "something "}


def test_a_cancelled_form_leaves_the_slash(window, library, qtbot):
    add(library, "Zebra", CLASSIFY)
    search(window, qtbot, "/zebra")
    QTest.keyClick(window.page.composer.edit, RETURN)
    dialog_of(window, FillDialog, qtbot).reject()
    assert window.page.composer.text() == "/zebra"
    assert window.binding.shown == []


def test_what_is_written_beside_it_stays_when_a_prompt_is_sent(window, library, qtbot):
    add(library, "Zebra", CLASSIFY)
    composer = window.page.composer
    composer.set_text("my own words\n\n")
    search(window, qtbot, "/zebra")
    QTest.keyClick(composer.edit, RETURN)
    dialog = dialog_of(window, FillDialog, qtbot)
    dialog.form.fields["review"].setText("say fine")
    wait_for_answer(window, qtbot, dialog.send_button.click)
    assert composer.text().strip() == "my own words"


def test_a_message_that_cannot_be_sent_stands_in_the_composer(window, library, qtbot):
    prompt = add(library, "Zebra", PromptContent("say {x}", system_prompt="Be brief."))
    with qtbot.waitSignal(window.models.unloaded):
        window.models.unload()
    window.prompts.use(prompt)
    dialog = dialog_of(window, FillDialog, qtbot)
    assert "with a model loaded" in dialog.count.text()
    dialog.form.fields["x"].setText("hello")
    dialog.send_button.click()
    assert window.page.composer.text() == "say hello"
    assert window.page.composer.prompt_version_id == prompt.version_id


def test_a_dropped_prompt_is_used(window, library, qtbot):
    prompt = add(library, "Zebra", PromptContent("say dropped"))
    mime = QMimeData()
    set_prompt_id(mime, prompt.id)
    window.page.composer.edit.insertFromMimeData(mime)
    qtbot.waitUntil(lambda: window.page.composer.text() == "say dropped")
    window.page.composer.clear()
    window.main.show_page("prompts")
    window.main.prompt_dropped.emit(prompt.id)
    qtbot.waitUntil(lambda: window.page.composer.text() == "say dropped")
    assert window.main.current_page == "chat"


def test_an_answer_says_which_prompt_it_answers(window, library, qtbot):
    prompt = add(library, "Zebra", PromptContent("say one"))
    library.save(prompt.id, PromptContent("say two"))
    window.prompts.use(library.get(prompt.id))
    wait_for_answer(window, qtbot, window.page.composer.button.click)
    window.page.transcript.details_requested.emit(window.binding.shown[-1].id)
    dialog = dialog_of(window, AnswerDetails, qtbot)
    qtbot.waitUntil(dialog.prompt_button.isVisible)
    assert dialog.prompt_button.text() == "Prompt: Zebra, version 2"
    dialog.prompt_button.click()
    assert window.main.current_page == "prompts"
    panel = window.pages.prompts.body.panel
    qtbot.waitUntil(lambda: panel.shown_id == prompt.id)


def test_a_message_is_kept_as_a_prompt(window, library, qtbot):
    begin(window, qtbot)
    window.page.transcript.keep_requested.emit(window.binding.shown[0].id)
    qtbot.waitUntil(lambda: "is in the prompt library now" in notice(window))
    shown = window.main.banner.notice
    assert shown.text == "“say something” is in the prompt library now."
    shown.actions[0][1]()
    assert window.main.current_page == "prompts"
    panel = window.pages.prompts.body.panel
    qtbot.waitUntil(lambda: panel.editor.text.toPlainText() == "say something")


def test_the_opening_of_a_conversation_is_kept_with_its_system_prompt(window, library, qtbot):
    window.chat.set_system_prompt("Be brief.")
    window.page.panel.set_system_prompt("Be brief.")
    begin(window, qtbot)
    begin(window, qtbot)
    window.actions.action("save_as_prompt").trigger()
    qtbot.waitUntil(lambda: "is in the prompt library now" in notice(window))
    kept = library.called("say something").content
    assert (kept.text, kept.system_prompt) == ("say something", "Be brief.")


def test_nothing_is_kept_of_an_empty_conversation(window, qtbot):
    with qtbot.assertNotEmitted(window.shared.prompts.kept, wait=50):
        window.actions.action("save_as_prompt").trigger()


def test_the_commands_lead_to_the_library(window, qtbot):
    window.actions.action("show_prompts").trigger()
    assert window.main.current_page == "prompts"
    window.actions.action("use_prompt").trigger()
    assert window.main.current_page == "chat"
    assert window.page.composer.text() == "/"
    window.actions.action("new_prompt").trigger()
    assert window.main.current_page == "prompts"
    qtbot.waitUntil(lambda: window.pages.prompts.body.pane.panel_visible)


def test_undo_brings_back_what_was_deleted_last_and_nothing_else(window, library, qtbot):
    begin(window, qtbot)
    conversation = window.chat.current.id
    prompt = add(library, "Zebra", PromptContent("x"))
    window.actions.action("delete").trigger()
    assert not window.shared.conversations.exists(conversation)
    with qtbot.waitSignal(window.shared.prompts.undo_offered):
        window.shared.prompts.delete(prompt.id)
    with qtbot.waitSignal(window.shared.prompts.changed):
        window.main.undo_bar.undo()
    assert library.get(prompt.id).title == "Zebra"
    assert not window.shared.conversations.exists(conversation)


def test_what_was_just_written_of_a_prompt_survives_closing_the_window(app, window, qtbot):
    window.actions.action("new_prompt").trigger()
    panel = window.pages.prompts.body.panel
    qtbot.waitUntil(lambda: window.pages.prompts.body.pane.panel_visible)
    panel.editor.text.setPlainText("Half writ")
    window.main.close()
    from desktop.core.prompt_drafts import PromptDrafts

    kept = PromptDrafts(app._home.prompt_drafts).get(0)
    assert kept is not None
    assert kept.content.text == "Half writ"
