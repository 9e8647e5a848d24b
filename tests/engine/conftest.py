"""A real engine child driven with raw protocol lines, and tiny models for it."""

from __future__ import annotations

import contextlib
import itertools
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from desktop.domain.conversation import Role
from desktop.domain.model import LoadConfig
from desktop.domain.sampling import SamplerSettings
from desktop.engine.protocol import (
    Cancel,
    ChatTurn,
    Event,
    Generate,
    Load,
    Pause,
    Reply,
    Request,
    Resume,
    TextChunk,
)
from desktop.engine.wire import decode, encode
from tests.helpers.tiny_models import TinyModel

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 60.0


@pytest.fixture(scope="session", autouse=True)
def _llama_cpp_leaves_no_file_open() -> Iterator[None]:
    """It opens the null device when imported and never closes it: a warning after the last line."""
    yield
    opened = sys.modules.get("llama_cpp._utils")
    if opened is not None:
        opened.outnull_file.close()
        opened.errnull_file.close()


def user(text: str) -> ChatTurn:
    return ChatTurn(role=Role.USER, content=text)


def assistant(text: str, reasoning: str = "") -> ChatTurn:
    return ChatTurn(role=Role.ASSISTANT, content=text, reasoning=reasoning)


def system(text: str) -> ChatTurn:
    return ChatTurn(role=Role.SYSTEM, content=text)


@dataclass
class Answer:
    """All events of one request."""

    events: list[Event]

    @property
    def reply(self) -> Any:
        return self.events[-1]

    @property
    def text(self) -> str:
        return "".join(e.text for e in self.events if isinstance(e, TextChunk) and not e.reasoning)

    @property
    def reasoning(self) -> str:
        return "".join(e.text for e in self.events if isinstance(e, TextChunk) and e.reasoning)

    def of(self, kind: type[Event]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


class Child:
    """An engine child process and the events it sends."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "from desktop.engine.worker import main; raise SystemExit(main())",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        self._numbers = itertools.count(1)
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._events.put(decode(line))
        self._events.put(None)

    def write(self, line: bytes) -> None:
        assert self.process.stdin
        self.process.stdin.write(line)
        self.process.stdin.flush()

    def send(self, kind: type[Request], **values: Any) -> int:
        number = next(self._numbers)
        self.write(encode(kind(id=number, **values)))
        return number

    def cancel(self, number: int) -> None:
        self.write(encode(Cancel(target=number)))

    def pause(self, number: int) -> None:
        self.write(encode(Pause(target=number)))

    def resume(self, number: int) -> None:
        self.write(encode(Resume(target=number)))

    def waiting_events(self) -> list[Event | None]:
        """What has come and was not asked for yet."""
        events: list[Event | None] = []
        with contextlib.suppress(queue.Empty):
            while True:
                events.append(self._events.get_nowait())
        return events

    def next_event(self, timeout: float = TIMEOUT) -> Event | None:
        """The next event, None when the child is gone."""
        return self._events.get(timeout=timeout)

    def processor_seconds(self) -> float:
        """How long the child has worked, of all its threads: however busy the machine is."""
        times = psutil.Process(self.process.pid).cpu_times()
        return times.user + times.system

    def finish(self, number: int) -> Answer:
        """Events of request `number`, up to its terminal event."""
        events: list[Event] = []
        while not events or not isinstance(events[-1], Reply):
            event = self.next_event()
            assert event is not None, f"the child died: {self.process.wait()}"
            assert event.id == number
            events.append(event)
        return Answer(events)

    def ask(self, kind: type[Request], **values: Any) -> Answer:
        return self.finish(self.send(kind, **values))

    def load(self, path: Path, **config: Any) -> Answer:
        return self.ask(Load, path=path, config=LoadConfig(**{"threads": 1, **config}))

    def generate(
        self,
        *messages: ChatTurn,
        continue_answer: bool = False,
        arguments: dict[str, bool] | None = None,
        **sampler: Any,
    ) -> Answer:
        return self.ask(
            Generate,
            messages=messages,
            sampler=SamplerSettings(**sampler),
            continue_answer=continue_answer,
            template_arguments=arguments or {},
        )

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.stdout.close()


@pytest.fixture
def start_child() -> Iterator[Callable[[], Child]]:
    """Starts children; all are killed when the test ends."""
    children: list[Child] = []

    def start() -> Child:
        children.append(Child())
        return children[-1]

    yield start
    for child in children:
        child.close()


@pytest.fixture(scope="module")
def shared_child() -> Iterator[Child]:
    """One child for a module whose tests do not end it."""
    child = Child()
    yield child
    child.close()


@pytest.fixture(scope="session")
def log() -> Any:
    """llama.cpp in this very process, for tests that need no child."""
    from desktop.engine.backends import load_backends
    from desktop.engine.native import LlamaLog

    log = LlamaLog()
    load_backends(log)
    return log


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Writes tiny models, each once a session."""
    folder = tmp_path_factory.mktemp("models")
    written: dict[TinyModel, Path] = {}

    def write(model: TinyModel | None = None, **changes: Any) -> Path:
        model = (model or TinyModel()).but(**changes)
        if model not in written:
            written[model] = model.write(folder / f"tiny-{len(written)}.gguf")
        return written[model]

    return write


def turns(count: int, words: int = 12) -> Sequence[ChatTurn]:
    """A conversation of `count` turns that ends with a message of the user."""
    made = []
    for number in range(count):
        made.append(user(f"{number:03} " + "question " * words))
        made.append(assistant(f"{number:03} " + "answer " * words))
    return made[:-1]
