from __future__ import annotations

import os
import queue
import signal
from pathlib import Path

import pytest

from desktop.core.answer_journal import AnswerJournal
from desktop.core.chat import Chat
from desktop.core.chat_events import (
    AnswerEnded,
    AnswerStarted,
    AnswerText,
    MessagesDropped,
    PathChanged,
)
from desktop.core.model_session import ModelSession
from desktop.domain.conversation import Message, MessageState, Role, StopReason
from desktop.domain.errors import DiskFull, EngineDied, InvalidInput
from desktop.domain.model import LoadConfig, LoadedModel
from desktop.domain.sampling import SamplerSettings
from desktop.engine.protocol import ChatTurn, Generate


class Talk:
    """A chat with a model loaded, and everything it says."""

    def __init__(self, conversations, make_engine) -> None:
        self.conversations = conversations
        self.session = ModelSession(make_engine, lambda state: None)
        self.faults: list = []  # told by the journal
        self.journal = AnswerJournal(conversations, self.faults.append)
        self.events: queue.Queue = queue.Queue()
        self.chat = Chat(conversations, self.session, self.journal, self.events.put)
        self.conversation = conversations.create(sampler=SamplerSettings(seed=5))
        self.load()

    def load(self, name: str = "model.gguf"):
        done: queue.Queue = queue.Queue()
        self.session.load(
            Path("/models") / name, LoadConfig(), allow_overcommit=False,
            on_progress=lambda fraction: None, on_done=done.put,
        )  # fmt: skip
        return done.get(timeout=30)

    def until_ended(self) -> list:
        seen = []
        while not seen or not isinstance(seen[-1], AnswerEnded):
            seen.append(self.events.get(timeout=30))
        return seen

    def say(self, text: str) -> Message:
        self.chat.send(self.conversation.id, text)
        return self.until_ended()[-1].message

    def path(self) -> list[tuple[str, str]]:
        return [(m.role.value, m.text) for m in self.conversations.path(self.conversation.id)]

    def close(self) -> None:
        self.journal.close()
        self.session.close()


@pytest.fixture
def talk(conversations, make_engine):
    talk = Talk(conversations, make_engine)
    yield talk
    talk.close()


def test_an_answer_is_streamed_kept_and_explained(talk: Talk) -> None:
    talk.chat.send(talk.conversation.id, "think hmm|forty two")
    events = talk.until_ended()
    texts = [event for event in events if isinstance(event, AnswerText)]
    assert [(t.text, t.reasoning, t.start) for t in texts] == [
        ("hmm", True, 0), ("forty ", False, 0), ("two ", False, 6),
    ]  # fmt: skip
    stored = talk.conversations.path(talk.conversation.id)[-1]
    assert stored == events[-1].message
    assert (stored.text, stored.reasoning) == ("forty two ", "hmm")
    assert stored.state is MessageState.DONE
    assert stored.facts.seed == 5
    assert stored.facts.sampler == SamplerSettings(seed=5)
    assert stored.facts.stop_reason is StopReason.END_OF_TURN
    assert talk.chat.answering is None


def test_regenerating_makes_a_branch_and_keeps_the_first_answer(talk: Talk) -> None:
    first = talk.say("say one")
    talk.chat.regenerate(first.id)
    events = talk.until_ended()
    assert isinstance(events[0], PathChanged)
    second = events[-1].message
    assert second.parent_id == first.parent_id
    assert talk.conversations.branches(talk.conversation.id)[second.id].count == 2
    talk.conversations.switch_branch(second.id, -1)
    assert talk.conversations.path(talk.conversation.id)[-1].id == first.id


def test_answers_name_the_prompt_that_their_question_was_made_with(talk: Talk) -> None:
    question = talk.chat.send(talk.conversation.id, "say one", prompt_version_id=7)
    answer = talk.until_ended()[-1].message
    talk.chat.regenerate(answer.id)
    again = talk.until_ended()[-1].message
    talk.say("say two")
    kept = talk.conversations.tree(talk.conversation.id)
    assert {message.id: message.prompt_version_id for message in kept[:3]} == {
        question.id: 7, answer.id: 7, again.id: 7,
    }  # fmt: skip
    assert [message.prompt_version_id for message in kept[3:]] == [None, None]


def test_editing_asks_again_beside_the_old_question(talk: Talk) -> None:
    talk.say("say one")
    question = talk.conversations.path(talk.conversation.id)[0]
    talk.chat.edit(question.id, "say two")
    assert talk.until_ended()[0] == PathChanged(talk.conversation.id)
    assert talk.path() == [("user", "say two"), ("assistant", "two ")]
    talk.conversations.switch_branch(talk.conversations.path(talk.conversation.id)[0].id, -1)
    assert talk.path() == [("user", "say one"), ("assistant", "one ")]


