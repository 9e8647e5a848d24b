"""Looking at answers token by token, through a real child."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.sampling import SamplerSettings
from desktop.engine.protocol import ChatTurn, Failed, Generate, Generated, TextChunk
from desktop.engine.token_messages import AnswerSplit, ExplainToken, SplitAnswer, TokenExplained
from tests.engine.conftest import Child, assistant, system, turns, user
from tests.helpers.tiny_models import TinyModel

pytestmark = pytest.mark.engine

Models = Callable[..., Path]
ENDLESS = TinyModel(end_bias=-100.0)
OTHER = (user("Something else"), assistant("Written by somebody."))


@pytest.fixture
def child(shared_child: Child, models: Models) -> Child:
    shared_child.load(models(ENDLESS), context=1024)
    return shared_child


def split(child: Child, *messages: ChatTurn) -> Any:
    reply = child.ask(SplitAnswer, messages=messages).reply
    assert isinstance(reply, AnswerSplit), reply
    return reply.tokens


def explain(child: Child, *messages: ChatTurn, index: int, count: int = 5, **sampler: Any) -> Any:
    reply = child.ask(
        ExplainToken,
        messages=messages,
        index=index,
        count=count,
        sampler=SamplerSettings(**sampler),
    ).reply
    assert isinstance(reply, TokenExplained), reply
    return reply.token


def test_the_tokens_of_an_answer_are_those_chosen_with_their_probabilities(child: Child) -> None:
    answer = child.generate(user("Hello"), seed=1, temperature=1.0, max_tokens=30)
    tokens = split(child, user("Hello"), assistant(answer.text))
    assert len(tokens) == 30
    assert all(token.probability is not None for token in tokens)
    for index in (0, 29):
        told = explain(child, user("Hello"), assistant(answer.text), index=index)
        assert told.index == index and told.chosen == tokens[index]
        model = told.stages[0]
        assert model.name == "model" and model.cut is None
        assert {c.id: c.probability for c in model.candidates}[told.chosen.id] == pytest.approx(
            told.chosen.probability
        )


def test_what_was_chosen_greedily_is_the_likeliest(child: Child) -> None:
    answer = child.generate(user("Hello"), temperature=0.0, max_tokens=20)
    messages = (user("Hello"), assistant(answer.text))
    for index in range(20):
        told = explain(child, *messages, index=index, temperature=0.0)
        assert told.stages[0].candidates[0].id == told.chosen.id
        assert [c.id for c in told.stages[-1].candidates] == [told.chosen.id]


def test_the_token_to_come_is_the_end_when_the_model_ended(
    shared_child: Child, models: Models
) -> None:
    shared_child.load(models(end_bias=3.0))
    answer = shared_child.generate(user("Hello"), temperature=1.0, seed=1)
    messages = (user("Hello"), assistant(answer.text))
    count = answer.reply.completion_tokens
    told = explain(shared_child, *messages, index=count, count=300)
    assert told.chosen is None
    assert "<|im_end|>" in [candidate.text for candidate in told.stages[0].candidates]


def test_a_token_that_is_not_there_is_refused(child: Child) -> None:
    for messages, index in ((OTHER, 99), (OTHER, -1), ((user("Hi"),), 0), ((), 0)):
        reply = child.ask(
            ExplainToken, messages=messages, index=index, sampler=SamplerSettings()
        ).reply
        assert isinstance(reply, Failed) and reply.code == "invalid_input"


def test_an_answer_of_somebody_else_is_evaluated_and_then_kept(child: Child) -> None:
    tokens = split(child, *OTHER)
    assert "".join(token.text for token in tokens) == "Written by somebody."
    assert all(token.probability is None for token in tokens)
    told = explain(child, *OTHER, index=3)
    assert told.chosen.probability is not None
    known = [token.probability for token in split(child, *OTHER)]
    assert known[3] == told.chosen.probability
    assert known.count(None) == len(tokens) - 1
    assert explain(child, *OTHER, index=3) == told


def test_what_is_known_of_one_answer_is_not_told_of_another(child: Child) -> None:
    answer = child.generate(user("Hello"), temperature=0.0, max_tokens=20)
    for word in ("Xx", "Yy"):
        other = (user("Hello"), assistant(f"{word}{answer.text}"))
        tokens = split(child, *other)
        assert {token.probability for token in tokens[1:]} == {None}
        assert explain(child, *other, index=3).chosen.probability is not None


def test_evaluating_again_gives_what_was_there(child: Child) -> None:
    """Alone and in batches the last bits differ, no more."""
    letters = {"grammar": "root ::= [A-Z]*", "temperature": 1.0, "max_tokens": 12}
    answer = child.generate(user("Hello"), **letters)
    messages = (user("Hello"), assistant(answer.text))
    before = [explain(child, *messages, index=n).stages[0] for n in range(12)]
    child.generate(user("Other"), max_tokens=3)
    for index in (11, 5, 6):
        after = explain(child, *messages, index=index).stages[0]
        assert [c.probability for c in after.candidates] == pytest.approx(
            [c.probability for c in before[index].candidates], rel=1e-3
        )


@pytest.mark.parametrize("model", [ENDLESS, ENDLESS.but(window=64)])
def test_looking_changes_nothing_of_what_follows(
    shared_child: Child, models: Models, model: TinyModel
) -> None:
    shared_child.load(models(model), context=1024)
    settings: dict[str, Any] = {"temperature": 1.5, "seed": 9, "max_tokens": 60}

    def conversation(looks: bool) -> tuple[list[str], list[int]]:
        messages, texts, cached = [*turns(3), user("And?")], [], []
        for word in ("First", "Second", "Third"):
            answer = shared_child.generate(*messages, user(word), **settings)
            messages += [user(word), assistant(answer.text)]
            texts.append(answer.text)
            cached.append(answer.reply.cached_tokens)
            if looks:
                for index in (4, 3, 0):
                    explain(shared_child, *OTHER, index=index)
                explain(shared_child, *messages[:2], index=1)
        return texts, cached

    shared_child.load(models(model), context=1024)
    without = conversation(looks=False)
    shared_child.load(models(model), context=1024)
    assert conversation(looks=True) == without


def test_a_continued_answer_is_one_answer(child: Child) -> None:
    half = child.generate(user("Hello"), temperature=0.0, max_tokens=10)
    rest = child.generate(
        user("Hello"), assistant(half.text), continue_answer=True, temperature=0.0, max_tokens=10
    )
    tokens = split(child, user("Hello"), assistant(half.text + rest.text))
    assert len(tokens) == 20
    assert all(token.probability is not None for token in tokens)


def test_earlier_answers_keep_their_tokens_and_logits(child: Child) -> None:
    first = child.generate(user("One"), temperature=1.0, seed=1, max_tokens=20)
    messages = [user("One"), assistant(first.text)]
    told = split(child, *messages)
    second = child.generate(*messages, user("Two"), temperature=1.0, seed=1, max_tokens=20)
    assert second.reply.completion_tokens == 20
    assert split(child, *messages) == told


def test_a_shifted_answer_is_known_but_not_evaluated_again(child: Child) -> None:
    answer = child.generate(system("Be kind."), user("Hi"), temperature=0.0, max_tokens=1500)
    messages = (system("Be kind."), user("Hi"), assistant(answer.text))
    told = explain(child, *messages, index=1400, temperature=0.0)
    assert told.chosen.id == told.stages[0].candidates[0].id
    child.generate(user("Other"), max_tokens=3)
    reply = child.ask(ExplainToken, messages=messages, index=1400, sampler=SamplerSettings()).reply
    assert isinstance(reply, Failed) and reply.code in ("context_too_small", "invalid_input")


def test_a_trimmed_conversation_is_looked_at_as_it_was_trimmed(child: Child) -> None:
    messages = [system("You are kind."), *turns(20)]
    answer = child.generate(*messages, temperature=0.0, max_tokens=20)
    assert answer.reply.dropped_messages
    written = assistant(answer.text)
    told = explain(child, *messages, written, index=7)
    child.generate(user("Other"), max_tokens=3)
    again = explain(child, *messages, written, index=7)
    assert again.chosen.id == told.chosen.id
    assert again.chosen.probability == pytest.approx(told.chosen.probability, rel=1e-3)


def test_reasoning_belongs_to_the_answer(child: Child) -> None:
    grammar = 'root ::= "<think>\\nHm.\\n</think>\\n\\nYes."'
    answer = child.generate(user("Hello"), grammar=grammar)
    tokens = split(child, user("Hello"), assistant(answer.text, answer.reasoning))
    assert "".join(token.text for token in tokens) == "<think>\nHm.\n</think>\n\nYes."
    assert len(tokens) == answer.reply.completion_tokens


def test_bytes_that_are_no_character_are_written_out(child: Child) -> None:
    answer = child.generate(user("Hello"), grammar='root ::= "\U0001f642"', temperature=0.0)
    tokens = split(child, user("Hello"), assistant(answer.text))
    assert [token.text for token in tokens] == ["\\xf0", "\\x9f", "\\x99", "\\x82"]


def test_looking_can_be_cancelled_and_answers_go_on(child: Child, models: Models) -> None:
    child.load(models(ENDLESS.but(width=256, layers=12, context=8192)), context=4096)
    before = child.generate(user("Hello"), temperature=0.0, max_tokens=20).text
    long = (user("word " * 700), assistant("No."))
    number = child.send(ExplainToken, messages=long, index=1, sampler=SamplerSettings())
    child.cancel(number)
    reply = child.finish(number).reply
    assert isinstance(reply, Failed) and reply.code == "cancelled"
    again = child.generate(user("Hello"), temperature=0.0, max_tokens=20)
    assert again.text == before
    assert isinstance(explain(child, *long, index=1).chosen.probability, float)


def test_numbers_that_are_none_are_refused_in_words(shared_child: Child, models: Models) -> None:
    shared_child.load(models(nan=True))
    reply = shared_child.ask(ExplainToken, messages=OTHER, index=1, sampler=SamplerSettings()).reply
    assert isinstance(reply, Failed) and "no usable numbers" in reply.message


def test_without_a_model_there_is_a_sentence(start_child: Callable[[], Child]) -> None:
    reply = start_child().ask(SplitAnswer, messages=OTHER).reply
    assert reply.message == "No model is loaded."


def test_an_answer_cancelled_or_stopped_is_looked_at_as_far_as_it_came(child: Child) -> None:
    number = child.send(
        Generate, messages=(user("Hi"),), sampler=SamplerSettings(seed=1, max_tokens=100_000)
    )
    text = ""
    while len(text) < 100:
        event = child.next_event()
        assert isinstance(event, TextChunk) or not text
        text += event.text if isinstance(event, TextChunk) else ""
    child.cancel(number)
    rest = child.finish(number)
    assert isinstance(rest.reply, Generated)
    tokens = split(child, user("Hi"), assistant(text + rest.text))
    assert len(tokens) == rest.reply.completion_tokens
