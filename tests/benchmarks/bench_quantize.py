"""Quantizing through a child against llama.cpp called bare, dry runs of every level, and what
collecting an importance matrix costs beside evaluating.

The models have random weights: how long quantizing takes depends on their number, not their worth.
"""

from __future__ import annotations

import filecmp
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from desktop.core.importance_matrix import ImportanceMatrices
from desktop.core.job_control import JobControl, JobRunner
from desktop.core.quantization import Quantization
from desktop.domain.job import JobProgress
from desktop.domain.paths import resource_path
from desktop.domain.quantization import ImatrixRequest, QuantizeRequest
from desktop.engine.client import Engine
from tests.helpers.tiny_models import TinyModel

LEVEL = "Q4_K_M"
ROUNDS = 4
CHUNKS = 4
# A gigabyte with a large vocabulary, as models of half a billion weights have it; and a small one.
SOURCE = TinyModel(
    width=1024, layers=16, heads=16, heads_kv=4, feed_forward=4096, vocabulary=151_936,
    weight_type="F16",
)  # fmt: skip
EVALUATED = TinyModel(
    width=1024, layers=8, heads=16, heads_kv=4, feed_forward=4096, vocabulary=32_000,
    weight_type="F16",
)  # fmt: skip
SLOWEST = 1 / 0.98  # of bare llama.cpp's time

# Programs without children, checks and progress; they print seconds and the most memory, in kB.
COMMON = """
import ctypes, sys, time
import llama_cpp.llama_cpp as llama
quiet = llama.llama_log_callback(lambda *_: None)
llama.llama_log_set(quiet, None)
llama.llama_backend_init()

def tell(begun):
    lines = open("/proc/self/status").read().splitlines()
    peak = next(line.split()[1] for line in lines if line.startswith("VmHWM"))
    print(time.perf_counter() - begun, peak)
"""
BARE_QUANTIZE = (
    COMMON
    + """
params = llama.llama_model_quantize_default_params()
params.ftype = llama.LLAMA_FTYPE_MOSTLY_Q4_K_M
begun = time.perf_counter()
failed = llama.llama_model_quantize(sys.argv[1].encode(), sys.argv[2].encode(), ctypes.byref(params))
assert not failed
tell(begun)
"""
)
BARE_EVALUATE = (
    COMMON
    + """
threads, size, chunks = map(int, sys.argv[2:])
model = llama.llama_model_load_from_file(sys.argv[1].encode(), llama.llama_model_default_params())
params = llama.llama_context_default_params()
params.n_ctx = params.n_batch = params.n_ubatch = params.n_outputs_max = size
params.n_threads = params.n_threads_batch = threads
context = llama.llama_init_from_model(model, params)
batch = llama.llama_batch_init(size, 0, 1)
batch.n_tokens = size
for place in range(size):
    batch.token[place], batch.pos[place], batch.n_seq_id[place] = place % 200, place, 1
    batch.seq_id[place][0], batch.logits[place] = 0, True
begun = time.perf_counter()
for _ in range(chunks):
    llama.llama_memory_clear(llama.llama_get_memory(context), True)
    assert llama.llama_decode(context, batch) == 0
    llama.llama_synchronize(context)
tell(begun)
"""
)

Row = tuple[str, float, "str | float", bool]


def run() -> list[Row]:
    """Rows of (what, value, bound, whether it holds)."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        source = SOURCE.write(place / "model.gguf")
        return [
            *_quantizing(source, place),
            *_dry_runs(source, place),
            *_importance(EVALUATED.write(place / "evaluated.gguf"), place),
        ]


class Watched:
    """Runs jobs and remembers the most memory a child took, in kB."""

    def __init__(self, place: Path) -> None:
        self.peak = 0
        self._engine: Engine | None = None
        runner = JobRunner(self._make)
        calibration = resource_path("texts", "calibration.txt")
        self.matrices = ImportanceMatrices(runner, place, calibration)
        self.quantization = Quantization(runner, self.matrices)

    def _make(self) -> Engine:
        self._engine = Engine()
        return self._engine

    def look(self, _progress: JobProgress) -> None:
        assert self._engine is not None
        status = Path(f"/proc/{self._engine.process_id}/status").read_text()
        self.peak = max(self.peak, int(status.partition("VmHWM:")[2].split()[0]))


def _quantizing(source: Path, place: Path) -> Iterator[Row]:
    watched = Watched(place)
    request = QuantizeRequest(source, place / "ours.gguf", LEVEL)
    ours, bare, peaks, work, starts = [], [], [], [], []
    for _ in range(ROUNDS):  # in turns; the best of each, for a busy machine only slows down
        before = _work_of_children()
        seconds, peak = _bare(BARE_QUANTIZE, source, place / "bare.gguf")
        between = _work_of_children()
        begun = perf_counter()
        result = watched.quantization.quantize(request, JobControl(), watched.look)
        starts.append(perf_counter() - begun - result.seconds)
        bare.append(seconds)
        peaks.append(peak)
        ours.append(result.seconds)
        work.append((_work_of_children() - between) / (between - before))
    same = filecmp.cmp(place / "ours.gguf", place / "bare.gguf", shallow=False)
    ratio, memory = min(ours) / min(bare), watched.peak / min(peaks)
    yield f"{LEVEL} of {source.stat().st_size / 1e6:.0f} MB, s", min(ours), "told only", True
    yield "starting and ending the child beside it, s", min(starts), "told only", True
    yield "time against llama.cpp called bare", ratio, SLOWEST, ratio <= SLOWEST
    yield "processor time against the same", min(work), 1.05, min(work) <= 1.05
    yield "most memory, MB", watched.peak / 1e3, "told only", True
    yield "memory against llama.cpp called bare", memory, 0.5, memory <= 0.5
    yield "the same bytes (1: yes)", float(same), "1", same


def _work_of_children() -> float:
    """Processor seconds of all children that have ended, which no other program distorts."""
    times = os.times()
    return times.children_user + times.children_system


def _dry_runs(source: Path, place: Path) -> Iterator[Row]:
    quantization = Watched(place).quantization
    begun = perf_counter()
    levels = quantization.estimates(source)
    seconds = perf_counter() - begun
    yield f"exact sizes of all {len(levels)} levels, s", seconds, 3.0, seconds <= 3.0


def _importance(source: Path, place: Path) -> Iterator[Row]:
    """Time of the chunks alone: loading the model is the same either way."""
    threads, size = 1, 512
    matrices = Watched(place).matrices
    request = ImatrixRequest(
        source, place / "imatrix.gguf", matrices.texts(), CHUNKS, context=size, threads=threads
    )
    ours, bare = [], []
    for _ in range(ROUNDS):  # in turns, as above
        times: list[float] = []
        matrices.compute(request, JobControl(), lambda _, told=times: told.append(perf_counter()))
        ours.append(times[-1] - times[0])
        bare.append(_bare(BARE_EVALUATE, source, threads, size, CHUNKS)[0])
    ratio = min(ours) / min(bare)
    yield f"importance matrix, {CHUNKS} chunks, s", min(ours), "told only", True
    yield "time against bare evaluation", ratio, 1.1, ratio <= 1.1


def _bare(program: str, *arguments: object) -> tuple[float, int]:
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    seconds, peak = done.stdout.split()[-2:]
    return float(seconds), int(peak)
