"""Hiding facts in texts, with a tokenizer that counts words."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.answering import AnsweringModels
from desktop.core.job_control import JobControl
from desktop.core.judging import judge
from desktop.core.model_inspector import ModelInspector
from desktop.core.needle import RESERVE, NeedleQuestions, hidden
from desktop.core.task_questions import Question
from desktop.domain.model import LoadConfig
from desktop.domain.needle import NeedleRequest

MODEL = Path("a.gguf")
TEXT = "One two. Three four! Five six? Seven eight."


@pytest.fixture
def inspector(make_engine):
    inspector = ModelInspector(make_engine)
    yield inspector
    inspector.close()


@pytest.mark.parametrize(
    ("depth", "text"),
    [
        (0.0, f"X. {TEXT}"),
        (0.5, "One two. Three four! X. Five six? Seven eight."),
        (1.0, f"{TEXT} X."),
    ],
)
def test_a_fact_stands_between_sentences(depth: float, text: str) -> None:
    assert hidden("X.", TEXT, depth) == text


@given(st.text(max_size=200), st.floats(0, 1))
def test_a_fact_is_always_there_and_takes_no_words_away(text: str, depth: float) -> None:
    found = hidden("The fact.", text, depth)
    assert "The fact." in found
    assert "".join(found.replace("The fact.", "", 1).split()) == "".join(text.split())


def test_lengths_that_cannot_be_tried_are_left_out_with_the_reason(
    inspector: ModelInspector,
) -> None:
    request = NeedleRequest((MODEL,), (256, 2048 - RESERVE, 2048), depths=2, repeats=1, threads=2)
    plan = NeedleQuestions(request, inspector).plan(MODEL)
    assert plan.config == LoadConfig(context=2048, threads=2)
    assert set(plan.skipped) == {4, 5}
    assert "2,048 and its question take 2,304" in plan.skipped[4]


def test_lengths_that_memory_does_not_hold_are_left_out(
    inspector: ModelInspector, monkeypatch
) -> None:
    real = inspector.estimate

    def estimate(path, config):
        return replace(real(path, config), available=10**9)

    monkeypatch.setattr(inspector, "estimate", estimate)
    plan = NeedleQuestions(NeedleRequest((MODEL,), (512,), 1, 1), inspector).plan(MODEL)
    assert "1.0 GB are free" in plan.skipped[0]


def asked(make_engine, inspector: ModelInspector, request: NeedleRequest) -> list[Question]:
    questions, control = NeedleQuestions(request, inspector), JobControl()
    with AnsweringModels(make_engine).opened(MODEL, LoadConfig(), control) as model:
        return [questions.question(model, task, control) for task in range(len(request.cells))]


def test_texts_are_as_long_as_said_and_hold_their_fact(
    make_engine, inspector: ModelInspector
) -> None:
    request = NeedleRequest((MODEL,), (200, 900), depths=3, repeats=2)
    questions = asked(make_engine, inspector, request)
    for cell, question in zip(request.cells, questions, strict=True):
        (turn,) = question.turns
        text = turn.content.removeprefix("Read this text.\n\n").rpartition("\n\nWhat is")[0]
        assert len(text.split()) == cell.length
        code = question.expectation.text
        fact = re.search(r"The access code of the (.+?) is (\d{5})\.", text)
        assert fact and fact[2] == code
        assert f"What is the access code of the {fact[1]}," in turn.content
        assert abs(fact.start() / len(text) - cell.depth) < 0.15
        assert judge(f"It is {code}.", question.expectation).passed
        assert not judge(f"It is 1{code}.", question.expectation).passed
    assert len({question.expectation.text for question in questions}) == len(questions)


def test_the_same_is_asked_again(make_engine, inspector: ModelInspector) -> None:
    request = NeedleRequest((MODEL,), (300,), depths=1, repeats=2)
    first, second = (asked(make_engine, inspector, request) for _ in "ab")
    assert first == second
    begins = [question.turns[0].content[:60] for question in first]
    assert begins[0] != begins[1]  # each repetition reads another part of the texts


def test_a_text_longer_than_ours_repeats_it(make_engine, inspector: ModelInspector) -> None:
    request = NeedleRequest((MODEL,), (60_000,), depths=1, repeats=1)
    (question,) = asked(make_engine, inspector, request)
    assert len(question.turns[0].content.split()) > 60_000
