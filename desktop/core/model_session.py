"""The model a window talks to: one engine child, what is loaded in it, and how to bring it back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psutil

from desktop.domain.errors import EngineDied, QuernError
from desktop.domain.model import LoadConfig, LoadedModel
from desktop.engine.client import Engine, EventHandler, error_of
from desktop.engine.protocol import (
    EngineState,
    Event,
    Generate,
    Load,
    Loaded,
    LoadProgress,
    Reply,
    Unload,
)

EngineFactory = Callable[[Callable[[EngineState], None]], Engine]


class ModelSession:
    """Owns one engine child at a time. Callbacks come on the engine's reader thread.

    Args:
        make_engine: builds an engine that reports its states to the callback given.
        on_state: told of every state of the current engine.
    """

    def __init__(self, make_engine: EngineFactory, on_state: Callable[[EngineState], None]) -> None:
        self._make_engine = make_engine
        self._on_state = on_state
        self._engine: Engine | None = None
        self._load_id: int | None = None
        self._loaded: LoadedModel | None = None
        self._last_load: tuple[Path, LoadConfig] | None = None

    @property
    def loaded(self) -> LoadedModel | None:
        """The model that answers, or None."""
        return self._loaded

    @property
    def last_load(self) -> tuple[Path, LoadConfig] | None:
        """What was asked for last, so that a dead engine can be brought back with it."""
        return self._last_load

    @property
    def state(self) -> EngineState:
        return self._engine.state if self._engine else EngineState.CLOSED

    @property
    def death(self) -> EngineDied | None:
        """Why the engine ended by itself, once it has."""
        return self._engine.death if self._engine else None

    @property
    def process_id(self) -> int | None:
        """The child's process id while it lives."""
        return self._engine.process_id if self._engine else None

    def memory_bytes(self) -> int:
        """Resident memory of the child, 0 when there is none."""
        pid = self.process_id
        if pid is None:
            return 0
        try:
            return int(psutil.Process(pid).memory_info().rss)
        except psutil.Error:  # it died between the two calls
            return 0

    def load(
        self,
        path: Path,
        config: LoadConfig,
        *,
        allow_overcommit: bool,
        on_progress: Callable[[float], None],
        on_done: Callable[[LoadedModel | QuernError], None],
    ) -> None:
        """Load a model, replacing the one loaded; a new child is started when there is none."""
        self._loaded = None
        self._last_load = (path, config)

        def on_event(event: Event) -> None:
            if isinstance(event, LoadProgress):
                on_progress(event.fraction)
            elif isinstance(event, Reply):
                self._load_id = None
                error = error_of(event)
                if error is not None:
                    on_done(error)
                elif isinstance(event, Loaded):
                    self._loaded = event.model
                    on_done(event.model)

        try:
            engine = self._living_engine()
        except QuernError as error:
            on_done(error)
            return
        self._load_id = engine.submit(
            lambda number: Load(
                id=number, path=path, config=config, allow_overcommit=allow_overcommit
            ),
            on_event,
        )

    def cancel_load(self) -> None:
        if self._engine is not None and self._load_id is not None:
            self._engine.cancel(self._load_id)

    def unload(self) -> None:
        """Free the model's memory; the child stays, and reports IDLE when it is done."""
        self._loaded = None
        if self._engine is not None:
            self._engine.submit(lambda number: Unload(id=number), lambda _event: None)

    def generate(self, make: Callable[[int], Generate], on_event: EventHandler) -> int:
        """Submit a request to answer; returns its id. A model must be loaded."""
        assert self._engine is not None, "generate() before load()"
        return self._engine.submit(make, on_event)

    def cancel(self, request_id: int) -> None:
        if self._engine is not None:
            self._engine.cancel(request_id)

    def close(self) -> None:
        """End the child."""
        self._loaded = None
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    def _living_engine(self) -> Engine:
        """Raises: EngineFault when no child can be started."""
        if self._engine is not None and self._engine.state in (
            EngineState.DIED,
            EngineState.CLOSED,
        ):
            self._engine.close()
            self._engine = None
        if self._engine is None:
            engine = self._make_engine(self._state_changed)
            engine.start()
            self._engine = engine
        return self._engine

    def _state_changed(self, state: EngineState) -> None:
        if state in (EngineState.DIED, EngineState.CLOSED):
            self._loaded = None
        self._on_state(state)