def test_stop_keeps_what_is_there_and_continue_goes_on(talk: Talk, monkeypatch) -> None:
    asked: list[Generate] = []
    ask = talk.session.ask

    def listen(make, *rest):
        asked.append(make(0))
        return ask(make, *rest)

    monkeypatch.setattr(talk.session, "ask", listen)
    talk.chat.send(talk.conversation.id, "slow 500")
    while not isinstance(talk.events.get(timeout=30), AnswerText):
        pass
    talk.chat.stop()
    stopped = talk.until_ended()[-1].message
    assert stopped.state is MessageState.STOPPED
    assert stopped.text.startswith("word ")
    assert stopped.facts.stop_reason is StopReason.CANCELLED
    question = talk.conversations.path(talk.conversation.id)[0]
    assert question.text == "slow 500"
    talk.chat.continue_answer(stopped.id)
    started = talk.events.get(timeout=30)
    assert started == AnswerStarted(started.message, continued=True)
    assert started.message.text == stopped.text
    talk.chat.stop()
    longer = talk.until_ended()[-1].message
    assert longer.id == stopped.id
    assert longer.text.startswith(stopped.text)
    assert [request.continue_answer for request in asked] == [False, True]
    assert asked[1].messages == (*asked[0].messages, ChatTurn(Role.ASSISTANT, stopped.text))


def test_a_crash_keeps_the_half_answer_and_a_restart_goes_on(talk: Talk) -> None:
    talk.chat.send(talk.conversation.id, "crash half an answer")
    ended = talk.until_ended()[-1]
    assert isinstance(ended.error, EngineDied)
    assert ended.message.text == "half an answer"
    assert ended.message.state is MessageState.FAILED
    assert "GGML_ASSERT" in ended.message.problem
    assert talk.conversations.path(talk.conversation.id)[-1] == ended.message
    assert talk.session.loaded is None
    with pytest.raises(InvalidInput, match="No model"):
        talk.chat.send(talk.conversation.id, "say hello")
    assert isinstance(talk.load(), LoadedModel)
    assert talk.say("say hello").text == "hello "


def test_an_engine_deaf_to_stop_leaves_a_stopped_answer(talk: Talk) -> None:
    talk.chat.send(talk.conversation.id, "deaf")
    while not isinstance(talk.events.get(timeout=30), AnswerText):
        pass
    talk.chat.stop()
    ended = talk.until_ended()[-1]
    assert (ended.message.state, ended.message.text) == (MessageState.STOPPED, "word")
    assert ended.error is None
    assert talk.session.death is not None


def test_kill_in_the_middle_of_an_answer(talk: Talk) -> None:
    talk.chat.send(talk.conversation.id, "slow 500")
    while not isinstance(talk.events.get(timeout=30), AnswerText):
        pass
    os.kill(talk.session.process_id, signal.SIGKILL)
    ended = talk.until_ended()[-1]
    assert isinstance(ended.error, EngineDied)
    assert ended.message.text.startswith("word ")


def test_one_answer_at_a_time(talk: Talk) -> None:
    talk.chat.send(talk.conversation.id, "slow 500")
    with pytest.raises(InvalidInput, match="still being written"):
        talk.chat.send(talk.conversation.id, "say two")
    assert talk.path()[0] == ("user", "slow 500")
    assert len(talk.path()) == 2  # nothing was added for the refused one
    talk.chat.stop()
    talk.until_ended()


def test_without_a_model_everything_stays_as_it_was(talk: Talk) -> None:
    answer = talk.say("say one")
    talk.session.close()
    question = talk.conversations.path(talk.conversation.id)[0]
    for asked in (
        lambda: talk.chat.send(talk.conversation.id, "say two"),
        lambda: talk.chat.edit(question.id, "say two"),
        lambda: talk.chat.regenerate(answer.id),
        lambda: talk.chat.continue_answer(answer.id),
    ):
        with pytest.raises(InvalidInput, match="No model"):
            asked()
    assert len(talk.conversations.tree(talk.conversation.id)) == 2
    assert talk.path() == [("user", "say one"), ("assistant", "one ")]
    assert talk.events.empty()


@pytest.mark.parametrize("text", ["", "  \n\t"])
def test_nothing_is_not_sent(talk: Talk, text: str) -> None:
    with pytest.raises(InvalidInput, match="nothing to send"):
        talk.chat.send(talk.conversation.id, text)
    assert talk.path() == []


def test_trimming_is_told_and_remembered(talk: Talk) -> None:
    talk.chat.send(talk.conversation.id, "trim 12")
    events = talk.until_ended()
    assert MessagesDropped(events[-1].message.id, 12) in events


def test_a_full_disk_refuses_the_message_and_sends_nothing(talk: Talk, monkeypatch) -> None:
    def full(*args, **kwargs):
        raise DiskFull("The disk is full.")

    monkeypatch.setattr(talk.conversations, "add_message", full)
    with pytest.raises(DiskFull):
        talk.chat.send(talk.conversation.id, "say hello")
    assert talk.events.empty()
    assert talk.chat.answering is None


def test_a_disk_that_fills_up_during_an_answer_loses_nothing(talk: Talk, monkeypatch) -> None:
    refusals = iter([True])
    finish = talk.conversations.finish

    def sometimes_full(*args, **kwargs):
        if next(refusals, False):
            raise DiskFull("The disk is full.")
        finish(*args, **kwargs)

    monkeypatch.setattr(talk.conversations, "finish", sometimes_full)
    talk.chat.send(talk.conversation.id, "say precious words")
    ended = talk.until_ended()[-1]
    assert ended.message.text == "precious words "
    assert isinstance(talk.faults[0], DiskFull)
    assert talk.journal.close()  # tried again, and saved
    assert talk.path()[-1] == ("assistant", "precious words ")
