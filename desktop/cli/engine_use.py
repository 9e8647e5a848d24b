"""What several commands do with an engine: run one, load a model, follow a request."""

from __future__ import annotations

import queue
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType

from desktop.cli.progress import Progress
from desktop.cli.settings_use import settings_of
from desktop.domain.model import LoadConfig, LoadedModel
from desktop.domain.paths import Home
from desktop.engine.client import Engine, EventHandler
from desktop.engine.protocol import (
    Event,
    Load,
    Loaded,
    LoadProgress,
    MeasureProgress,
    Reply,
    Request,
)
from desktop.engine.waiting import next_of


def engine_maker(home: Home) -> Callable[[], Engine]:
    """Makes engines, not started, for the devices of the settings."""
    settings = settings_of(home).current
    return partial(Engine, excluded_devices=settings.excluded_devices.split(","))


@contextmanager
def running_engine(home: Home) -> Iterator[Engine]:
    """An engine child for the length of a command."""
    engine = engine_maker(home)()
    engine.start()
    try:
        yield engine
    finally:
        engine.close()


def load_model(
    engine: Engine, path: Path, config: LoadConfig, *, allow_overcommit: bool = False
) -> LoadedModel:
    """Load with a progress bar. Raises: QuernError."""
    with Progress("Loading") as progress:
        return engine.call(
            lambda number: Load(
                id=number, path=path, config=config, allow_overcommit=allow_overcommit
            ),
            Loaded,
            show_fraction(progress),
        ).model


def show_fraction(progress: Progress) -> EventHandler:
    """A handler that draws the progress of loading or measuring."""

    def handle(event: Event) -> None:
        if isinstance(event, LoadProgress):
            progress.update(event.fraction, 1.0)
        elif isinstance(event, MeasureProgress):
            progress.update(event.done, event.total)

    return handle


class Interruptible:
    """The events of a request, on the caller's thread; the Reply is the last.

    The first Ctrl+C cancels the request, which then still ends with its Reply; the second raises
    KeyboardInterrupt.

    Attributes:
        interrupted: whether Ctrl+C was pressed.
    """

    def __init__(self, engine: Engine, make: Callable[[int], Request]) -> None:
        self._engine = engine
        self._make = make
        self.interrupted = False

    def __iter__(self) -> Iterator[Event]:
        inbox: queue.SimpleQueue[Event] = queue.SimpleQueue()
        number = self._engine.submit(self._make, inbox.put)

        def on_interrupt(_signal: int, _frame: FrameType | None) -> None:
            if self.interrupted:
                raise KeyboardInterrupt
            self.interrupted = True
            self._engine.cancel(number)

        before = signal.signal(signal.SIGINT, on_interrupt)
        try:
            while True:
                event = next_of(inbox)
                yield event
                if isinstance(event, Reply):
                    return
        finally:
            signal.signal(signal.SIGINT, before)
