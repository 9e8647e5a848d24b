"""The window as a whole, with a scripted engine child and a real database."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox

from desktop.app import App
from desktop.domain.comparison import ComparisonRequest
from desktop.domain.conversation import MessageState, Role
from desktop.domain.errors import AccessDenied, DiskFull
from desktop.domain.job import JobState, QuantizationRequest
from desktop.domain.library import LibraryEntry
from desktop.domain.paths import Home
from desktop.storage.backup import Backup
from desktop.storage.conversations import Conversations
from desktop.storage.database import Database
from desktop.storage.faults import damaged
from desktop.ui.dialogs.crash import CrashDialog
from desktop.ui.dialogs.recently_deleted import RecentlyDeletedDialog
from desktop.ui.itemmodels.conversation_list import ANSWERING_ROLE
from desktop.ui.transcript.editor import EditorRow
from desktop.ui.window_frame import WindowFrame, session_of
from tests.helpers.apps import make_app


def wait_until_ready(window, qtbot) -> None:
    """Until the window itself knows of its model, which it hears a moment after the engine."""
    composer = window.page.composer
    qtbot.waitUntil(lambda: composer.edit.placeholderText().startswith("Message "))


@pytest.fixture
def start(qapp, tmp_path, qtbot):
    """Starts the application as often as asked; every one is closed at the end."""
    home = Home(tmp_path / "home ü")
    running: list[App] = []

    def begin(*files: Path, written: str = "") -> App:
        app = make_app(qapp, home)
        running.append(app)
        frame = WindowFrame(app._shared.theme, app._shared.icons)
        frame.main.show()
        frame.page.composer.edit.setPlainText(written)
        window = app.open_window(files, frame)
        wait_until_ready(window, qtbot)
        return app

    def end(app: App) -> None:
        running.remove(app)
        app.quit()
        app.close()
        qtbot.wait(10)

    begin.end = end
    begin.home = home
    yield begin
    for app in list(running):
        end(app)


@pytest.fixture
def app(start) -> App:
    return start()


@pytest.fixture
def window(app):
    return app.windows[0]


def ask(window, qtbot, text: str):
    with qtbot.waitSignal(window.chat.answer_ended) as ended:
        window.page.composer.set_text(text)
        window.page.composer.button.click()
    return ended.args[0]


def shown(window) -> list[tuple[str, str]]:
    transcript = window.page.transcript
    transcript.flush()
    return [(entry.role, entry.text) for entry in transcript.entries()]


def context_of(window) -> str:
    parts = window.page.status.text().split(" · ")
    return next(part for part in parts if part.endswith(" context"))


def test_the_first_start_is_ready_to_chat(window) -> None:
    assert window.models.current.info.path.name == "quern-starter-f16.gguf"
    assert window.page.stack.currentWidget() is window.page.empty
    assert window.main.windowTitle() == "Quern"
    assert window.page.composer.isEnabled()


def test_a_question_is_answered_in_the_transcript_and_kept(window, qtbot) -> None:
    ask(window, qtbot, "say hello there")
    assert shown(window) == [("user", "say hello there"), ("assistant", "hello there ")]
    assert window.page.composer.text() == ""
    assert "say hello there" in window.main.windowTitle()


def test_a_suggestion_is_a_message(window, qtbot) -> None:
    with qtbot.waitSignal(window.chat.answer_ended):
        window.page.empty.suggestion_chosen.emit("say yes")
    assert shown(window)[0] == ("user", "say yes")


def test_escape_stops_an_answer_and_continue_goes_on(window, qtbot) -> None:
    stop = window.actions.action("stop")
    assert not stop.isEnabled()
    window.binding.send("slow 500")
    qtbot.waitUntil(lambda: len(shown(window)) == 2 and shown(window)[1][1] != "")
    assert stop.isEnabled()
    with qtbot.waitSignal(window.chat.answer_ended) as ended:
        stop.trigger()
    assert ended.args[0].state is MessageState.STOPPED
    with qtbot.waitSignal(window.chat.answer_started) as started:
        window.actions.action("continue_answer").trigger()
    assert started.args[0].id == ended.args[0].id
    with qtbot.waitSignal(window.chat.answer_ended):
        stop.trigger()


def test_answering_again_and_going_on_are_offered_when_they_can_be_done(window, qtbot) -> None:
    again, go_on = map(window.actions.action, ("regenerate", "continue_answer"))
    assert (again.isEnabled(), go_on.isEnabled()) == (False, False)
    window.binding.send("slow 500")
    qtbot.waitUntil(lambda: len(shown(window)) == 2 and shown(window)[1][1] != "")
    assert (again.isEnabled(), go_on.isEnabled()) == (False, False)
    with qtbot.waitSignal(window.chat.answer_ended):
        window.actions.action("stop").trigger()
    assert (again.isEnabled(), go_on.isEnabled()) == (True, True)
    ask(window, qtbot, "say yes")
    assert (again.isEnabled(), go_on.isEnabled()) == (True, False)


def test_an_answer_that_fails_at_once_leaves_the_context_as_full_as_it_is(window, qtbot) -> None:
    ask(window, qtbot, "say one")
    context = context_of(window)
    assert not context.startswith("0 ")
    ask(window, qtbot, "fail")
    assert context_of(window) == context


def test_the_sidebar_marks_where_an_answer_is_being_written(window, qtbot) -> None:
    window.binding.send("slow 500")
    qtbot.waitUntil(lambda: window.chat.answering is not None and window.chat.current is not None)
    model, answered = window.main.sidebar._model, window.chat.current.id
    window.new_conversation()
    qtbot.waitUntil(lambda: bool(model.index_of(answered).data(ANSWERING_ROLE)))
    with qtbot.waitSignal(window.chat.busy_changed):
        window.chat.stop()
    assert not model.index_of(answered).data(ANSWERING_ROLE)


def test_typing_after_a_click_into_the_conversation_writes_the_next_message(window, qtbot) -> None:
    ask(window, qtbot, "say one")
    window.page.composer.set_text("And ")
    window.page.transcript.setFocus()
    QTest.keyClicks(window.page.transcript, "t")
    assert window.page.composer.text().startswith("And t")
    assert window.main.focusWidget() is window.page.composer.edit


def test_a_message_whose_answer_was_deleted_is_answered_again(window, qtbot) -> None:
    ask(window, qtbot, "say one")
    answer = ask(window, qtbot, "say two")
    window.page.transcript.delete_requested.emit(answer.id)
    assert shown(window)[-1] == ("user", "say two")
    with qtbot.waitSignal(window.chat.answer_ended):
        window.actions.action("regenerate").trigger()
    assert shown(window) == [
        ("user", "say one"),
        ("assistant", "one "),
        ("user", "say two"),
        ("assistant", "two "),
    ]


def test_conversation_and_draft_are_there_after_a_restart(start, qtbot) -> None:
    app = start()
    ask(app.windows[0], qtbot, "say one")
    context = context_of(app.windows[0])
    app.windows[0].page.composer.edit.setPlainText("half a thou")
    app.windows[0].actions.action("toggle_sampler").trigger()
    start.end(app)
    window = start().windows[0]
    assert shown(window) == [("user", "say one"), ("assistant", "one ")]
    assert window.page.composer.text() == "half a thou"
    assert not window.page.panel.isHidden()
    assert context_of(window) == context and not context.startswith("0 ")


def test_what_is_written_before_the_window_is_complete_stays(start) -> None:
    app = start()
    app.windows[0].page.composer.edit.setPlainText("half a thou")
    start.end(app)
    app = start(written="another one")
    assert app.windows[0].page.composer.text() == "half a thou\n\nanother one"
    start.end(app)
    window = start().windows[0]
    assert window.page.composer.text() == "half a thou\n\nanother one"


def test_an_answer_cut_off_by_a_crash_of_the_app_can_be_continued(start, qtbot) -> None:
    start.home.root.mkdir(parents=True)
    database = Database(start.home.database)
    database.open()
    store = Conversations(database)
    one = store.create(title="cut off")
    question = store.add_message(one.id, role=Role.USER, text="say more", parent_id=None)
    answer = store.add_message(
        one.id, role=Role.ASSISTANT, text="half an ans", parent_id=question.id,
        state=MessageState.STREAMING,
    )  # fmt: skip
    database.close()
    window = start().windows[0]
    window.open_conversation(one.id)
    assert shown(window)[1] == ("assistant", "half an ans")
    with qtbot.waitSignal(window.chat.answer_ended) as ended:
        window.page.transcript.continue_requested.emit(answer.id)
    assert ended.args[0].text == "half an ans" + "more "


def answer_with(monkeypatch, wanted: str) -> list[str]:
    """Answer the questions of message boxes by the button called `wanted`; returns what they ask."""
    asked = []

    def choose(box: QMessageBox) -> int:
        asked.append(box.text())
        box.button_chosen = next(b for b in box.buttons() if b.text() == wanted)
        return 0

    monkeypatch.setattr(QMessageBox, "exec", choose)
    monkeypatch.setattr(QMessageBox, "clickedButton", lambda box: box.button_chosen)
    return asked


def test_a_model_being_made_smaller_is_not_given_up_unasked(
    app, window, start, qtbot, tmp_path, monkeypatch
) -> None:
    quantization = window.shared.quantization
    request = QuantizationRequest(tmp_path / "slow.gguf", tmp_path, "slow", ("Q8_0",))
    quantization.start(request)
    qtbot.waitUntil(lambda: quantization.busy)
    asked = answer_with(monkeypatch, "Keep it open")
    window.main.close()
    app.quit()
    assert len(asked) == 2 and "made smaller" in asked[0]
    assert window.main.isVisible()
    answer_with(monkeypatch, "Close Quern")
    start.end(app)
    listed = start().windows[0].shared.quantization
    with qtbot.waitSignal(listed.listed) as told:
        listed.refresh()
    (job,) = told.args[0]
    assert job.state is JobState.INTERRUPTED
    assert not (tmp_path / "slow-Q8_0.gguf").exists()


def test_a_comparison_is_not_given_up_unasked_and_stays(
    app, window, start, qtbot, tmp_path, monkeypatch
) -> None:
    base = tmp_path / "slow.gguf"
    base.write_bytes(b"GGUF")
    comparison = window.shared.comparison
    with qtbot.waitSignal(comparison.begun):
        comparison.start(ComparisonRequest(base, levels=("Q8_0",)))
    asked = answer_with(monkeypatch, "Keep it open")
    app.quit()
    assert asked == ["Levels are still being compared."]
    answer_with(monkeypatch, "Close Quern")
    start.end(app)
    listed = start().windows[0].shared.comparison
    with qtbot.waitSignal(listed.listed) as told:
        listed.refresh()
    (kept,) = told.args[0]
    assert kept.state in (JobState.CANCELLED, JobState.INTERRUPTED)
    assert kept.request.base == base


def test_a_models_page_leads_to_comparing_its_levels(window, qtbot, tmp_path) -> None:
    path = tmp_path / "a-Q4_K_M.gguf"
    path.write_bytes(b"GGUF")
    window.main.show_page("models")
    panel = window.pages.models.body.library.panel
    panel.set_entry(LibraryEntry("a", path))
    panel.compare_button.click()
    assert window.main.current_page == "compare"
    base = window.pages.compare.body.setup.base
    qtbot.waitUntil(lambda: base.text().startswith("a-Q4_K_M.gguf llama"))


def test_closing_the_window_stops_its_answer_and_keeps_it(start, qtbot) -> None:
    app = start()
    app.windows[0].binding.send("slow 500")
    qtbot.waitUntil(lambda: len(shown(app.windows[0])) == 2 and shown(app.windows[0])[1][1] != "")
    start.end(app)
    window = start().windows[0]
    last = window.chat.store.path(window.chat.current.id)[-1]
    assert last.state is MessageState.STOPPED
    assert last.text.startswith("word ")
    assert last.problem == ""


def test_two_windows_have_two_engines(app, window, qtbot) -> None:
    window.actions.action("new_window").trigger()
    second = app.windows[1]
    assert second.main.focusWidget() is second.page.composer.edit  # one may write at once
    wait_until_ready(second, qtbot)
    children = {each.models.session.process_id for each in app.windows}
    assert len(children) == 2
    window.binding.send("slow 300")
    ask(second, qtbot, "say meanwhile")
    assert window.chat.answering is not None
    window.chat.stop()
    qtbot.waitUntil(lambda: window.chat.answering is None)
    second.main.close()
    qtbot.waitUntil(lambda: len(app.windows) == 1)
    ask(window, qtbot, "say still here")


def test_a_dead_engine_is_said_and_restarted_with_one_click(window, qtbot) -> None:
    window.binding.send("slow 500")
    qtbot.waitUntil(lambda: len(shown(window)) == 2 and shown(window)[1][1] != "")
    with qtbot.waitSignals([window.chat.answer_ended, window.models.died]):
        os.kill(window.models.session.process_id, signal.SIGKILL)
    notice = window.main.banner.notice
    assert "memory" in notice.text
    assert shown(window)[1][1].startswith("word ")
    label, restart = notice.actions[0]
    assert label == "Restart"
    with qtbot.waitSignal(window.models.loaded):
        restart()
    qtbot.waitUntil(lambda: window.main.banner.notice is None)
    ask(window, qtbot, "say back")


def test_a_full_disk_is_said_and_taken_back(app, window, monkeypatch, qtbot) -> None:
    full = [True]
    finish = app.store.finish

    def refusing(*args, **kwargs) -> None:
        if full[0]:
            raise DiskFull("The disk is full.", "Free some space, then try again.")
        finish(*args, **kwargs)

    monkeypatch.setattr(app.store, "finish", refusing)
    ask(window, qtbot, "say precious words")
    qtbot.waitUntil(lambda: window.main.banner.notice is not None)
    assert window.main.banner.notice.text == (
        "The disk is full. Free some space. The answer is not saved yet; Quern keeps trying."
    )
    assert shown(window)[1] == ("assistant", "precious words ")
    full[0] = False
    qtbot.waitUntil(lambda: window.main.banner.notice is None)


def test_a_refused_message_stays_in_the_composer(app, window, monkeypatch, qtbot) -> None:
    def full(*args, **kwargs) -> None:
        raise DiskFull("The disk is full.")

    monkeypatch.setattr(app.store, "add_message", full)
    window.page.composer.set_text("do not lose me")
    window.page.composer.button.click()
    assert window.page.composer.text() == "do not lose me"
    assert "disk is full" in window.main.banner.notice.text


def test_deleting_and_undoing_a_conversation(window, qtbot) -> None:
    ask(window, qtbot, "say one")
    number = window.chat.current.id
    window.actions.action("delete").trigger()
    assert window.chat.current is None
    assert window.page.stack.currentWidget() is window.page.empty
    assert window.main.undo_bar.is_offering
    window.actions.action("undo_delete").trigger()
    assert window.chat.current.id == number
    assert shown(window) == [("user", "say one"), ("assistant", "one ")]


def test_deletions_in_a_row_are_undone_one_after_another(window, qtbot) -> None:
    branches = [ask(window, qtbot, "say one")]
    for _ in range(2):
        with qtbot.waitSignal(window.chat.answer_ended) as ended:
            window.actions.action("regenerate").trigger()
        branches.append(ended.args[0])

    def counted() -> int:
        tree = window.chat.store.branches(branches[0].conversation_id)
        return max((branch.count for branch in tree.values()), default=1)

    for left, answer in ((2, branches[2]), (1, branches[1])):
        window.shared.conversations.delete_message(answer.id)
        assert counted() == left
    undo = window.actions.action("undo_delete")
    undo.trigger()
    assert (counted(), undo.isEnabled()) == (2, True)
    undo.trigger()
    assert (counted(), undo.isEnabled()) == (3, False)


def test_what_was_deleted_is_restored_after_a_restart(start, qtbot) -> None:
    app = start()
    window = app.windows[0]
    ask(window, qtbot, "say one")
    number = window.chat.current.id
    window.actions.action("delete").trigger()
    start.end(app)
    window = start().windows[0]
    window.actions.action("recently_deleted").trigger()
    dialog = window.main.findChild(RecentlyDeletedDialog)
    qtbot.waitUntil(dialog.restore_button.isEnabled)
    QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.chat.current is not None)
    assert window.chat.current.id == number
    assert shown(window) == [("user", "say one"), ("assistant", "one ")]
    assert window.shared.conversations.exists(number)


def test_the_undo_key_is_for_typing_first_and_then_for_what_was_deleted(window, qtbot) -> None:
    ask(window, qtbot, "say one")
    window.main.activateWindow()
    edit = window.page.composer.edit
    edit.setFocus()
    qtbot.waitUntil(edit.hasFocus)
    window.actions.action("delete").trigger()
    QTest.keyClicks(edit, "x")
    QTest.keyClick(edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert edit.toPlainText() == ""
    assert window.chat.current is None
    QTest.keyClick(edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(shown(window)) == 2)


def test_commands_bring_what_they_work_on_into_view(window, qtbot) -> None:
    ask(window, qtbot, "say one")
    actions, main = window.actions, window.main
    actions.action("toggle_sidebar").trigger()
    main.show_page("settings")
    actions.action("rename").trigger()
    assert main.sidebar.isVisible()
    assert actions.action("toggle_sidebar").isChecked()
    actions.action("find").trigger()
    assert main.current_page == "chat"
    assert window.page.find_bar.isVisible()


def test_what_was_found_is_shown(app, window, qtbot) -> None:
    number = app.store.create(title="Long").id
    parent = None
    for text in [f"message {count}" for count in range(60)]:
        parent = app.store.add_message(number, role=Role.USER, text=text, parent_id=parent).id
    third = app.store.path(number)[3]
    window.main.show()
    window.main.sidebar.message_selected.emit(number, third.id)
    qtbot.waitUntil(lambda: window.page.transcript.anchor() is not None)
    assert window.page.transcript.anchor()[0] == third.id
    assert window.page.composer.edit.hasFocus()


def test_commands_on_a_conversation_need_one(window, qtbot) -> None:
    assert not window.actions.action("duplicate").isEnabled()
    ask(window, qtbot, "say one")
    assert window.actions.action("duplicate").isEnabled()


def test_the_pin_of_the_menu_follows_the_list(window, qtbot) -> None:
    ask(window, qtbot, "say one")
    window.shared.conversations.pin(window.chat.current.id, True)
    assert window.actions.action("pin").isChecked()
    window.new_conversation()
    window.shared.conversations.refresh()
    assert not window.actions.action("pin").isChecked()


def test_deleting_a_message_and_undoing_it(window, qtbot) -> None:
    answer = ask(window, qtbot, "say one")
    window.page.transcript.delete_requested.emit(answer.id)
    assert shown(window) == [("user", "say one")]
    window.main.undo_bar.undo()
    assert shown(window) == [("user", "say one"), ("assistant", "one ")]


def test_changing_the_messages_leaves_what_is_being_written_alone(app, window, qtbot) -> None:
    answer = ask(window, qtbot, "say one")
    window.page.composer.edit.insertPlainText("not told yet")
    window.actions.action("regenerate").trigger()
    qtbot.waitUntil(lambda: app.store.branches(answer.conversation_id) != {})
    qtbot.waitUntil(lambda: window.chat.answering is None)
    assert window.page.composer.text() == "not told yet"


def test_an_edit_that_cannot_be_sent_stays_in_its_editor(window, qtbot) -> None:
    ask(window, qtbot, "say one")
    window.models.unload()
    question = window.page.transcript.keys()[0]
    window.page.transcript.edit_requested.emit(question, "say two instead")
    editor = window.page.transcript.findChild(EditorRow)
    assert editor is not None
    assert editor.edit.toPlainText() == "say two instead"


def test_trimming_is_said_again_only_when_the_model_sees_less(window, qtbot) -> None:
    for question in ("trim 12", "trim 12", "trim 14"):
        ask(window, qtbot, question)
    roles = [role for role, _text in shown(window)]
    assert roles == [
        "user", "notice", "assistant", "user", "assistant", "user", "notice", "assistant"
    ]  # fmt: skip
    at_once = shown(window)
    window.chat.reload()
    assert shown(window) == at_once


def test_trimming_stands_before_the_answer_also_when_reopened(window, qtbot) -> None:
    ask(window, qtbot, "trim 12")
    roles = [role for role, _ in shown(window)]
    assert roles == ["user", "notice", "assistant"]
    assert "12" in shown(window)[1][1]


def test_a_context_that_fills_up_again_and_again_is_told_in_one_notice(window, qtbot) -> None:
    ask(window, qtbot, "shift 5 7")
    notices = [entry for entry in window.page.transcript.entries() if entry.role == "notice"]
    assert len(notices) == 1
    assert " 12 " in notices[0].text


def test_a_model_file_is_looked_at_before_it_is_loaded(app, window, tmp_path, qtbot) -> None:
    path = tmp_path / "other model.gguf"
    path.write_bytes(b"GGUF")
    before = window.models.current
    app.open_files([str(path)])
    card = window.opening.card
    qtbot.waitUntil(lambda: card.load_button.isEnabled())
    assert window.models.current is before
    with qtbot.waitSignal(window.models.loaded) as loaded:
        qtbot.mouseClick(card.load_button, Qt.MouseButton.LeftButton)
    assert loaded.args[0].info.path == path


def test_a_bad_file_is_explained_on_its_card(app, window, tmp_path, qtbot) -> None:
    path = tmp_path / "bad.gguf"
    path.write_bytes(b"not a model")
    app.open_files([str(path)])
    card = window.opening.card
    qtbot.waitUntil(lambda: "not a GGUF" in card.verdict())
    assert not card.load_button.isEnabled()
    card.reject()


def test_what_is_shown_is_noted_at_once_for_a_start_after_a_sudden_end(
    start, window, qtbot
) -> None:
    session = session_of(start.home)
    ask(window, qtbot, "say one")
    shown = window.chat.current.id

    def noted() -> int:
        session.sync()
        return session.value("conversation", 0, int)

    qtbot.waitUntil(lambda: noted() == shown)
    window.new_conversation()
    qtbot.waitUntil(lambda: noted() == 0)
    window.open_conversation(shown)
    qtbot.waitUntil(lambda: noted() == shown)


def test_the_last_used_model_is_loaded_at_the_next_start(start, tmp_path, qtbot) -> None:
    path = tmp_path / "favourite.gguf"
    path.write_bytes(b"GGUF")
    app = start()
    app.windows[0].models.load(path)
    qtbot.waitUntil(lambda: app._services.library.first_choice() == path)
    start.end(app)
    assert start().windows[0].models.current.info.path == path


def test_a_bug_shows_the_crash_dialog_and_the_app_goes_on(app, window, qtbot) -> None:
    app.show_crash("Traceback: a bug of ours")
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, CrashDialog))
    dialog.copy_details()
    assert "a bug of ours" in QApplication.clipboard().text()
    dialog.accept()
    ask(window, qtbot, "say still running")


def test_settings_reach_every_window(app, window, qtbot) -> None:
    window.actions.action("theme_dark").trigger()
    assert window.shared.settings.current.theme == "dark"
    before = QApplication.font().pointSizeF()
    window.actions.action("text_larger").trigger()
    assert QApplication.font().pointSizeF() > before
    window.actions.action("text_reset").trigger()
    window.actions.action("theme_light").trigger()


def test_the_settings_of_an_answer_can_be_used_again(window, qtbot) -> None:
    answer = ask(window, qtbot, "say one")
    window.binding.use_settings(answer.facts.sampler)
    assert window.chat.current.sampler == answer.facts.sampler


def test_a_refused_grammar_is_said_where_it_is_edited(window, qtbot) -> None:
    window.actions.action("toggle_sampler").trigger()
    window.binding.send("form")
    said = "The grammar cannot be used."
    qtbot.waitUntil(
        lambda: any(
            label.isVisible() and label.text() == said
            for label in window.page.panel.findChildren(QLabel)
        )
    )


def test_a_conversation_is_exported_and_dropped_back_in(app, window, tmp_path, qtbot) -> None:
    ask(window, qtbot, "say one")
    path = tmp_path / "one.json"
    app.store.rename(window.chat.current.id, "renamed")
    conversations = window.shared.conversations
    with qtbot.waitSignal(conversations.exported):
        conversations.export(window.chat.current.id, path, "json", window.transfer)
    assert "one.json" in window.main.banner.notice.text
    before = window.chat.current.id
    window.main.conversation_dropped.emit(path)
    qtbot.waitUntil(lambda: window.chat.current.id != before)
    assert shown(window) == [("user", "say one"), ("assistant", "one ")]


def test_every_action_has_a_handler(window) -> None:
    unconnected = [name for name, action in window.actions.items() if not action.isVisible()]
    assert unconnected == ["check_updates"]  # a checkout knows nobody to ask


def test_the_tab_key_comes_from_the_transcript_to_the_composer(window) -> None:
    page = window.page
    passed = []
    widget = page.picker.nextInFocusChain()
    while widget is not page.composer.edit and widget is not page.picker:
        passed.append(widget)
        widget = widget.nextInFocusChain()
    assert page.transcript in passed
    assert page.panel not in passed


def test_a_model_that_rests_says_so_and_answers_the_next_message(window, qtbot) -> None:
    with qtbot.waitSignal(window.models.rested):
        window.models.session.rest()
    assert "resting" in window.page.status.text()
    assert window.shared.loaded.current == []
    assert ask(window, qtbot, "say good morning").text == "good morning "
    assert "resting" not in window.page.status.text()
    assert [name for name, _ in window.shared.loaded.current] == ["Quern Starter"]


def test_f6_stops_where_a_page_says(window, qtbot) -> None:
    window.pages.find_models()
    page = window.pages.models
    qtbot.waitUntil(lambda: page.exists and page.body.hub.isVisible())
    assert window.main._panes() == [window.main.sidebar, *page.panes()]


def test_a_window_says_what_its_hub_fails_at(window) -> None:
    banner = window.main.banner
    window.hub.fail("token", AccessDenied("The hub does not accept the token.", "Make another."))
    assert "does not accept" in banner.notice.text
    window.hub.mend("token")
    assert banner.notice is None


def look_after_the_copies(app: App) -> None:
    """As when a minute has passed."""
    (timer,) = app.findChildren(QTimer, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert timer.isActive()
    timer.timeout.emit()


def test_the_database_is_copied_while_a_window_is_open(app, window, start, qtbot) -> None:
    copy = start.home.root / "quern.db.copy"
    ask(window, qtbot, "say one")
    assert not copy.exists()
    look_after_the_copies(app)
    qtbot.waitUntil(copy.exists)
    start.end(app)
    start.home.database.unlink()
    again = start().windows[0]
    assert "1 conversation was taken from the copy of" in again.main.banner.notice.text
    assert shown(again) == [("user", "say one"), ("assistant", "one ")]


def test_damage_that_is_found_by_copying_is_said(app, window, qtbot, monkeypatch) -> None:
    def find_damage(_backup: Backup) -> None:
        raise damaged()

    monkeypatch.setattr(Backup, "keep", find_damage)
    look_after_the_copies(app)
    qtbot.waitUntil(lambda: window.main.banner.notice is not None)
    assert "database is damaged. Start Quern again" in window.main.banner.notice.text
