from __future__ import annotations

import os
import queue
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.model_session import ModelSession
from desktop.domain.conversation import Role
from desktop.domain.errors import EngineDied, EngineFault, ModelTooBig
from desktop.domain.model import LoadConfig, LoadedModel
from desktop.domain.sampling import SamplerSettings
from desktop.engine.client import Engine
from desktop.engine.engine_state import EngineState
from desktop.engine.error_codes import ErrorCode
from desktop.engine.protocol import (
    ChatTurn,
    Failed,
    Generate,
    Generated,
    Reply,
    TextChunk,
    Tokenize,
)


@pytest.fixture
def states() -> queue.Queue:
    return queue.Queue()


@pytest.fixture
def session(make_engine, states):
    session = ModelSession(make_engine, states.put)
    yield session
    session.close()


def begin_to_load(session: ModelSession, name: str, *, allow_overcommit: bool = False):
    """Returns: the queue in which the outcome will be."""
    done: queue.Queue = queue.Queue()
    session.load(
        Path("/models") / name,
        LoadConfig(),
        allow_overcommit=allow_overcommit,
        on_progress=lambda fraction: None,
        on_done=done.put,
    )
    return done


def load(session: ModelSession, name: str = "m.gguf", **options: bool):
    return begin_to_load(session, name, **options).get(timeout=30)


def until(states: queue.Queue, wanted: EngineState) -> None:
    while states.get(timeout=30) is not wanted:
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


def test_a_model_that_is_unloaded_while_it_is_loaded_does_not_stay(session, states) -> None:
    done = begin_to_load(session, "slow.gguf")
    session.unload()
    assert isinstance(done.get(timeout=30), LoadedModel)
    until(states, EngineState.IDLE)
    session.ask(lambda number: Tokenize(id=number, text="x"), done.put)
    assert done.get(timeout=30).tokens  # the child has gone on
    assert session.loaded is None


def test_an_engine_that_cannot_start_is_an_answer(states) -> None:
    session = ModelSession(lambda on_state: Engine(("/nowhere",)), states.put)
    assert isinstance(load(session), EngineFault)


class Asking:
    """A request to answer, and what came of it."""

    def __init__(self, session: ModelSession, text: str) -> None:
        self.events: queue.Queue = queue.Queue()
        self.id = session.ask(
            lambda number: Generate(
                id=number,
                messages=(ChatTurn(Role.USER, text),),
                sampler=SamplerSettings(),
            ),
            self.events.put,
        )

    def end(self) -> tuple[str, Reply]:
        text = ""
        while not isinstance(event := self.events.get(timeout=30), Reply):
            text += event.text if isinstance(event, TextChunk) else ""
        return text, event


@pytest.fixture
def resting(session, states) -> ModelSession:
    load(session)
    session.rest()
    until(states, EngineState.READY)
    until(states, EngineState.IDLE)
    return session


def test_a_resting_model_is_still_the_one_that_answers(resting) -> None:
    assert resting.resting
    assert resting.loaded is not None
    text, reply = Asking(resting, "say good morning").end()
    assert (text, type(reply)) == ("good morning ", Generated)
    assert not resting.resting
    assert Asking(resting, "say again").end()[0] == "again "


def test_unloading_what_rests_is_told(resting, states) -> None:
    resting.unload()
    until(states, EngineState.IDLE)
    assert (resting.loaded, resting.resting) == (None, False)


def test_what_is_not_loaded_cannot_rest(session) -> None:
    session.rest()
    assert not session.resting


def test_why_a_resting_model_cannot_be_loaded_again_is_the_answer(session, states) -> None:
    load(session, "big.gguf", allow_overcommit=True)
    session._last_load = replace(session._last_load, allow_overcommit=False)
    session.rest()
    _, reply = Asking(session, "say hi").end()
    assert isinstance(reply, Failed)
    assert reply.code is ErrorCode.MODEL_TOO_BIG
    assert (session.loaded, session.resting) == (None, False)


def test_stop_while_a_resting_model_is_loaded_lets_it_rest_on(session, states) -> None:
    load(session, "slow.gguf")
    session.rest()
    asked = Asking(session, "say hi")
    session.cancel(asked.id)
    text, reply = asked.end()
    assert (text, reply.code) == ("", ErrorCode.CANCELLED)
    until(states, EngineState.READY)  # of the first load
    until(states, EngineState.IDLE)
    text, reply = Asking(session, "say hi").end()
    assert text == "hi "


def test_a_death_while_resting_is_told(resting, states) -> None:
    os.kill(resting.process_id, signal.SIGKILL)
    until(states, EngineState.DIED)
    assert (resting.loaded, resting.resting) == (None, False)


class Told:
    """Engines that a test makes report, as late as it likes."""

    def __init__(self, make_engine) -> None:
        self._make_engine = make_engine
        self.reports: list = []

    def make(self, on_state) -> Engine:
        self.reports.append(on_state)
        return self._make_engine(on_state)


def test_a_late_report_of_an_old_child_is_nobodys(make_engine, states) -> None:
    told = Told(make_engine)
    session = ModelSession(told.make, states.put)
    load(session)
    session.close()
    load(session)
    until(states, EngineState.CLOSED)
    until(states, EngineState.READY)
    told.reports[0](EngineState.DIED)
    assert session.loaded is not None
    assert states.empty()
    told.reports[1](EngineState.DIED)
    assert session.loaded is None
    assert states.get_nowait() is EngineState.DIED
    session.close()


def test_a_load_that_was_replaced_is_not_told_of(session, states) -> None:
    """The reply to the first comes while the second goes on, which can still be cancelled."""
    first = begin_to_load(session, "slow.gguf")
    assert load(session).info.path.name == "m.gguf"
    assert session.loaded.info.path.name == "m.gguf"
    assert first.empty()


def test_a_load_that_closing_ended_is_not_told_of(session, states) -> None:
    first = begin_to_load(session, "slow.gguf")
    session.close()
    assert isinstance(load(session), LoadedModel)
    assert session.loaded is not None
    assert first.empty()
