"""The model of one window: loading it, its memory, and its rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.controllers.tasks import Tasks
from desktop.core.model_library import ModelLibrary
from desktop.core.model_session import EngineFactory, ModelSession
from desktop.domain.errors import Cancelled, EngineDied, QuernError
from desktop.domain.library import ModelDefaults
from desktop.domain.model import LoadConfig, LoadedModel
from desktop.engine.engine_state import EngineState

MEMORY_POLL_MS = 1000


class ModelController(QObject):
    """The model of one window.

    Args:
        config: how models are loaded that have no defaults of their own.
        rest_after: seconds without use after which the model rests: its memory is freed, and it is
            loaded again by itself with the next message. 0 for never.

    Signals:
        loading(object, str): fraction loaded (0..1), None when nothing loads; name.
        loaded(LoadedModel), unloaded(): what answers now.
        rested(): the loaded model rests.
        load_failed(QuernError): why not.
        died(QuernError): the engine ended by itself; `restart` brings it back.
        memory_changed(int): bytes the engine takes.
        used(): which model was used last has changed.

    Attributes:
        memory: bytes the engine took when they were reported last.
    """

    loading = Signal(object, str)
    loaded = Signal(object)
    unloaded = Signal()
    rested = Signal()
    load_failed = Signal(object)
    died = Signal(object)
    memory_changed = Signal(int)
    used = Signal()

    _progress = Signal(float)
    _load_done = Signal(object)
    _state = Signal(object)

    def __init__(
        self,
        library: ModelLibrary,
        make_engine: EngineFactory,
        config: Callable[[], LoadConfig],
        rest_after: Callable[[], float],
        tasks: Tasks,
    ) -> None:
        super().__init__()
        self._library = library
        self._config = config
        self._rest_after = rest_after
        self._tasks = tasks
        self.session = ModelSession(make_engine, self._state.emit)
        self.memory = 0
        self._loading_name = ""
        self._answering = False
        self._usual: LoadConfig | None = None  # what was wished for the model loaded last
        self._progress.connect(self._on_progress)
        self._load_done.connect(self._on_load_done)
        self._state.connect(self._on_state)
        self._memory_timer = QTimer(self)
        self._memory_timer.setInterval(MEMORY_POLL_MS)
        self._memory_timer.timeout.connect(self.report_memory)
        self._rest_timer = QTimer(self)
        self._rest_timer.setSingleShot(True)
        self._rest_timer.timeout.connect(self.session.rest)

    @property
    def current(self) -> LoadedModel | None:
        """The model that answers, also while it rests."""
        return self.session.loaded

    @property
    def resting(self) -> bool:
        """Whether the present model's memory is freed until the next message."""
        return self.session.resting

    @property
    def answering(self) -> bool:
        """Whether the model is at an answer; what is asked of it besides waits for that."""
        return self._answering

    def defaults(self) -> ModelDefaults:
        """Those of the present model. Raises: StorageFault."""
        current = self.current
        return self._library.defaults(current.info.path) if current else ModelDefaults()

    def load(
        self, path: Path, *, config: LoadConfig | None = None, allow_overcommit: bool = False
    ) -> None:
        """Load a model in place of the present one; answered by `loaded` or `load_failed`."""
        try:
            self._usual = self._wanted(path)
        except QuernError as error:
            self.load_failed.emit(error)
            return
        self._rest_timer.stop()
        self._loading_name = path.stem
        self.loading.emit(0.0, self._loading_name)
        self.session.load(
            path,
            config or self._usual,
            allow_overcommit=allow_overcommit,
            on_progress=self._progress.emit,
            on_done=self._load_done.emit,
        )

    def make_ready(self, path: Path) -> None:
        """Load a model, unless it is loaded already, and in the way that is wished for now."""
        current = self.current
        try:
            ready = current and current.info.path == path and self._wanted(path) == self._usual
        except QuernError as error:
            self.load_failed.emit(error)
            return
        if not ready:
            self.load(path)

    def cancel_load(self) -> None:
        self.session.cancel_load()

    def unload(self) -> None:
        self.session.unload()

    def restart(self, **changes: Any) -> None:
        """Load again what was loaded, if wanted with other values in its LoadConfig."""
        last = self.session.last_load
        if last is not None:
            path, config = last
            self.load(path, config=replace(config, **changes))

    def renew(self) -> None:
        """Begin a new engine child, with the model of the present one: for when what children are
        started with has changed."""
        last, loaded = self.session.last_load, self.current
        self.session.close()
        self.loading.emit(None, self._loading_name)  # what was being loaded tells nobody any more
        self.unloaded.emit()
        if last is not None and loaded is not None:
            self.load(loaded.info.path, config=last[1])

    def set_answering(self, on: bool) -> None:
        """While it answers, report the engine's memory every second, and let it not rest."""
        self._answering = on
        if on:
            self._memory_timer.start()
        else:
            self._memory_timer.stop()
            self.report_memory()
        self.watch_rest()

    @Slot()
    def watch_rest(self) -> None:
        """Count the time without use from now on; also after the setting changed."""
        seconds = self._rest_after()
        if seconds and self.current is not None and not self._answering:
            self._rest_timer.start(int(seconds * 1000))
        else:
            self._rest_timer.stop()

    @Slot()
    def report_memory(self) -> None:
        self.memory = self.session.memory_bytes()
        self.memory_changed.emit(self.memory)

    def close(self) -> None:
        self._memory_timer.stop()
        self._rest_timer.stop()
        self.session.close()

    # --- inside -----------------------------------------------------------------------------

    def _wanted(self, path: Path) -> LoadConfig:
        """Raises: StorageFault."""
        return self._library.defaults(path).config or self._config()

    @Slot(float)
    def _on_progress(self, fraction: float) -> None:
        self.loading.emit(fraction, self._loading_name)

    @Slot(object)
    def _on_load_done(self, result: LoadedModel | QuernError) -> None:
        self.loading.emit(None, self._loading_name)
        if isinstance(result, LoadedModel):
            self._tasks.run(
                lambda: self._library.touch(result.info.path),
                lambda _done: self.used.emit(),
                self.load_failed.emit,
            )
            self.loaded.emit(result)
            self.watch_rest()
            if self.session.resting:  # Stop came while it was being loaded again
                self.rested.emit()
        else:
            self.unloaded.emit()
            if not isinstance(result, (Cancelled, EngineDied)):  # `_on_state` tells of a death
                self.load_failed.emit(result)
        self.report_memory()

    @Slot(object)
    def _on_state(self, state: EngineState) -> None:
        if state is EngineState.DIED:
            self.unloaded.emit()
            self.died.emit(self.session.death)
            self.report_memory()
        elif state is EngineState.IDLE:
            (self.rested if self.session.resting else self.unloaded).emit()
            self.report_memory()
