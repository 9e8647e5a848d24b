"""Which thread count is the fastest on this machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from desktop.core.bench import measure_speed
from desktop.domain.model import ThreadSpeed
from desktop.engine.client import Engine
from desktop.engine.protocol import Event, MeasureProgress

PROMPT_TOKENS = 128
TOKENS = 24
REPETITIONS = 2


class Calibration:
    """Measures in about ten seconds, in an engine child of its own."""

    def __init__(self, make_engine: Callable[[], Engine]) -> None:
        self._make_engine = make_engine
        self._engine: Engine | None = None
        self.cancelled = False

    def run(
        self,
        path: Path,
        threads: Sequence[int],
        on_progress: Callable[[int, int], None],
    ) -> tuple[ThreadSpeed, ...]:
        """Measure each thread count with the model at `path`. Blocking.

        Raises: QuernError, also after `cancel`; `cancelled` tells the two apart.
        """
        self.cancelled = False
        engine = self._engine = self._make_engine()

        def forward(event: Event) -> None:
            if isinstance(event, MeasureProgress):
                on_progress(event.done, event.total)

        try:
            engine.start()
            _, speeds = measure_speed(
                engine,
                path,
                threads,
                prompt_tokens=PROMPT_TOKENS,
                tokens=TOKENS,
                repetitions=REPETITIONS,
                on_event=forward,
            )
        finally:
            self._engine = None
            engine.close()
        return speeds

    def cancel(self) -> None:
        """End a run from another thread."""
        engine = self._engine
        if engine is not None:
            self.cancelled = True
            engine.kill("The measurement was stopped.")


def candidate_threads(physical_cores: int) -> tuple[int, ...]:
    """Thread counts worth measuring: all up to 4 cores, then a handful up to all of them."""
    if physical_cores <= 4:
        return tuple(range(1, physical_cores + 1))
    half = physical_cores // 2
    some = {1, 2, 4, half, physical_cores - 2, physical_cores - 1, physical_cores}
    return tuple(sorted(some))
