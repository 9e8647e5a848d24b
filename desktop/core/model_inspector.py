"""Looks at model files without loading them, in an engine child of its own.

A separate child, because the one that chats is busy while it answers, and because a hostile file
must not cost the loaded model its life. It starts when first needed and leaves after a while.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from desktop.domain.errors import EngineDied, ModelFileInvalid
from desktop.domain.model import (
    LoadConfig,
    MemoryEstimate,
    ModelInfo,
)
from desktop.engine.client import Engine
from desktop.engine.protocol import (
    Estimate,
    Estimated,
    Hello,
    HelloReply,
    Inspect,
    Inspected,
)

IDLE_SECONDS = 30.0


class ModelInspector:
    """Blocking calls; use it from a worker thread. Calls of several threads queue up."""

    def __init__(self, make_engine: Callable[[], Engine]) -> None:
        self._make_engine = make_engine
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._idle: threading.Timer | None = None

    def inspect(self, path: Path) -> ModelInfo:
        """What the header says. Raises: ModelFileInvalid, ModelFileMissing."""
        with self._lock:
            try:
                return (
                    self._get().call(lambda number: Inspect(id=number, path=path), Inspected).info
                )
            except EngineDied as death:
                raise ModelFileInvalid(
                    f"“{path.name}” made llama.cpp stop while it was read.",
                    "The file is damaged or not a model; get it again from its source.",
                ) from death
            finally:
                self._rest()

    def estimate(self, path: Path, config: LoadConfig) -> MemoryEstimate:
        """What loading takes. Raises: as `inspect`, and EngineDied."""
        with self._lock:
            try:
                return (
                    self._get()
                    .call(lambda number: Estimate(id=number, path=path, config=config), Estimated)
                    .estimate
                )
            finally:
                self._rest()

    def machine(self) -> HelloReply:
        """What this machine can compute on, and with which versions."""
        with self._lock:
            try:
                return self._get().call(lambda number: Hello(id=number), HelloReply)
            finally:
                self._rest()

    def close(self) -> None:
        with self._lock:
            if self._idle is not None:
                self._idle.cancel()
            if self._engine is not None:
                self._engine.close()
                self._engine = None

    def _get(self) -> Engine:
        if self._idle is not None:
            self._idle.cancel()
        if self._engine is None or self._engine.process_id is None:
            self._engine = self._make_engine()
            self._engine.start()
        return self._engine

    def _rest(self) -> None:
        self._idle = threading.Timer(IDLE_SECONDS, self.close)
        self._idle.daemon = True
        self._idle.start()
