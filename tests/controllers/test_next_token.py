from __future__ import annotations

import pytest

from desktop.controllers.next_token import Hindrance, NextTokenController, least_likely
from desktop.domain.conversation import Message
from desktop.domain.errors import QuernError
from desktop.domain.next_token import AnswerToken
from desktop.domain.sampling import SamplerSettings
from desktop.engine.token_messages import ExplainToken, SplitAnswer


@pytest.fixture
def looking(chat, models, qtbot):
    return NextTokenController(chat, models, 5, chat)


@pytest.fixture
def loaded(models, starter, qtbot):
    with qtbot.waitSignal(models.loaded):
        models.load(starter)
    return models


@pytest.fixture
def asked(monkeypatch, models):
    """Every request that is sent about tokens."""
    sent = []
    ask = models.session.ask

    def note(make, on_event):
        def noted(number):
            request = make(number)
            if isinstance(request, (SplitAnswer, ExplainToken)):
                sent.append(request)
            return request

        return ask(noted, on_event)

    monkeypatch.setattr(models.session, "ask", note)
    return sent


@pytest.fixture
def answer(chat, loaded, qtbot) -> Message:
    return write(chat, qtbot, "say one two three")


def write(chat, qtbot, text: str) -> Message:
    with qtbot.waitSignal(chat.answer_ended) as ended:
        chat.send(text)
    return ended.args[0]


def test_an_answer_is_split_and_a_token_explained(looking, answer, qtbot):
    looking.set_sampler(SamplerSettings(top_k=7))
    looking.look_at(answer)
    answers = []
    looking.split.connect(answers.append)
    with qtbot.waitSignal(looking.explained) as explained:
        looking.set_looking(True)
    (looked_at,), (token,) = answers, explained.args
    assert [token.text for token in looked_at.tokens][:3] == ["one", " ", "two"]
    assert looked_at.message == answer and not looked_at.foreign
    assert token.chosen == looked_at.tokens[token.index]
    assert [(stage.name, stage.remaining) for stage in token.stages] == [
        ("model", 2048),
        ("top_k", 7),
    ]
    assert len(token.stages[0].candidates) == 5


def test_nothing_is_asked_while_nobody_looks(looking, answer, asked, qtbot):
    looking.look_at(answer)
    looking.set_sampler(SamplerSettings(top_k=3))
    looking.select(1)
    assert asked == []
    with qtbot.waitSignal(looking.explained):
        looking.set_looking(True)
    looking.set_looking(False)
    count = len(asked)
    looking.set_sampler(SamplerSettings(top_k=4))
    assert len(asked) == count == 2


def test_of_many_moves_of_a_slider_the_newest_is_shown(looking, answer, asked, qtbot):
    looking.look_at(answer)
    with qtbot.waitSignal(looking.explained):
        looking.set_looking(True)
    before, shown = len(asked), []
    looking.explained.connect(shown.append)
    for top_k in range(1, 200):
        looking.set_sampler(SamplerSettings(top_k=top_k))
    qtbot.waitUntil(lambda: bool(shown) and shown[-1].stages[1].remaining == 199)
    assert len(asked) - before == 2  # the first, and the newest of those that came meanwhile


def test_another_token_can_be_selected_and_the_one_to_come(looking, answer, qtbot):
    looking.look_at(answer, 0)
    with qtbot.waitSignal(looking.explained) as first:
        looking.set_looking(True)
    assert first.args[0].index == 0
    with qtbot.waitSignal(looking.explained) as last:
        looking.select(99)
    assert last.args[0].chosen is None and looking.index == last.args[0].index
    with qtbot.waitSignal(looking.explained) as back:
        looking.select(-3)
    assert back.args[0].index == 0


def test_what_hinders_is_said(looking, chat, models, loaded, qtbot):
    told = []
    looking.hindered.connect(told.append)
    looking.set_looking(True)
    assert told == [Hindrance.NO_ANSWER]
    answer = write(chat, qtbot, "say words")
    with qtbot.waitSignal(looking.explained):
        looking.look_at(answer)
    with qtbot.waitSignal(models.unloaded):
        models.unload()
    assert told[-1] is Hindrance.NO_MODEL


def test_nothing_is_asked_while_an_answer_is_written(looking, chat, answer, asked, qtbot):
    looking.look_at(answer)
    with qtbot.waitSignal(looking.explained):
        looking.set_looking(True)
    with qtbot.waitSignal(looking.hindered) as told:
        chat.send("slow 400")
    assert told.args == [Hindrance.ANSWERING]
    count = len(asked)
    looking.set_sampler(SamplerSettings(top_k=3))
    looking.select(1)
    assert len(asked) == count
    with qtbot.waitSignal(looking.explained) as again:
        chat.stop()
    assert again.args[0].index == 1 and again.args[0].stages[1].remaining == 3


def test_an_answer_of_another_model_is_marked(looking, answer, models, tmp_path, qtbot):
    other = tmp_path / "other.gguf"
    other.write_bytes(b"GGUF")
    looking.look_at(answer)
    with qtbot.waitSignal(looking.split):
        looking.set_looking(True)
    with qtbot.waitSignal(looking.split) as again:
        models.load(other)
    assert again.args[0].foreign


def test_an_answer_that_is_not_shown_is_refused_in_words(looking, chat, answer, qtbot):
    with qtbot.waitSignal(chat.answer_ended):
        chat.regenerate(answer.id)
    looking.look_at(answer)
    with qtbot.waitSignal(looking.hindered) as told:
        looking.set_looking(True)
    assert isinstance(told.args[0], QuernError)


def test_another_answer_takes_the_place_of_the_first(looking, chat, answer, qtbot):
    second = write(chat, qtbot, "say four")
    shown = []
    looking.split.connect(shown.append)
    looking.look_at(answer)
    looking.set_looking(True)
    looking.look_at(second)  # while the first is being asked for
    with qtbot.waitSignal(looking.explained):
        pass
    assert [looked_at.message.id for looked_at in shown] == [second.id]


def test_the_token_thought_least_likely_is_looked_at_first():
    def token(probability):
        return AnswerToken(1, "x", probability)

    assert least_likely((token(0.5), token(None), token(0.1), token(0.4))) == 2
    assert least_likely((token(None), token(None))) == 0
    assert least_likely(()) == 0
