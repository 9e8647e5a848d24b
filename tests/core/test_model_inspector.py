from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.core import model_inspector
from desktop.core.model_inspector import ModelInspector
from desktop.domain.errors import ModelFileInvalid
from desktop.domain.model import LoadConfig


@pytest.fixture
def inspector(make_engine):
    inspector = ModelInspector(make_engine)
    yield inspector
    inspector.close()


def test_one_child_answers_many_questions(inspector: ModelInspector) -> None:
    assert inspector.inspect(Path("/m.gguf")).level == "F16"
    first = inspector._engine.process_id
    assert inspector.estimate(Path("/m.gguf"), LoadConfig(context=512)).context == 512
    assert inspector.machine().physical_cores == 2
    assert inspector._engine.process_id == first


def test_a_bad_file_is_a_sentence(inspector: ModelInspector) -> None:
    with pytest.raises(ModelFileInvalid, match="not a GGUF"):
        inspector.inspect(Path("/bad.gguf"))


def test_after_a_crash_the_next_question_is_answered(inspector: ModelInspector) -> None:
    inspector.inspect(Path("/m.gguf"))
    os.kill(inspector._engine.process_id, signal.SIGKILL)
    for _ in range(2):  # the death may be noticed by the first question
        try:
            assert inspector.inspect(Path("/m.gguf")).level == "F16"
            break
        except ModelFileInvalid:
            continue
    assert inspector.inspect(Path("/m.gguf")).level == "F16"


def test_the_child_leaves_after_a_rest(make_engine, monkeypatch) -> None:
    monkeypatch.setattr(model_inspector, "IDLE_SECONDS", 0.05)
    inspector = ModelInspector(make_engine)
    inspector.inspect(Path("/m.gguf"))
    engine = inspector._engine
    engine._process.wait(10)
    assert inspector.inspect(Path("/m.gguf")).level == "F16"
    inspector.close()


class Timer:
    """One that a test lets ring."""

    def __init__(self, _seconds: float, ring: Callable[[], None]) -> None:
        self.ring = ring
        self.waits = self.daemon = False

    def start(self) -> None:
        self.waits = True

    def cancel(self) -> None:
        self.waits = False


@pytest.mark.parametrize(
    "ask",
    [
        lambda inspector: inspector.inspect(Path("/m.gguf")),
        lambda inspector: inspector.estimate(Path("/m.gguf"), LoadConfig(context=512)),
        lambda inspector: inspector.machine(),
    ],
    ids=["inspect", "estimate", "machine"],
)
def test_the_rest_begins_with_the_last_question(make_engine, monkeypatch, ask) -> None:
    timers: list[Timer] = []

    def timer(seconds: float, ring: Callable[[], None]) -> Timer:
        timers.append(Timer(seconds, ring))
        return timers[-1]

    monkeypatch.setattr(threading, "Timer", timer)
    inspector = ModelInspector(make_engine)
    inspector.inspect(Path("/m.gguf"))
    ask(inspector)
    assert [timer.waits for timer in timers] == [False, True]
    assert timers[-1].daemon  # it does not keep a command line from ending
    timers[-1].ring()
    assert inspector._engine is None
    ask(inspector)
    inspector.close()
    assert not any(timer.waits for timer in timers)
