from __future__ import annotations

import io
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from desktop.cli.answer_view import AnswerView
from desktop.cli.chat import template_arguments
from desktop.domain.model import LoadConfig, LoadedModel, MemoryEstimate
from desktop.engine.protocol import Event, TextChunk
from tests.helpers.fake_worker import model_info


@pytest.fixture
def pipe_in(monkeypatch):
    def pipe(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))

    return pipe


def test_a_question_gets_its_answer_on_stdout_and_its_speed_on_stderr(quern):
    outcome = quern("chat", "--prompt", "say Good morning", "--seed", "9")
    assert outcome.status == 0
    assert outcome.out == "Good morning \n"
    assert outcome.err == "(3 tokens, 10 tokens/s, first token after 5 ms, seed 9)\n"


def test_json_is_one_object_with_every_figure(quern, tmp_path):
    model = tmp_path / "tiny.gguf"
    model.touch()
    outcome = quern("chat", str(model), "-p", "think Let me see|Four", "--json")
    assert (outcome.status, outcome.err) == (0, "")
    assert json.loads(outcome.out) == {
        "text": "Four ",
        "reasoning": "Let me see",
        "stop_reason": "end_of_turn",
        "seed": 1234,
        "prompt_tokens": 10,
        "cached_tokens": 4,
        "completion_tokens": 3,
        "ttft_ms": 5.0,
        "tokens_per_second": 10.0,
        "model": str(model),
        "dropped_messages": 0,
        "shifted_tokens": 0,
    }


def test_reasoning_stays_out_of_a_pipe(quern):
    assert quern("chat", "-p", "think Let me see|Four").out == "Four \n"


def test_what_is_piped_in_is_the_question(quern, pipe_in):
    pipe_in("say één\n".encode())
    assert quern("chat").out == "één\n \n"
    pipe_in(b"say bad \xff byte")
    assert quern("chat", "--json").status == 0


@pytest.mark.parametrize("data", [b"", b" \n"])
def test_an_empty_question_is_refused_before_anything_is_loaded(quern, pipe_in, data):
    pipe_in(data)
    outcome = quern("chat", "starter")
    assert (outcome.status, outcome.out) == (1, "")
    assert "nothing to ask" in outcome.err


def test_a_trimmed_conversation_is_told_about(quern):
    outcome = quern("chat", "-p", "trim 3")
    assert outcome.out == "ok \n"
    assert "no longer sees its 3 oldest messages" in outcome.err


def test_a_failed_answer_is_a_sentence(quern):
    outcome = quern("chat", "-p", "fail")
    assert outcome.status == 1
    assert outcome.err == "quern: The model failed. Try another.\n"


def test_an_engine_that_dies_leaves_its_words_and_a_sentence(quern):
    outcome = quern("chat", "-p", "crash Once upon")
    assert outcome.status == 1
    assert outcome.out.startswith("Once upon")
    assert outcome.err.startswith("quern: ")
    assert "Traceback" not in outcome.err


def test_ctrl_c_prints_what_there_is(quern, monkeypatch):
    def show_and_interrupt(view: AnswerView, event: Event) -> None:
        show(view, event)
        if isinstance(event, TextChunk):
            monkeypatch.setattr(AnswerView, "show", show)
            os.kill(os.getpid(), signal.SIGINT)

    show = AnswerView.show
    monkeypatch.setattr(AnswerView, "show", show_and_interrupt)
    outcome = quern("chat", "-p", "slow 3000")
    assert outcome.status == 130
    assert set(outcome.out.split()) == {"word"}
    assert "stopped" in outcome.err


def test_a_model_that_is_too_big_is_refused_unless_asked_twice(quern, tmp_path):
    model = tmp_path / "big.gguf"
    model.touch()
    refused = quern("chat", str(model), "-p", "say hi")
    assert (refused.status, refused.err) == (1, "quern: Too big by 3 GB. Try another.\n")
    assert quern("chat", str(model), "-p", "say hi", "--overcommit").out == "hi \n"


@pytest.mark.parametrize(
    ("think", "switches", "arguments", "told"),
    [
        (None, ("enable_thinking",), {}, False),
        (True, ("enable_thinking",), {"enable_thinking": True}, False),
        (False, ("enable_thinking",), {"enable_thinking": False}, False),
        (False, (), {}, True),
    ],
)
def test_a_switch_the_template_lacks_is_told_about(capsys, think, switches, arguments, told):
    info = model_info(Path("tiny.gguf"))
    model = LoadedModel(info, LoadConfig(), MemoryEstimate(0, 0, 0, 0, 0, 0), switches)
    assert template_arguments(think, model) == arguments
    assert ("--no-think has no effect" in capsys.readouterr().err) is told


def test_wrong_settings_are_refused_before_the_model_is_loaded(quern):
    outcome = quern("chat", "-p", "hi", "--temperature", "99")
    assert outcome.status == 1
    assert outcome.err == "quern: Temperature is 99, but must lie between 0 and 5.\n"


@pytest.mark.engine
def test_the_starter_answers_the_same_twice_with_the_same_seed(quern):
    words = ("chat", "-p", "What is the capital of France?", "--json", "--seed", "11")
    first, second = (json.loads(quern(*words).out) for _ in range(2))
    assert first["text"] == second["text"]
    assert first["seed"] == 11
    greedy = json.loads(quern(*words, "--temperature", "0").out)
    assert "Paris" in greedy["text"]
    assert greedy["completion_tokens"] > 0
    assert greedy["stop_reason"] == "end_of_turn"
