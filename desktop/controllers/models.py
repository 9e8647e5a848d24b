"""Choosing, loading and looking at models for one window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.controllers.tasks import Tasks
from desktop.core.model_inspector import ModelInspector
from desktop.core.model_library import ModelLibrary
from desktop.core.model_session import EngineFactory, ModelSession
from desktop.domain.errors import Cancelled, EngineDied, QuernError
from desktop.domain.library import LibraryEntry
from desktop.domain.model import LoadConfig, LoadedModel, MemoryEstimate
from desktop.engine.protocol import EngineState

MEMORY_POLL_MS = 1000


class ModelController(QObject):
    """The model of one window.

    Signals:
        listed(list[LibraryEntry]): the models on this machine.
        loading(object, str): fraction loaded (0..1), None when nothing loads; name.
        loaded(LoadedModel), unloaded(): what answers now.
        load_failed(QuernError): why not.
        died(QuernError): the engine ended by itself; `restart` brings it back.
        memory_changed(int): bytes the engine takes.
        inspected(ModelInfo), inspect_failed(Path, QuernError): answers to `inspect`.
        estimated(MemoryEstimate): answer to `estimate`.
    """

    listed = Signal(object)
    loading = Signal(object, str)
    loaded = Signal(object)
    unloaded = Signal()
    load_failed = Signal(object)
    died = Signal(object)
    memory_changed = Signal(int)
    inspected = Signal(object)
    inspect_failed = Signal(object, object)
    estimated = Signal(object)

    _progress = Signal(float)
    _load_done = Signal(object)
    _state = Signal(object)

    def __init__(
        self,
        library: ModelLibrary,
        inspector: ModelInspector,
        make_engine: EngineFactory,
        config: Callable[[], LoadConfig],
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._library = library
        self._inspector = inspector
        self._config = config
        self._tasks = tasks
        self.session = ModelSession(make_engine, self._state.emit)
        self._estimate_wanted: tuple[Path, LoadConfig] | None = None
        self._estimating = False
        self._loading_name = ""
        self._progress.connect(self._on_progress)
        self._load_done.connect(self._on_load_done)
        self._state.connect(self._on_state)
        self._memory_timer = QTimer(self)
        self._memory_timer.setInterval(MEMORY_POLL_MS)
        self._memory_timer.timeout.connect(self.report_memory)

    @property
    def current(self) -> LoadedModel | None:
        return self.session.loaded

    def refresh(self) -> None:
        """Look again for models; answered by `listed`."""
        self._tasks.run(self._library.list, self.listed.emit, self.load_failed.emit)

    def add(self, path: Path) -> None:
        """Remember a file where it lies."""
        self._tasks.run(
            lambda: self._library.add(path), lambda _entry: self.refresh(), self.load_failed.emit
        )

    def load(
        self, path: Path, *, config: LoadConfig | None = None, allow_overcommit: bool = False
    ) -> None:
        """Load a model in place of the present one; answered by `loaded` or `load_failed`."""
        self._loading_name = path.stem
        self.loading.emit(0.0, self._loading_name)
        self.session.load(
            path,
            config or self._config(),
            allow_overcommit=allow_overcommit,
            on_progress=self._progress.emit,
            on_done=self._load_done.emit,
        )

    def cancel_load(self) -> None:
        self.session.cancel_load()

    def unload(self) -> None:
        self.session.unload()

    def restart(self, *, context: int = 0) -> None:
        """Load again what was loaded, if wanted with a smaller context."""
        last = self.session.last_load
        if last is not None:
            path, config = last
            self.load(path, config=replace(config, context=context) if context else config)

    def inspect(self, path: Path) -> None:
        """Read a file's header; answered by `inspected` or `inspect_failed`."""
        self._tasks.run(
            lambda: self._inspector.inspect(path),
            self.inspected.emit,
            lambda error: self.inspect_failed.emit(path, error),
        )

    def estimate(self, path: Path, context: int) -> None:
        """What loading would take at `context` tokens; answered by `estimated`. Only the newest of
        several questions asked at once is answered."""
        self._estimate_wanted = (path, replace(self._config(), context=context))
        if not self._estimating:
            self._estimate_next()

    def watch_memory(self, on: bool) -> None:
        """Report the engine's memory every second while it works; an idle window stays idle."""
        if on:
            self._memory_timer.start()
        else:
            self._memory_timer.stop()
            self.report_memory()

    @Slot()
    def report_memory(self) -> None:
        self.memory_changed.emit(self.session.memory_bytes())

    def close(self) -> None:
        self._memory_timer.stop()
        self.session.close()

    # --- inside -----------------------------------------------------------------------------

    def _estimate_next(self) -> None:
        wanted, self._estimate_wanted = self._estimate_wanted, None
        if wanted is None:
            self._estimating = False
            return
        self._estimating = True
        path, config = wanted

        def done(estimate: MemoryEstimate) -> None:
            self.estimated.emit(estimate)
            self._estimate_next()

        def failed(error: QuernError) -> None:
            self.inspect_failed.emit(path, error)
            self._estimate_next()

        self._tasks.run(lambda: self._inspector.estimate(path, config), done, failed)

    @Slot(float)
    def _on_progress(self, fraction: float) -> None:
        self.loading.emit(fraction, self._loading_name)

    @Slot(object)
    def _on_load_done(self, result: LoadedModel | QuernError) -> None:
        self.loading.emit(None, self._loading_name)
        if isinstance(result, LoadedModel):
            self._tasks.run(
                lambda: self._library.touch(result.info.path), _ignore, self.load_failed.emit
            )
            self.loaded.emit(result)
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
            self.unloaded.emit()
            self.report_memory()


def _ignore(_result: object) -> None:
    """For work whose result nobody waits for."""


def picker_order(entries: Sequence[LibraryEntry]) -> list[LibraryEntry]:
    """The starter first, then by last use, missing files last."""
    return sorted(
        entries, key=lambda entry: (entry.missing, not entry.starter, -entry.last_used_at)
    )
