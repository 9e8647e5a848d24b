from __future__ import annotations

from pathlib import Path

import pytest

from desktop.controllers.chat import ChatController
from desktop.domain.conversation import MessageState, Role
from desktop.domain.errors import DatabaseBusy, InvalidInput
from desktop.domain.library import ModelDefaults
from desktop.domain.prompt import Example, FilledPrompt
from desktop.domain.sampling import SamplerSettings


@pytest.fixture
def ready(chat: ChatController, models, starter: Path, qtbot) -> ChatController:
    """A chat with a model loaded and an empty conversation shown."""
    with qtbot.waitSignal(models.loaded):
        models.load(starter)
    chat.new()
    return chat


def say(chat: ChatController, qtbot, text: str):
    with qtbot.waitSignal(chat.answer_ended) as ended:
        assert chat.send(text)
    return ended.args[0]


def test_looking_at_an_empty_page_stores_nothing(chat, store) -> None:
    opened = []
    chat.conversation_opened.connect(lambda *args: opened.append(args))
    chat.new()
    conversation, path, branches = opened[0]
    assert (conversation.sampler, path, branches) == (SamplerSettings(seed=3), [], {})
    chat.set_draft("  ")
    assert store.list() == []


def test_a_conversation_whose_draft_was_emptied_goes_when_it_is_left(chat, store, qtbot) -> None:
    chat.new()
    chat.set_draft("Never mind")
    chat.set_draft("")
    assert len(store.list()) == 1  # as long as it is looked at
    with qtbot.waitSignal(chat.changed):
        chat.new()
    assert store.list() == []
    chat.set_draft("Keep me")
    chat.new()
    kept = store.list()
    assert [conversation.draft for conversation in kept] == ["Keep me"]
    chat.open(kept[0].id)
    chat.set_draft("")
    chat.close()
    assert store.list() == []


def test_a_conversation_that_another_window_shows_stays(store, models, journal) -> None:
    shown: set[int] = set()
    chat = ChatController(store, models, journal, SamplerSettings, shown.__contains__)
    chat.set_draft("Never mind")
    chat.set_draft("")
    shown.add(chat.current.id)
    chat.new()
    assert {conversation.id for conversation in store.list()} == shown


def test_without_a_model_nothing_is_sent_or_stored(chat, store, qtbot) -> None:
    chat.new()
    with qtbot.waitSignal(chat.failed) as failed:
        assert not chat.send("hello")
    assert isinstance(failed.args[0], InvalidInput)
    assert store.list() == []


def test_a_message_and_its_answer_arrive_in_order(ready, qtbot) -> None:
    order = []
    ready.message_added.connect(lambda message: order.append(("asked", message.text)))
    ready.answer_started.connect(lambda message, again, branch: order.append(("begun", again)))
    ready.answer_text.connect(lambda key, text, reasoning: order.append((text, reasoning)))
    ready.answer_ended.connect(lambda message, branch: order.append(("ended", message.text)))
    say(ready, qtbot, "think why|one two")
    assert order == [
        ("asked", "think why|one two"), ("begun", False), ("why", True),
        ("one ", False), ("two ", False), ("ended", "one two "),
    ]  # fmt: skip
    assert ready.current.title == "think why|one two"


def test_busy_is_told_and_ends(ready, qtbot) -> None:
    busy = []
    ready.busy_changed.connect(busy.append)
    say(ready, qtbot, "say one")
    assert busy == [True, False]


def test_opening_a_conversation_in_the_middle_of_its_answer_repeats_nothing(
    ready, store, qtbot
) -> None:
    other = store.create(title="other")
    shown = {"text": ""}

    def opened(conversation, path, branches) -> None:
        shown["text"] = path[-1].text if path and path[-1].role is Role.ASSISTANT else ""

    def appended(key, text, reasoning) -> None:
        shown["text"] += text

    ready.conversation_opened.connect(opened)
    ready.answer_text.connect(appended)
    busy: list[bool] = []
    ready.busy_changed.connect(busy.append)
    ready.send("slow 40")
    answering = ready.current.id
    for _ in range(4):
        qtbot.wait(60)
        ready.open(other.id)
        qtbot.wait(40)
        ready.open(answering)
    qtbot.waitUntil(lambda: busy[-1:] == [False])
    assert store.path(answering)[-1].text == "word " * 40
    assert shown["text"] == "word " * 40


