from __future__ import annotations

import io

import pytest

from desktop.cli.answer_view import AnswerView, answer
from desktop.domain.conversation import Role, StopReason
from desktop.domain.errors import EngineDied, EvaluationFailed
from desktop.domain.sampling import SamplerSettings
from desktop.engine.protocol import (
    ChatTurn,
    ContextShifted,
    ContextTrimmed,
    Generate,
    Generated,
    TextChunk,
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def chunk(text: str, *, reasoning: bool = False) -> TextChunk:
    return TextChunk(
        id=1,
        text=text,
        reasoning=reasoning,
        completion_tokens=1,
        tokens_per_second=1.0,
        ttft_ms=1.0,
        context_used=1,
    )


REPLY = Generated(
    id=1,
    stop_reason=StopReason.MAX_TOKENS,
    seed=5,
    prompt_tokens=1,
    cached_tokens=0,
    completion_tokens=8,
    ttft_ms=12.4,
    tokens_per_second=33.3,
    context_used=9,
)


def shown(out: io.StringIO, *events) -> tuple[str, str]:
    notes = io.StringIO()
    view = AnswerView(out, notes)
    for event in events:
        view.show(event)
    return out.getvalue(), notes.getvalue()


def test_a_terminal_shows_reasoning_dimmed_and_apart():
    text, _ = shown(Terminal(), chunk("Hm", reasoning=True), chunk("Yes"), REPLY)
    assert text == "\033[2mHm\033[0m\n\nYes\n"


def test_a_terminal_is_not_commanded_by_the_model():
    text, _ = shown(Terminal(), chunk("\x1b]52;c;aGk=\x07 tab\tkept"), REPLY)
    assert text == "�]52;c;aGk=� tab\tkept\n"


def test_a_pipe_gets_the_answer_as_it_is_without_reasoning():
    text, _ = shown(io.StringIO(), chunk("Hm", reasoning=True), chunk("a\x1bb"), REPLY)
    assert text == "a\x1bb\n"


def test_an_answer_that_ends_its_line_gets_no_second_one():
    assert shown(io.StringIO(), chunk("a\n"), REPLY)[0] == "a\n"
    assert shown(io.StringIO(), REPLY)[0] == ""


def test_what_the_model_no_longer_sees_is_told():
    _, notes = shown(
        io.StringIO(),
        ContextTrimmed(id=1, dropped_messages=4),
        chunk("word"),
        ContextShifted(id=1, dropped_tokens=128),
    )
    assert "its 4 oldest messages" in notes
    assert "128 old tokens" in notes


def request(text: str):
    return lambda number: Generate(
        id=number, messages=(ChatTurn(Role.USER, text),), sampler=SamplerSettings(seed=3)
    )


def test_an_answer_holds_text_reasoning_and_figures(engine):
    events = []
    result = answer(engine, request("think Let me see|Four"), events.append)
    assert (result.text, result.reasoning, result.interrupted) == ("Four ", "Let me see", False)
    assert result.facts is events[-1]
    assert result.facts.seed == 3


def test_the_summary_says_why_an_answer_ended_early(engine):
    result = answer(engine, request("say hi"), lambda _event: None)
    assert "cut off" not in result.summary()
    early = type(result)("", "", REPLY, interrupted=False)
    assert early.summary() == (
        "8 tokens, 33 tokens/s, first token after 12 ms, seed 5, "
        "cut off at the longest answer allowed"
    )


def test_failures_are_raised(engine):
    with pytest.raises(EvaluationFailed):
        answer(engine, request("fail"), lambda _event: None)
    with pytest.raises(EngineDied):
        answer(engine, request("crash now"), lambda _event: None)
