from __future__ import annotations

from pathlib import Path

import pytest

from desktop.domain.model import LoadConfig, LoadedModel, MemoryEstimate
from desktop.domain.sampling import SamplerSettings
from desktop.engine.engine_state import EngineState, after_reply, after_request
from desktop.engine.error_codes import ErrorCode
from desktop.engine.protocol import (
    Failed,
    Generate,
    Hello,
    Load,
    Loaded,
    Reply,
    Tokenize,
    Tokenized,
    Unload,
    Unloaded,
)
from tests.helpers.scripted_models import info

HELLO = Hello(id=1)
LOAD = Load(id=1, path=Path("/a.gguf"), config=LoadConfig())
GENERATE = Generate(id=1, messages=(), sampler=SamplerSettings())
MODEL = LoadedModel(info(Path("/a.gguf")), LoadConfig(), MemoryEstimate(0, 0, 0, 0, 0, 0))
FAILED = Failed(id=1, code=ErrorCode.BUG, message="No.")


def test_loading_and_answering_are_seen_before_they_are_done() -> None:
    assert after_request(LOAD) is EngineState.LOADING
    assert after_request(GENERATE) is EngineState.GENERATING
    assert after_request(HELLO) is None


@pytest.mark.parametrize(
    ("request_", "reply", "expected"),
    [
        (LOAD, Loaded(id=1, model=MODEL), EngineState.READY),
        (LOAD, FAILED, EngineState.IDLE),  # the model that was there is gone
        (GENERATE, FAILED, EngineState.READY),
        (Unload(id=1), Unloaded(id=1), EngineState.IDLE),
        (Tokenize(id=1, text=""), Tokenized(id=1, tokens=()), None),
    ],
)
def test_the_end_of_a_request(request_, reply: Reply, expected) -> None:
    assert after_reply(EngineState.READY, request_, reply) is expected


def test_only_the_first_greeting_makes_an_engine_idle() -> None:
    assert after_reply(EngineState.STARTING, HELLO, FAILED) is EngineState.IDLE
    assert after_reply(EngineState.READY, HELLO, FAILED) is None
