"""The model a window talks to: one engine child, what is loaded in it, and how to bring it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from desktop.domain.errors import Cancelled, EngineDied, QuernError
from desktop.domain.model import LoadConfig, LoadedModel
from desktop.engine.client import Engine, EventHandler, error_of
from desktop.engine.engine_state import EngineState
from desktop.engine.protocol import (
    Event,
    Failed,
    Load,
    Loaded,
    LoadProgress,
    Reply,
    Request,
    Unload,
)

EngineFactory = Callable[[Callable[[EngineState], None]], Engine]


@dataclass(frozen=True, slots=True)
class _Loading:
    """A load, as it can be repeated."""

    path: Path
    config: LoadConfig
    allow_overcommit: bool
    on_progress: Callable[[float], None]
    on_done: Callable[[LoadedModel | QuernError], None]

    def request(self, number: int) -> Load:
        return Load(
            id=number,
            path=self.path,
            config=self.config,
            allow_overcommit=self.allow_overcommit,
        )


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
        self._resting = False
        self._woken_by: int | None = None
        self._last_load: _Loading | None = None

    @property
    def loaded(self) -> LoadedModel | None:
        """The model that answers, also while it rests; or None."""
        return self._loaded

    @property
    def resting(self) -> bool:
        """Whether the memory of the loaded model is free until something is asked."""
        return self._resting

    @property
    def last_load(self) -> tuple[Path, LoadConfig] | None:
        """What was asked for last, so that a dead engine can be brought back with it."""
        last = self._last_load
        return (last.path, last.config) if last else None

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
        """Load a model, replacing the one loaded; a new child is started when there is none.

        Neither callback is called any more once another load, or `close`, took its place.
        """
        self._loaded = None
        self._resting = False
        self._woken_by = None
        loading = _Loading(path, config, allow_overcommit, on_progress, on_done)
        self._last_load = loading
        try:
            engine = self._living_engine()
        except QuernError as error:
            on_done(error)
            return
        self._load_id = engine.submit(
            loading.request, lambda event: self._on_loading(engine, loading, event)
        )

    def cancel_load(self) -> None:
        if self._engine is not None and self._load_id is not None:
            self._engine.cancel(self._load_id)

    def unload(self) -> None:
        """Free the model's memory; the child stays, and reports IDLE when it is done. A model that
        is being loaded is freed once it is there."""
        self._loaded = None
        engine = self._engine
        if self._resting:
            self._resting = False
            self._on_state(EngineState.IDLE)  # it has been, for long
        elif engine is not None:
            engine.submit(
                lambda number: Unload(id=number), lambda _event: self._on_unloaded(engine)
            )

    def rest(self) -> None:
        """Free the loaded model's memory; `ask` loads it again by itself."""
        if self._loaded is not None and self._engine is not None and not self._resting:
            self._resting = True
            self._engine.submit(lambda number: Unload(id=number), lambda _event: None)

    def ask(self, make: Callable[[int], Request], on_event: EventHandler) -> int:
        """Submit any request to the loaded model; returns its id. One that rests is loaded first,
        with the callbacks given when it was loaded."""
        assert self._engine is not None, "nothing can be asked before load()"
        if self._resting:
            return self._wake(self._engine, make, on_event)
        return self._engine.submit(make, on_event)

    def cancel(self, request_id: int) -> None:
        if self._engine is None:
            return
        self._engine.cancel(request_id)
        if request_id == self._woken_by:
            self.cancel_load()

    def close(self) -> None:
        """End the child."""
        engine, self._engine = self._engine, None  # what it reports from now on comes late
        self._loaded = None
        self._resting = False
        if engine is not None and engine.state is not EngineState.CLOSED:
            engine.close()
            self._on_state(EngineState.CLOSED)

    def _on_loading(self, engine: Engine, loading: _Loading, event: Event) -> None:
        if not self._is_current(engine, loading):
            return
        if isinstance(event, LoadProgress):
            loading.on_progress(event.fraction)
        elif isinstance(event, Reply):
            self._load_id = self._woken_by = None
            error = error_of(event)
            if isinstance(event, Loaded):
                self._loaded = event.model
                loading.on_done(event.model)
            elif error is not None:
                self._loaded = None
                loading.on_done(error)

    def _on_unloaded(self, engine: Engine) -> None:
        if engine is self._engine:
            self._loaded = None

    def _is_current(self, engine: Engine, loading: _Loading) -> bool:
        """False for what comes late of an engine, or of a load, that was replaced."""
        return engine is self._engine and loading is self._last_load

    def _wake(self, engine: Engine, make: Callable[[int], Request], on_event: EventHandler) -> int:
        """The child takes one request after the other: the answer waits for the model by itself.
        Without a model it fails; why there is none says the reply to the load."""
        loading, rested = self._last_load, self._loaded
        assert loading is not None and rested is not None, "only what was loaded rests"
        failures: list[Failed] = []

        def on_loading(event: Event) -> None:
            if isinstance(event, Failed):
                failures.append(event)
                if isinstance(error_of(event), Cancelled) and self._is_current(engine, loading):
                    # as if nothing had been asked
                    self._load_id = self._woken_by = None
                    self._resting = True
                    loading.on_done(rested)
                    return
            self._on_loading(engine, loading, event)

        def on_answer(event: Event) -> None:
            if isinstance(event, Failed) and failures:
                event = replace(failures[0], id=event.id)
            on_event(event)

        self._resting = False
        self._load_id = engine.submit(loading.request, on_loading)
        number = engine.submit(make, on_answer)
        self._woken_by = number
        return number

    def _living_engine(self) -> Engine:
        """Raises: EngineFault when no child can be started."""
        if self.state in (EngineState.DIED, EngineState.CLOSED):
            self.close()
        if self._engine is None:
            engine = self._make_engine(lambda state: self._state_changed(engine, state))
            self._engine = engine
            engine.start()
        return self._engine

    def _state_changed(self, engine: Engine, state: EngineState) -> None:
        if engine is not self._engine:
            return
        if state in (EngineState.DIED, EngineState.CLOSED):
            self._loaded = None
            self._resting = False
        self._on_state(state)
