from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from desktop.domain import errors
from desktop.domain.conversation import Role
from desktop.domain.model import LoadConfig
from desktop.domain.paths import starter_model_path
from desktop.domain.quantization import ImatrixRequest
from desktop.domain.sampling import SamplerSettings
from desktop.engine.client import Engine
from desktop.engine.engine_state import EngineState
from desktop.engine.job_messages import ComputeImatrix, ImatrixComputed
from desktop.engine.protocol import (
    ChatTurn,
    Died,
    Generate,
    Generated,
    Hello,
    HelloReply,
    Load,
    Loaded,
    Reply,
    TextChunk,
    Unload,
)
from tests.helpers.fake_worker import COMMAND

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def engine():
    engine = Engine(COMMAND)
    engine.start()
    yield engine
    engine.close()


def ask(text: str):
    return lambda number: Generate(
        id=number, messages=(ChatTurn(Role.USER, text),), sampler=SamplerSettings(seed=1)
    )


def load(path: str):
    return lambda number: Load(id=number, path=Path(path), config=LoadConfig())


class Collector:
    def __init__(self) -> None:
        self.events: list = []
        self.ended = threading.Event()

    def __call__(self, event) -> None:
        self.events.append(event)
        if isinstance(event, Reply):
            self.ended.set()

    @property
    def text(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, TextChunk))

    @property
    def replies(self) -> list:
        return [event for event in self.events if isinstance(event, Reply)]


def test_answers_stream_and_end_once(engine: Engine) -> None:
    seen = Collector()
    reply = engine.call(ask("say one two three"), Generated, seen)
    assert seen.text == "one two three "
    assert reply.seed == 1
    assert not seen.replies  # the reply is returned, not passed on


def test_a_failure_becomes_its_error_class(engine: Engine) -> None:
    with pytest.raises(errors.EvaluationFailed, match="The model failed"):
        engine.call(ask("fail"), Generated)
    assert engine.call(ask("say still alive"), Generated).completion_tokens == 3
    with pytest.raises(errors.ModelTooBig):
        engine.call(load("/models/big.gguf"), Loaded)
    assert engine.call(lambda number: Hello(id=number), HelloReply).engine == "fake"


def test_states_follow_the_requests(tmp_path: Path) -> None:
    states: list[EngineState] = []
    engine = Engine(COMMAND, on_state=states.append)
    engine.start()
    engine.call(lambda number: Hello(id=number), HelloReply)
    engine.call(load("/models/some.gguf"), Loaded)
    engine.call(ask("say hello"), Generated)
    engine.close()
    assert states == [
        EngineState.STARTING, EngineState.IDLE, EngineState.LOADING, EngineState.READY,
        EngineState.GENERATING, EngineState.READY, EngineState.CLOSED,
    ]  # fmt: skip


def test_cancel_ends_the_answer_and_keeps_the_child(engine: Engine) -> None:
    seen = Collector()
    number = engine.submit(ask("slow 1000"), seen)
    while not seen.text:
        time.sleep(0.005)
    engine.cancel(number)
    assert seen.ended.wait(30)
    assert seen.replies[0].stop_reason == "cancelled"
    assert engine.state is EngineState.READY


def test_a_job_is_paused_until_it_is_resumed(engine: Engine, tmp_path: Path) -> None:
    seen = Collector()
    request = ImatrixRequest(tmp_path / "model.gguf", tmp_path / "new.gguf", ())
    # Paused before the child can have begun, so that it cannot be done before.
    engine.submit(load("/models/slow.gguf"), lambda _event: None)
    number = engine.submit(lambda n: ComputeImatrix(id=n, request=request), seen)
    engine.pause(number)
    assert not seen.ended.wait(1.0)
    assert seen.events == []
    engine.resume(number)
    assert seen.ended.wait(30)
    engine.pause(number)  # has ended: nothing happens
    assert isinstance(seen.replies[0], ImatrixComputed)


def test_a_child_deaf_to_cancel_is_killed_after_two_seconds(engine: Engine) -> None:
    seen = Collector()
    number = engine.submit(ask("deaf"), seen)
    started = time.monotonic()
    engine.cancel(number)
    assert seen.ended.wait(30)
    assert time.monotonic() - started > 1.5
    (death,) = seen.replies
    assert isinstance(death, Died)
    assert "Stop" in death.message
    assert engine.state is EngineState.DIED


def test_every_open_request_ends_when_the_child_dies(engine: Engine) -> None:
    seen = [Collector() for _ in range(5)]
    engine.submit(ask("slow 1000"), seen[0])
    for collector in seen[1:]:
        engine.submit(ask("say never"), collector)
    while not seen[0].text:
        time.sleep(0.005)
    os.kill(engine.process_id, signal.SIGKILL)
    for collector in seen:
        assert collector.ended.wait(30)
        assert [type(reply) for reply in collector.replies] == [Died]
        assert collector.replies[0].exit_code == -signal.SIGKILL
        assert "memory" in collector.replies[0].message


def test_the_obituary_quotes_the_assertion(engine: Engine) -> None:
    with pytest.raises(errors.EngineDied) as caught:
        engine.call(ask("crash half an answer"), Generated)
    assert "GGML_ASSERT(false)" in caught.value.message
    assert caught.value.exit_code == -signal.SIGABRT
    assert any("fake.cpp:1" in line for line in caught.value.log_lines)


