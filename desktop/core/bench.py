"""How fast a model reads a prompt and writes an answer on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from desktop.domain.model import CONTEXT_STEP, LoadConfig, LoadedModel, ThreadSpeed
from desktop.engine.client import Engine, EventHandler
from desktop.engine.protocol import Load, Loaded, Measure, Measured


def measure_speed(
    engine: Engine,
    path: Path,
    threads: Sequence[int] = (),
    *,
    prompt_tokens: int = 256,
    tokens: int = 64,
    repetitions: int = 3,
    on_event: EventHandler | None = None,
) -> tuple[LoadedModel, tuple[ThreadSpeed, ...]]:
    """Load a model and time it at each thread count (none: at the one it would run with).

    `on_event` gets LoadProgress and MeasureProgress. Blocking. Raises: QuernError.
    """
    needed = prompt_tokens + tokens + 1
    context = -(-needed // CONTEXT_STEP) * CONTEXT_STEP
    config = LoadConfig(context=context, threads=max(threads, default=0))
    model = engine.call(
        lambda number: Load(id=number, path=path, config=config), Loaded, on_event
    ).model
    counts = tuple(threads) or (model.config.threads,)
    reply = engine.call(
        lambda number: Measure(
            id=number,
            threads=counts,
            prompt_tokens=prompt_tokens,
            tokens=tokens,
            repetitions=repetitions,
        ),
        Measured,
        on_event,
    )
    return model, reply.speeds
