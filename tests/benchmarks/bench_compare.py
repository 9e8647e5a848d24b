"""Measuring models: against bare llama.cpp, against measuring twice, and a whole comparison.

Ratios are taken from runs that take turns, so that a busy machine slows both sides alike.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

import llama_cpp.llama_cpp as llama

from desktop.core.job_control import JobControl, JobRunner
from desktop.domain.paths import starter_model_path
from desktop.engine.client import Engine
from desktop.engine.evaluation_messages import (
    ChunkScored,
    Evaluated,
    EvaluateModels,
)
from desktop.engine.protocol import Event
from tests.helpers.tiny_models import TinyModel

# About a second for a chunk on one core of a laptop.
MEDIUM = TinyModel(
    width=512, layers=8, heads=8, heads_kv=4, feed_forward=1536, vocabulary=32000, weight_type="F16"
)  # fmt: skip
WIDE = TinyModel(layers=1, vocabulary=128_256)

SIZE = 512
CHUNKS = 3
ROUNDS = 8
TEXT = "The quick brown fox jumps over the lazy dog. " * 400
LEVELS = "Q8_0,Q6_K,Q5_K_M,Q4_K_M,Q3_K_M"

Row = tuple[str, float, str, bool]


def run() -> list[Row]:
    """All rows."""
    if hasattr(os, "setsid"):
        # The engine child has a session of its own, and Linux shares a busy processor by session.
        with contextlib.suppress(PermissionError):
            os.setsid()
    with tempfile.TemporaryDirectory() as folder:
        return [*memory(Path(folder)), *speed(Path(folder)), *comparison(Path(folder))]


def memory(folder: Path) -> list[Row]:
    """What the child takes to compare two models of a large vocabulary. First, because the system
    only tells the most that any child ever took."""
    base = WIDE.write(folder / "wide.gguf")
    level = WIDE.but(weight_type="Q8_0").write(folder / "wide-q8.gguf")
    _seconds(base, level)
    unit = 1 if sys.platform == "darwin" else 1024
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit / 1e6
    return [("two models of 128k tokens compared, MB", used, "<= 1000", used <= 1000)]


def speed(folder: Path) -> list[Row]:
    """Perplexity against the bare loop, divergence against evaluating both models."""
    base = MEDIUM.write(folder / "base.gguf")
    level = MEDIUM.but(weight_type="Q8_0").write(folder / "level.gguf")
    bare, one, other, both = [], [], [], []
    with _bare(base) as evaluate:
        for _ in range(ROUNDS):
            bare.append(evaluate())
            one.append(_seconds(base))
            other.append(_seconds(level))
            both.append(_seconds(base, level))
    # What else the machine does only ever slows a run down.
    share = min(bare) / min(one)
    cost = min(both) / (min(one) + min(other))
    return [
        ("perplexity: speed / bare decoding", share, ">= 0.95", share >= 0.95),
        ("divergence: time / both models alone", cost, "<= 1.15", cost <= 1.15),
        ("  ms a chunk", 1000 * min(one) / CHUNKS, "", True),
    ]


def comparison(folder: Path) -> list[Row]:
    """A quick comparison of five levels of the starter model, from the command to its table."""
    begun = perf_counter()
    done = subprocess.run(
        [
            *(sys.executable, "-m", "desktop", "compare", str(starter_model_path())),
            *("--levels", LEVELS, "--budget", "quick", "--json", "--home", str(folder / "home")),
        ],
        cwd=Path(__file__).resolve().parents[2],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    seconds = perf_counter() - begun
    measured = sum(not level["problem"] for level in json.loads(done.stdout)["levels"])
    return [
        ("quick comparison of the starter model, s", seconds, "<= 60", seconds <= 60),
        ("  levels measured", float(measured), "5", measured == 5),
    ]


def _seconds(*models: Path) -> float:
    """For CHUNKS chunks after the first, which finds everything cold; in a child of its own."""
    ended: list[float] = []

    def on_event(event: Event) -> None:
        if isinstance(event, ChunkScored) and event.model == len(models) - 1:
            ended.append(perf_counter())

    JobRunner(Engine).run(
        lambda number: EvaluateModels(
            id=number, models=models, text=TEXT, context=SIZE, end=CHUNKS + 1, threads=1
        ),
        Evaluated,
        JobControl(),
        on_event,
    )
    return ended[-1] - ended[0]


@contextlib.contextmanager
def _bare(path: Path) -> Iterator[Callable[[], float]]:
    """Decodes as many chunks, with the logits of the second half and nothing else."""

    @llama.llama_log_callback
    def silence(_level: int, _text: bytes, _data: ctypes.c_void_p) -> None:
        pass

    llama.llama_log_set(silence, None)
    llama.llama_backend_init()
    model = llama.llama_model_load_from_file(str(path).encode(), llama.llama_model_default_params())
    params = llama.llama_context_default_params()
    params.n_ctx = params.n_batch = params.n_ubatch = SIZE
    params.n_outputs_max = SIZE // 2
    params.n_threads = params.n_threads_batch = 1
    context = llama.llama_init_from_model(model, params)
    batch = llama.llama_batch_init(SIZE, 0, 1)
    batch.n_tokens = SIZE
    for place in range(SIZE):
        batch.token[place] = 65 + place % 26
        batch.pos[place], batch.n_seq_id[place], batch.seq_id[place][0] = place, 1, 0
        batch.logits[place] = place >= SIZE // 2

    def evaluate() -> float:
        begun = perf_counter()
        for _ in range(CHUNKS):
            llama.llama_memory_clear(llama.llama_get_memory(context), True)
            assert llama.llama_decode(context, batch) == 0
            llama.llama_get_logits(context)
        return perf_counter() - begun

    try:
        yield evaluate
    finally:
        llama.llama_batch_free(batch)
        llama.llama_free(context)
        llama.llama_model_free(model)
