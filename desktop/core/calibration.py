"""Which thread count is the fastest on this machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from desktop.domain.model import LoadConfig, ThreadSpeed
from desktop.engine.client import Engine
from desktop.engine.protocol import Event, Load, Loaded, Measure, Measured, MeasureProgress


class Calibration:
    """Finds the fastest thread count for a model in about ten seconds, in a child of its own."""

    PROMPT_TOKENS = 128
    TOKENS = 24

    def __init__(self, make_engine: Callable[[], Engine]) -> None:
        self._make_engine = make_engine
        self._engine: Engine | None = None

    def run(
        self,
        path: Path,
        threads: Sequence[int],
        on_progress: Callable[[int, int], None],
    ) -> tuple[ThreadSpeed, ...]:
        """Measure each thread count. Blocking. Raises: QuernError; Cancelled after `cancel`."""
        engine = self._engine = self._make_engine()

        def forward(event: Event) -> None:
            if isinstance(event, MeasureProgress):
                on_progress(event.done, event.total)

        try:
            engine.start()
            config = LoadConfig(context=512, threads=max(threads))
            engine.call(
                lambda number: Load(id=number, path=path, config=config, allow_overcommit=False),
                Loaded,
            )
            return engine.call(
                lambda number: Measure(
                    id=number,
                    threads=tuple(threads),
                    prompt_tokens=self.PROMPT_TOKENS,
                    tokens=self.TOKENS,
                    repetitions=2,
                ),
                Measured,
                forward,
            ).speeds
        finally:
            self._engine = None
            engine.close()

    def cancel(self) -> None:
        """End a run from another thread."""
        engine = self._engine
        if engine is not None:
            engine.kill("The measurement was stopped.")


def candidate_threads(physical_cores: int) -> tuple[int, ...]:
    """Thread counts worth measuring: all up to 4 cores, then a handful up to all of them."""
    if physical_cores <= 4:
        return tuple(range(1, physical_cores + 1))
    half = physical_cores // 2
    return tuple(
        sorted({1, 2, 4, half, physical_cores - 2, physical_cores - 1, physical_cores} - {0})
    )
