"""An engine child that quantizes, evaluates and times without llama.cpp: what happens to a model is
said by its file's name.

    "crash"   ends the child at the third chunk, "crashload" before the first
    "bad"     is no model; "big" is one, but cannot be evaluated
    "nan"     computes no numbers
    "untimed" cannot be timed
    "even"    is as far from the base in each chunk; others vary a little
    "slowly"  takes a while for each chunk
Any other file's divergence follows from the bits in its name: Q8_0 is nearer than Q4_K_M. The text
gives as many chunks as it has words.
"""

from __future__ import annotations

import math
import os
import re
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from desktop.domain.evaluation import ChunkScores
from desktop.domain.model import ModelInfo
from desktop.engine import evaluation_messages as m
from desktop.engine import job_messages as j
from desktop.engine import protocol as p
from tests.helpers.fake_worker import FakeWorker, model_info

COMMAND = (sys.executable, str(Path(__file__).resolve()))
TOKENS = 8  # scored in a chunk


def level_of(path: Path) -> str:
    found = re.search(r"(Q\d_[A-Z0-9_]+|F16)", path.stem)
    return found[0] if found else "F16"


def scores_of(path: Path, chunk: int, *, base: bool) -> ChunkScores:
    """What the model at `path` makes of a chunk."""
    if "nan" in path.name:
        return ChunkScores((math.nan,) * TOKENS, (math.nan,) * TOKENS, (math.nan,) * TOKENS, 0)
    losses = tuple(1.0 + chunk / 10 + token / 100 for token in range(TOKENS))
    if base:
        return ChunkScores(losses)
    bits = int(re.sub(r"\D", "", level_of(path))[:1] or 16)
    distance = 4.0**-bits * (1 if "even" in path.name else 1 + chunk % 2 / 20)
    far = tuple(distance * (1 + token / 100) for token in range(TOKENS))
    return ChunkScores(losses, far, (0.01,) * TOKENS, TOKENS - 1)


class FakeEvaluator(FakeWorker):
    def inspect(self, request: p.Inspect) -> None:
        if "bad" in request.path.name or not request.path.exists():
            code = p.ErrorCode.MODEL_FILE_MISSING
            self.fail(request, code, f"“{request.path.name}” is not there.")
            return
        info = model_info(request.path)
        values = {name: getattr(info, name) for name in ModelInfo.__slots__}
        self.send(
            p.Inspected(id=request.id, info=ModelInfo(**values | {"level": level_of(request.path)}))
        )

    def quantize(self, request: j.Quantize) -> None:
        if "full" in str(request.request.destination):
            self.fail(request, p.ErrorCode.DISK_FULL, "The disk is full.")
            return
        request.request.destination.write_bytes(b"quantized")
        self.send(j.Quantized(id=request.id, size=9, seconds=0.1))

    def evaluatemodels(self, request: m.EvaluateModels) -> None:
        chunks = len(request.text.split())
        models = [*request.models, *request.models[:1]][: len(request.models) + request.noise_floor]
        failed = set()
        for number, path in enumerate(models):
            self.send(m.ChunkBegun(id=request.id, model=number, chunk=request.first))
            if "crashload" in path.name:
                self.abort()
            if "big" in path.name:
                failed.add(number)
                self.send(
                    m.ModelFailed(
                        id=request.id, model=number, message="It is too big.", advice="Try less."
                    )
                )
        self.send(m.EvaluationBegun(id=request.id, chunks=chunks, threads=3))
        for chunk in range(request.first, min(request.end or chunks, chunks)):
            for number, path in enumerate(models):
                if number in failed:
                    continue
                self.send(m.ChunkBegun(id=request.id, model=number, chunk=chunk))
                if request.id in self.cancelled:
                    self.fail(request, p.ErrorCode.CANCELLED, "It was cancelled.")
                    return
                if "crash" in path.name and chunk == 2:
                    self.abort()
                if "slowly" in path.name:
                    time.sleep(0.05)
                scores = scores_of(path, chunk, base=number == 0)
                self.send(m.ChunkScored(id=request.id, model=number, chunk=chunk, scores=scores))
        self.send(m.Evaluated(id=request.id))

    def measurespeed(self, request: m.MeasureSpeed) -> None:
        if "untimed" in request.model.name:
            self.fail(request, p.ErrorCode.MODEL_TOO_BIG, "It does not fit.")
            return
        self.send(
            m.SpeedMeasured(
                id=request.id,
                threads=3,
                prompt_seconds=0.5,
                seconds=2.0,
                peak_memory=1_000_000_000,
            )
        )

    def abort(self) -> None:
        sys.stderr.write("fake.cpp:1: GGML_ASSERT(false) failed\n")
        sys.stderr.flush()
        os.abort()


if __name__ == "__main__":
    FakeEvaluator().run()
