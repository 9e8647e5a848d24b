from __future__ import annotations

import os
import queue
import signal
from pathlib import Path

import pytest

from desktop.core.model_session import ModelSession
from desktop.domain.errors import EngineDied, EngineFault, ModelTooBig
from desktop.domain.model import LoadConfig, LoadedModel
from desktop.engine.client import Engine
from desktop.engine.protocol import EngineState


@pytest.fixture
def states() -> queue.Queue:
    return queue.Queue()


@pytest.fixture
def session(make_engine, states):
    session = ModelSession(make_engine, states.put)
    yield session
    session.close()


def load(session: ModelSession, name: str = "m.gguf", **options):
    done: queue.Queue = queue.Queue()
    session.load(
        Path("/models") / name,
        LoadConfig(),
        allow_overcommit=options.get("allow_overcommit", False),
        on_progress=lambda fraction: None,
        on_done=done.put,
    )
    return done.get(timeout=10)


def until(states: queue.Queue, wanted: EngineState) -> None:
    while states.get(timeout=10) is not wanted:
        pass


def test_a_loaded_model_takes_memory_of_its_own_process(session) -> None:
    assert session.memory_bytes() == 0
    loaded = load(session)
    assert isinstance(loaded, LoadedModel)
    assert session.loaded is loaded
    assert session.memory_bytes() > 1_000_000


def test_too_big_is_refused_unless_insisted_on(session) -> None:
    assert isinstance(load(session, "big.gguf"), ModelTooBig)
    assert session.loaded is None
    assert isinstance(load(session, "big.gguf", allow_overcommit=True), LoadedModel)


def test_death_is_told_and_the_next_load_starts_a_new_child(session, states) -> None:
    load(session)
    os.kill(session._engine.process_id, signal.SIGKILL)
    until(states, EngineState.DIED)
    assert session.loaded is None
    assert isinstance(session.death, EngineDied)
    assert session.memory_bytes() == 0
    path, config = session.last_load
    assert (path.name, config) == ("m.gguf", LoadConfig())
    assert isinstance(load(session), LoadedModel)
    assert session.death is None


def test_unloading_keeps_the_child(session, states) -> None:
    load(session)
    process = session._engine.process_id
    session.unload()
    until(states, EngineState.READY)
    until(states, EngineState.IDLE)
    assert session.loaded is None
    load(session)
    assert session._engine.process_id == process


def test_an_engine_that_cannot_start_is_an_answer(states) -> None:
    session = ModelSession(lambda on_state: Engine(("/nowhere",)), states.put)
    assert isinstance(load(session), EngineFault)