def test_an_answer_goes_on_while_another_conversation_is_shown(ready, store, qtbot) -> None:
    other = store.create(title="other")
    texts = []
    ready.send("slow 20")
    answering = ready.current.id
    ready.open(other.id)
    ready.answer_text.connect(lambda key, text, reasoning: texts.append(text))
    with qtbot.waitSignal(ready.busy_changed):
        pass
    assert texts == []
    answer = store.path(answering)[-1]
    assert answer.text == "word " * 20
    assert answer.state is MessageState.DONE


def test_editing_and_regenerating_show_the_new_path(ready, qtbot) -> None:
    answer = say(ready, qtbot, "say one")
    paths = []
    ready.conversation_opened.connect(
        lambda conversation, path, branches: paths.append([m.text for m in path])
    )
    with qtbot.waitSignal(ready.answer_ended) as ended:
        ready.regenerate(answer.id)
    assert ended.args[1].count == 2
    assert paths == [["say one"]]
    with qtbot.waitSignal(ready.answer_ended):
        ready.edit(answer.parent_id, "say two")
    assert paths[-1] == ["say two"]


def test_branches_cannot_be_switched_under_a_running_answer(ready, qtbot) -> None:
    answer = say(ready, qtbot, "say one")
    ready.send("slow 200")
    with qtbot.waitSignal(ready.failed):
        ready.switch_branch(answer.id, 1)
    with qtbot.waitSignals([ready.answer_ended, ready.mended]):
        ready.stop()


def test_what_failed_in_a_conversation_is_forgotten_with_it(ready, store, qtbot) -> None:
    other = store.create(title="other")
    with qtbot.waitSignal(ready.failed):
        ready.open(other.id + 1)
    with qtbot.waitSignal(ready.mended):
        ready.open(other.id)


def test_a_crash_keeps_the_half_answer_and_can_be_gone_on_from(ready, models, store, qtbot) -> None:
    failures = []
    ready.failed.connect(failures.append)
    with qtbot.waitSignals([models.died, ready.answer_ended]):
        ready.send("crash half")
    assert failures == []  # the model's controller tells of it, once
    assert models.current is None
    last = store.path(ready.current.id)[-1]
    assert (last.text, last.state) == ("half", MessageState.FAILED)
    with qtbot.waitSignal(models.loaded):
        models.restart()
    with (
        qtbot.waitSignal(ready.answer_started) as started,
        qtbot.waitSignal(ready.answer_ended),
    ):
        ready.continue_answer(last.id)
    assert started.args[1] is True


def half_an_answer(ready, models, store, qtbot) -> int:
    with qtbot.waitSignals([models.died, ready.answer_ended]):
        ready.send("crash half")
    return store.path(ready.current.id)[-1].id


def test_going_on_after_a_crash_brings_the_model_back_first(ready, models, store, qtbot) -> None:
    half = half_an_answer(ready, models, store, qtbot)
    with (
        qtbot.waitSignal(models.loaded),
        qtbot.waitSignal(ready.answer_started) as started,
        qtbot.waitSignals([models.died, ready.answer_ended]),  # as "crash" says again
    ):
        ready.continue_answer(half)
    assert started.args[0].id == half


def test_going_on_is_forgotten_when_the_model_does_not_come_back(
    ready, models, starter, store, qtbot
) -> None:
    half = half_an_answer(ready, models, store, qtbot)
    with qtbot.waitSignal(models.loading, check_params_cb=lambda part, _name: part is None):
        ready.continue_answer(half)
        models.cancel_load()
    assert models.current is None
    with qtbot.waitSignal(models.loaded):
        models.load(starter)
    assert ready.answering is None


def test_an_answer_ends_also_when_the_database_cannot_be_read(ready, store, qtbot, monkeypatch):
    def refuse(_number: int):
        raise DatabaseBusy("The database is busy.", "Try again.")

    def begin_to_refuse(*_args) -> None:
        monkeypatch.setattr(store, "branches", refuse)
        monkeypatch.setattr(store, "get", refuse)

    failures = []
    ready.failed.connect(failures.append)
    ready.answer_started.connect(begin_to_refuse)
    with qtbot.waitSignal(ready.answer_ended) as ended:
        ready.send("slow 10")
    assert ended.args[0].text == "word " * 10
    assert {type(error) for error in failures} == {DatabaseBusy}


def test_trimming_is_told(ready, qtbot) -> None:
    with qtbot.waitSignal(ready.trimmed) as trimmed:
        ready.send("trim 7")
    assert trimmed.args[1] == 7