def test_unreadable_output_ends_the_child_and_is_quoted_nowhere(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(errors.EngineDied, match="unreadable") as caught:
        engine.call(ask("garbage"), Generated)
    assert "not a protocol message" in caplog.text
    assert "secret" not in caplog.text + caught.value.message


def test_where_a_bug_of_the_child_is_stands_in_the_log(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(errors.EngineFault, match="Oh"):
        engine.call(ask("bug"), Generated)
    assert "Generate failed in the engine\nin bug, line 7" in caplog.text


def test_the_log_says_how_a_child_ended(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(errors.EngineDied):
        engine.call(ask("crash half an answer"), Generated)
    assert f"exit status {-signal.SIGABRT}" in caplog.text


DYING = """
from desktop.domain.errors import QuernError
from desktop.engine.client import Engine
from tests.engine.test_client import Generated, ask
from tests.helpers.fake_worker import COMMAND

for words in ("bug", "garbage", "crash half an answer"):
    engine = Engine(COMMAND)
    engine.start()
    try:
        engine.call(ask(words), Generated)
    except QuernError:
        print("told")
    engine.close()
"""


def test_where_no_log_is_kept_nothing_of_it_gets_to_stderr() -> None:
    """As in the command line: the person there is told in a sentence."""
    run = subprocess.run(
        (sys.executable, "-c", DYING), capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert run.stdout.split() == ["told"] * 3
    assert run.stderr == ""


def test_a_request_to_a_dead_engine_ends_at_once(engine: Engine) -> None:
    engine.close()
    with pytest.raises(errors.EngineDied, match="not running"):
        engine.call(ask("say hello"), Generated)
    seen = Collector()
    engine.submit(ask("say hello"), seen)
    engine.start()
    engine.close()
    assert len(seen.events) == 1  # and not once more with the next child


def test_a_command_that_does_not_exist_is_a_sentence() -> None:
    with pytest.raises(errors.EngineFault, match="could not be started"):
        Engine(("/nowhere/quern-worker",)).start()


def test_a_dead_engine_starts_again(engine: Engine) -> None:
    with pytest.raises(errors.EngineDied):
        engine.call(ask("crash x"), Generated)
    engine.close()
    engine.start()
    assert engine.call(ask("say back"), Generated).completion_tokens == 3


def test_what_is_asked_of_an_engine_at_the_moment_it_dies_ends_too(engine: Engine) -> None:
    late = Collector()

    class AskWhileItIsBuried(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            engine.submit(load("/models/some.gguf"), late)

    logger, handler = logging.getLogger("desktop.engine.client"), AskWhileItIsBuried()
    logger.addHandler(handler)
    try:
        with pytest.raises(errors.EngineDied):
            engine.call(ask("crash half an answer"), Generated)
    finally:
        logger.removeHandler(handler)
    assert late.ended.wait(30)
    assert isinstance(late.replies[0], Died)
    assert engine.state is EngineState.DIED


ANSWERS_LAST = """
import sys
from desktop.engine.protocol import Unloaded
from desktop.engine.wire import encode

requests = [line for line in sys.stdin.buffer if b"Unload" in line]
for number, _ in enumerate(requests, start=2):  # after Hello
    sys.stdout.buffer.write(encode(Unloaded(id=number)))
"""


def test_an_answer_that_comes_while_it_is_closed_does_not_open_an_engine() -> None:
    states: list[EngineState] = []
    engine = Engine((sys.executable, "-c", ANSWERS_LAST), on_state=states.append)
    engine.start()
    seen = Collector()
    engine.submit(lambda number: Unload(id=number), seen)
    engine.close()
    assert seen.ended.is_set()
    assert engine.state is EngineState.CLOSED
    assert states == [EngineState.STARTING, EngineState.CLOSED]


def test_a_flood_on_stderr_does_not_block() -> None:
    script = f"""
import runpy, sys
sys.stderr.write("noise\\n" * 200_000)
sys.stderr.flush()
runpy.run_path({COMMAND[1]!r}, run_name="__main__")
"""
    engine = Engine((sys.executable, "-c", script))
    engine.start()
    try:
        assert engine.call(ask("say quiet"), Generated).completion_tokens == 3
    finally:
        engine.close()


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    """A copy of the starter model, to be maltreated."""
    return Path(shutil.copy(starter_model_path(), tmp_path / "model.gguf"))


def loaded(path: Path) -> Engine:
    engine = Engine()
    engine.start()
    config = LoadConfig(context=256, threads=1)
    engine.call(lambda number: Load(id=number, path=path, config=config), Loaded)
    return engine


def answer(engine: Engine) -> str:
    seen = Collector()
    settings = SamplerSettings(temperature=0.0, max_tokens=12)
    messages = (ChatTurn(Role.USER, "Tell me a story."),)
    engine.call(
        lambda number: Generate(id=number, messages=messages, sampler=settings), Generated, seen
    )
    return seen.text


@pytest.mark.engine
@pytest.mark.skipif(sys.platform == "win32", reason="a file in use cannot be changed there")
@pytest.mark.parametrize("kept", [0, 2_000_000])
def test_a_model_file_cut_short_while_loaded_is_a_sentence(starter: Path, kept: int) -> None:
    engine = loaded(starter)
    try:
        before = answer(engine)
        os.truncate(starter, kept)
        try:
            assert answer(engine) == before  # where llama.cpp holds a copy of the weights
        except errors.EngineDied as death:
            assert "model file was changed or cut short" in death.message
            assert death.exit_code == -signal.SIGBUS
            assert death.advice
    finally:
        engine.close()


@pytest.mark.engine
@pytest.mark.skipif(sys.platform == "win32", reason="a file in use cannot be removed there")
def test_a_model_file_removed_while_loaded_is_not_missed(starter: Path) -> None:
    engine = loaded(starter)
    try:
        before = answer(engine)
        starter.unlink()
        assert answer(engine) == before
    finally:
        engine.close()


def test_closing_leaves_no_process(engine: Engine) -> None:
    process_id = engine.process_id
    engine.submit(ask("deaf"), Collector())
    engine.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process_id, 0)
