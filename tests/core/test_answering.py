"""Asking a model questions outside a conversation."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from desktop.core.answering import AnsweringModels
from desktop.core.job_control import JobControl
from desktop.domain.conversation import Role, StopReason
from desktop.domain.errors import Cancelled, EngineDied, ModelFileInvalid
from desktop.domain.model import LoadConfig
from desktop.domain.sampling import SamplerSettings
from desktop.engine.engine_state import EngineState
from desktop.engine.protocol import ChatTurn

MODEL = Path("model.gguf")


def turns(text: str) -> list[ChatTurn]:
    return [ChatTurn(Role.USER, text)]


@pytest.fixture
def models(make_engine) -> AnsweringModels:
    return AnsweringModels(make_engine)


def test_one_model_answers_one_question_after_the_other(models: AnsweringModels) -> None:
    control, heard, fractions = JobControl(), [], []
    with models.opened(MODEL, LoadConfig(), control, fractions.append) as model:
        first = model.answer(
            turns("think a|b c"),
            SamplerSettings(seed=7),
            control,
            on_text=lambda *a: heard.append(a),
        )
        second = model.answer(turns("say d"), SamplerSettings(), control)
        assert model.loaded.info.path == MODEL
    assert (first.text.strip(), first.reasoning.strip(), first.seed) == ("b c", "a", 7)
    assert first.stop_reason is StopReason.END_OF_TURN and first.seconds > 0
    assert ("a", True) in [(t.strip(), r) for t, r in heard] and "".join(
        text for text, inner in heard if not inner
    ).strip() == "b c"
    assert second.text.strip() == "d"
    assert fractions


def test_the_child_leaves_with_the_block(make_engine) -> None:
    engines = []

    def make():
        engines.append(make_engine())
        return engines[-1]

    control = JobControl()
    with (
        pytest.raises(ModelFileInvalid),
        AnsweringModels(make).opened(Path("bad.gguf"), LoadConfig(), control),
    ):
        pass
    with AnsweringModels(make).opened(MODEL, LoadConfig(), control):
        pass
    assert [engine.state for engine in engines] == [EngineState.CLOSED] * 2


def test_cancelling_ends_an_answer_and_what_would_follow(models: AnsweringModels) -> None:
    control, met = JobControl(), threading.Event()
    canceller = threading.Thread(target=lambda: (met.wait(30), control.cancel()))
    canceller.start()
    with models.opened(MODEL, LoadConfig(), control) as model:
        with pytest.raises(Cancelled):
            model.answer(
                turns("slow 100000"), SamplerSettings(), control, on_text=lambda *_: met.set()
            )
        with pytest.raises(Cancelled):
            model.answer(turns("say x"), SamplerSettings(), control)
    canceller.join(timeout=30)
    with pytest.raises(Cancelled), models.opened(MODEL, LoadConfig(), control):
        pass


def test_a_child_that_dies_says_so(models: AnsweringModels) -> None:
    control = JobControl()
    with models.opened(MODEL, LoadConfig(), control) as model, pytest.raises(EngineDied):
        assert model.alive
        model.answer(turns("crash now"), SamplerSettings(), control)
    assert not model.alive
