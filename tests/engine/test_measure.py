"""The calibration: which speeds it reports, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.engine.protocol import Failed, Measure, MeasureProgress
from tests.engine.conftest import Child, user

pytestmark = pytest.mark.engine


@pytest.fixture
def child(shared_child: Child, models: Callable[..., Path]) -> Child:
    shared_child.load(models(end_bias=-100.0), context=512)
    return shared_child


def test_there_is_a_speed_for_each_thread_count_in_the_order_asked(child: Child) -> None:
    answer = child.ask(Measure, threads=(2, 1), prompt_tokens=32, tokens=8, repetitions=2)
    assert [speed.threads for speed in answer.reply.speeds] == [2, 1]
    assert all(s.tokens_per_second > 0 < s.prompt_tokens_per_second for s in answer.reply.speeds)


def test_progress_counts_every_step_to_the_end(child: Child) -> None:
    answer = child.ask(Measure, threads=(1, 2), prompt_tokens=8, tokens=2, repetitions=2)
    steps = answer.of(MeasureProgress)
    # One round of warming up, then two that count.
    assert [(step.done, step.total) for step in steps] == [(n, 6) for n in range(1, 7)]


def test_measuring_changes_no_answer(child: Child) -> None:
    before = child.generate(user("Hello"), temperature=0.0, max_tokens=12)
    child.ask(Measure, threads=(2,), prompt_tokens=100, tokens=4)
    after = child.generate(user("Hello"), temperature=0.0, max_tokens=12)
    assert after.text == before.text
    assert after.reply.cached_tokens == 0  # what was measured is not mistaken for a conversation


def test_measuring_can_be_cancelled(child: Child) -> None:
    number = child.send(Measure, threads=(1,), prompt_tokens=256, tokens=200, repetitions=1000)
    assert isinstance(child.next_event(), MeasureProgress)
    child.cancel(number)
    reply = child.finish(number).reply
    assert isinstance(reply, Failed) and reply.code == "cancelled"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"threads": ()}, "Thread counts"),
        ({"threads": (1, 0)}, "Thread counts"),
        ({"threads": (100_000,)}, "Thread counts"),
        ({"threads": (1,), "prompt_tokens": 0}, "something to measure"),
        ({"threads": (1,), "repetitions": 0}, "something to measure"),
        ({"threads": (1,), "prompt_tokens": 500}, "532 tokens, but the context holds 512"),
    ],
)
def test_what_cannot_be_measured_is_said(child: Child, values: dict[str, int], words: str) -> None:
    reply = child.ask(Measure, **values).reply
    assert isinstance(reply, Failed) and reply.code == "invalid_input"
    assert words in reply.message