def test_settings_belong_to_the_conversation(ready, store, qtbot) -> None:
    say(ready, qtbot, "say one")
    ready.set_sampler(SamplerSettings(top_k=7))
    ready.set_system_prompt("Be brief.")
    ready.set_draft("half a thought")
    ready.set_template_arguments({"enable_thinking": False})
    kept = store.get(ready.current.id)
    assert kept.sampler.top_k == 7
    assert (kept.system_prompt, kept.draft) == ("Be brief.", "half a thought")
    assert kept.template_arguments == {"enable_thinking": False}
    answer = say(ready, qtbot, "say two")
    assert answer.facts.sampler.top_k == 7


def test_fork_opens_a_copy_up_to_the_message(ready, store, qtbot) -> None:
    answer = say(ready, qtbot, "say one")
    say(ready, qtbot, "say two")
    first = ready.current.id
    ready.fork(answer.id)
    assert ready.current.id != first
    assert [m.text for m in store.path(ready.current.id)] == ["say one", "one "]


def test_a_failure_is_told_once_where_it_can_be_seen(ready, store, qtbot) -> None:
    failures = []
    ready.failed.connect(failures.append)
    with qtbot.waitSignal(ready.answer_ended) as ended:
        ready.send("fail")
    assert "The model failed" in ended.args[0].problem
    assert failures == []
    other = store.create(title="other")
    ready.send("fail")
    ready.open(other.id)
    qtbot.waitUntil(lambda: bool(failures))


def test_new_conversations_begin_as_the_model_says(
    chat, models, known_library, store, starter, qtbot
) -> None:
    chat.new()
    defaults = ModelDefaults(sampler=SamplerSettings(seed=7), system_prompt="Be kind.")
    known_library.set_defaults(starter, defaults)
    with qtbot.waitSignal(chat.beginning_changed) as changed:
        models.load(starter)
    assert (changed.args[0].sampler.seed, changed.args[0].system_prompt) == (7, "Be kind.")
    say(chat, qtbot, "hello")
    (stored,) = store.list()
    assert (stored.sampler.seed, stored.system_prompt) == (7, "Be kind.")
    changes = []
    chat.beginning_changed.connect(changes.append)
    with qtbot.waitSignal(models.loaded):
        models.load(starter)
    assert changes == []  # a conversation that has begun stays as it is


def test_a_resting_model_answers_after_it_was_loaded_again(
    chat, models, store, starter, qtbot
) -> None:
    with qtbot.waitSignal(models.loaded):
        models.load(starter)
    with qtbot.waitSignal(models.rested):
        models.session.rest()
    chat.new()
    with qtbot.waitSignal(models.loaded):
        answer = say(chat, qtbot, "say good morning")
    assert (answer.text, answer.state) == ("good morning ", MessageState.DONE)
    assert not models.session.resting


def test_a_message_names_the_version_of_a_prompt_it_was_made_with(ready, store, qtbot) -> None:
    with qtbot.waitSignal(ready.answer_ended) as ended:
        assert ready.send("say one", prompt_version_id=7)
    assert ended.args[0].prompt_version_id == 7
    path = store.path(ready.current.id)
    assert [message.prompt_version_id for message in path] == [7, 7]


def test_a_conversation_begins_as_a_prompt_wants_it(ready, store, qtbot) -> None:
    opened = []
    ready.conversation_opened.connect(lambda *args: opened.append(args))
    sampler = SamplerSettings(temperature=0.1)
    filled = FilledPrompt("", examples=(Example("q", "a"), Example("r", "b")), sampler=sampler)
    assert ready.begin(filled, "Be brief.")
    conversation, path, _ = opened[-1]
    assert (conversation.system_prompt, conversation.sampler) == ("Be brief.", sampler)
    assert [(message.role, message.text) for message in path] == [
        (Role.USER, "q"), (Role.ASSISTANT, "a"), (Role.USER, "r"), (Role.ASSISTANT, "b"),
    ]  # fmt: skip
    say(ready, qtbot, "say yes")
    assert [message.text for message in store.path(conversation.id)][-2:] == ["say yes", "yes "]


def test_what_a_prompt_does_not_say_stays(ready, store) -> None:
    ready.set_system_prompt("Mine")
    before = ready.current.sampler
    assert ready.begin(FilledPrompt("text"), "")
    assert (ready.current.system_prompt, ready.current.sampler) == ("Mine", before)
    assert store.path(ready.current.id) == []
