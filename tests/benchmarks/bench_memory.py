"""What is estimated against what using a model really takes, over a grid of settings (Linux only).

Each cell loads the model in a fresh engine child and evaluates full batches; what the child then
holds more than before, at its highest, must not exceed the estimate, which may be at most a tenth
or 150 MB too high. Without flash attention the system gives memory only as the context fills up:
there it is filled, which takes models that are quick at it.
"""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from desktop.domain.conversation import Role
from desktop.domain.model import LoadConfig
from desktop.domain.paths import starter_model_path
from desktop.domain.sampling import SamplerSettings
from desktop.engine.client import Engine
from desktop.engine.protocol import (
    ChatTurn,
    Estimate,
    Estimated,
    Generate,
    Generated,
    Hello,
    HelloReply,
    Load,
    Loaded,
)
from tests.helpers.tiny_models import TinyModel

CONTEXTS = (2048, 8192, 32768)
CACHES = ("f16", "q8_0", "q4_0")
ANSWER = 140  # tokens: the logits kept of them take all they may where the vocabulary is large
RATIO, SLACK = 1.1, 150e6
SLIDER_MS = 50.0

SHAPES = {
    "grouped": TinyModel(
        width=1024, layers=8, heads=16, heads_kv=4, feed_forward=2816, vocabulary=32_000,
        context=32_768, weight_type="F16", end_bias=-100.0,
    ),
    "large vocabulary": TinyModel(
        width=512, layers=4, heads=8, heads_kv=8, feed_forward=1536, vocabulary=128_256,
        context=32_768, weight_type="Q8_0", end_bias=-100.0,
    ),
    "repacked": TinyModel(
        width=1024, layers=8, heads=16, heads_kv=16, feed_forward=2816, vocabulary=32_000,
        context=32_768, weight_type="Q4_0", end_bias=-100.0,
    ),
    "sliding window": TinyModel(
        width=1024, layers=8, heads=16, heads_kv=16, feed_forward=2816, vocabulary=32_000,
        context=32_768, window=1024, weight_type="F16",
    ),
    "quick": TinyModel(
        width=256, layers=1, heads=8, heads_kv=2, feed_forward=512, vocabulary=2_000,
        context=32_768, weight_type="F16", end_bias=-100.0,
    ),
}  # fmt: skip


def run() -> list[tuple[str, float, str, bool]]:
    """Rows of name, the worst value of a shape over the grid, bound, whether it holds."""
    rows: list[tuple[str, float, str, bool]] = []
    with tempfile.TemporaryDirectory() as folder:
        paths = {"starter": starter_model_path()}
        for name, shape in SHAPES.items():
            paths[name] = shape.write(Path(folder) / f"{name}.gguf")
        for name, path in paths.items():
            filled = max(CONTEXTS) if name == "quick" else min(CONTEXTS)
            cells = [measure(path, config) for config in grid(filled)]
            least = min(estimate / real for estimate, real in cells)
            rows.append((f"{name}: estimate / real, lowest", least, "≥ 1", least >= 1.0))
            most = max(min(e - r * RATIO, e - r - SLACK) for e, r in cells) / 1e6
            rows.append((f"{name}: beyond 10 % and 150 MB [MB]", most, "≤ 0", most <= 0))
        slowest = slider(paths["large vocabulary"])
    rows.append(("a slider's estimate [ms]", slowest, f"≤ {SLIDER_MS:g}", slowest <= SLIDER_MS))
    return rows


def grid(filled: int) -> Iterator[LoadConfig]:
    """`filled`: the largest context that is filled up."""
    for context, cache in itertools.product(CONTEXTS, CACHES):
        config = LoadConfig(context=context, threads=1, cache_type_k=cache)
        yield replace(config, cache_type_v=cache, flash_attention="on")
        if context <= filled:  # and the value cache stays as it is: it needs flash attention
            yield replace(config, flash_attention="off")


def measure(path: Path, config: LoadConfig) -> tuple[int, int]:
    """Bytes estimated, and bytes that the child's memory really grew at its highest."""
    engine = Engine()
    engine.start()
    try:
        engine.call(lambda number: Hello(id=number), HelloReply)
        before = peak(engine)
        loaded = engine.call(
            lambda number: Load(id=number, path=path, config=config, allow_overcommit=True), Loaded
        ).model
        whole = config.flash_attention == "off"
        tokens = (config.context if whole else min(config.context, 2 * config.batch)) - 100
        words = (ChatTurn(Role.USER, "x" * tokens),)
        engine.call(
            lambda number: Generate(
                id=number, messages=words, sampler=SamplerSettings(max_tokens=ANSWER)
            ),
            Generated,
        )
        return loaded.estimate.total, peak(engine) - before
    finally:
        engine.close()


def peak(engine: Engine) -> int:
    """The most memory the child ever had, in bytes."""
    status = Path(f"/proc/{engine.process_id}/status").read_text()
    return next(int(s.split()[1]) * 1024 for s in status.splitlines() if s.startswith("VmHWM"))


def slider(path: Path) -> float:
    """Milliseconds the slowest of many estimates takes once the file is known."""
    engine = Engine()
    engine.start()
    times = []
    try:
        for context in (256, *range(512, 32_769, 1024)):
            config = LoadConfig(context=context)
            started = time.perf_counter()
            engine.call(lambda n, c=config: Estimate(id=n, path=path, config=c), Estimated)
            times.append((time.perf_counter() - started) * 1000)
    finally:
        engine.close()
    return max(times[1:])
