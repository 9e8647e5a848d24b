"""Comparisons of a model of eight billion weights, as they may stand, for the Compare page."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from desktop.core.comparison_report import ComparisonReport
from desktop.core.comparison_time import Pace
from desktop.domain.comparison import (
    ComparedModel,
    Comparison,
    ComparisonRequest,
    Part,
    SpeedRun,
)
from desktop.domain.conversation import Conversation
from desktop.domain.evaluation import ChunkScores
from desktop.domain.job import JobState
from desktop.domain.library import LibraryEntry
from desktop.domain.recommendation import Wishes
from tests.helpers.quantize_page_data import FOLDER, SOURCE, WEIGHTS, model

MEMORY = 16_000_000_000
CACHE = Path("/home/ada/.local/share/quern/cache")
NOON = time.mktime((2026, 6, 1, 12, 0, 0, 0, 0, -1))
TOKENS = 24  # scored in a chunk; few, for the sake of quick tests
PACE = Pace(4e10, 2e10, 1e8, measured=True)

# Bits per weight, mean divergence, tokens a second.
LEVELS = {
    "Q8_0": (8.5, 0.0014, 5.6), "Q6_K": (6.56, 0.0055, 7.1), "Q5_K_M": (5.7, 0.0108, 8.0),
    "Q4_K_M": (4.89, 0.0313, 9.1), "Q3_K_M": (4.0, 0.102, 10.2), "Q2_K": (3.16, 0.445, 11.6),
}  # fmt: skip
FACTS = {
    "Quern": "0.4.0", "llama.cpp": "b6600 (a1b2c3d)", "Python": "3.11.9",
    "Processor": "AMD Ryzen 7 7840U (8 cores, 16 threads)", "Memory": "16.0 GB",
    "Text": "Quern's evaluation text", "SHA-256 of the text": "5f" * 32,
    "Chunks in the text": "140", "Threads": "7",
}  # fmt: skip


def chunk(
    number: int, divergence: float, *, base: bool = False, broken: bool = False
) -> ChunkScores:
    """Scores like those of a real chunk: the same for the same arguments."""
    luck = random.Random(number)
    hard = luck.uniform(0.7, 1.3)
    losses = [luck.expovariate(1 / 2.0) for _ in range(TOKENS)]
    far = [luck.gammavariate(0.35, 1 / 0.35) * hard * divergence for _ in range(TOKENS)]
    if broken:
        losses[3] = far[3] = math.nan
    if base:
        return ChunkScores(tuple(losses))
    changes = tuple(luck.gauss(-divergence / 4, math.sqrt(divergence) / 4) for _ in range(TOKENS))
    kept = sum(luck.random() > 0.6 * math.sqrt(divergence) for _ in range(TOKENS))
    return ChunkScores(tuple(loss + divergence for loss in losses), tuple(far), changes, kept)


def run(size: int, speed: float, number: int) -> SpeedRun:
    wobble = 1 + 0.02 * (number - 1)
    return SpeedRun(256, 32, 256 / (9 * speed) * wobble, 32 / speed * wobble, round(size * 1.06))


def level_row(position: int, name: str, chunks: int, runs: int, **more: object) -> ComparedModel:
    bits, divergence, speed = LEVELS[name]
    size = round(WEIGHTS * bits / 8)
    path = FOLDER / f"Llama-3.1-8B-Instruct-{name}.gguf"
    values: dict[str, object] = {
        "bytes": size, "bits_per_weight": bits,
        "chunks": {n: chunk(n, divergence) for n in range(chunks)},
        "runs": tuple(run(size, speed, n) for n in range(runs)),
    } | more  # fmt: skip
    return ComparedModel(position, Part.LEVEL, name, path, made=True, **values)  # type: ignore[arg-type]


def comparison(
    levels: Sequence[str] = ("Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q3_K_M"),
    *,
    state: JobState = JobState.DONE,
    chunks: int = 8,
    runs: int = 3,
    number: int = 7,
    base: Path = SOURCE,
    **more: object,
) -> Comparison:
    """One in which each row was measured as far as `chunks` and `runs` say."""
    size = 16_060_000_000
    rows = [
        ComparedModel(
            *(0, Part.BASE, "F16", base),
            bytes=size,
            bits_per_weight=16.0,
            chunks={n: chunk(n, 0.0, base=True) for n in range(chunks)},
            runs=tuple(run(size, 2.9, n) for n in range(runs)),
        ),
        *(level_row(n + 1, name, chunks, runs) for n, name in enumerate(levels)),
    ]
    floor = {n: chunk(n, 2e-4) for n in range(chunks)}
    rows.append(
        ComparedModel(
            *(len(rows), Part.NOISE, "F16 again", base),
            bytes=size,
            bits_per_weight=16.0,
            chunks=floor,
        )
    )
    values: dict[str, object] = {"facts": FACTS if chunks else {}, "created_at": NOON} | more
    request = ComparisonRequest(base, levels=tuple(levels), chunks=8)
    return Comparison(number, request, state, models=tuple(rows), **values)  # type: ignore[arg-type]


def with_row(whole: Comparison, position: int, **more: object) -> Comparison:
    """With something else in one of its rows."""
    rows = list(whole.models)
    rows[position] = replace(rows[position], **more)  # type: ignore[arg-type]
    return replace(whole, models=tuple(rows))


def troubled() -> Comparison:
    """One whose levels crashed, computed no numbers, and could not be made."""
    whole = comparison(("Q8_0", "Q5_K_M", "Q4_K_M", "Q3_K_M"))
    whole = with_row(
        whole, 2, chunks={0: chunk(0, 0.01)}, runs=(),
        problem="The engine stopped unexpectedly (signal 6).",
        advice="The file may be damaged; make it again.",
    )  # fmt: skip
    whole = with_row(whole, 3, chunks={n: chunk(n, 0.03, broken=n == 2) for n in range(8)})
    return with_row(
        whole, 4, chunks={}, runs=(), bytes=0, bits_per_weight=0.0,
        problem="The disk is full.", advice="Free some space, then go on.",
    )  # fmt: skip


def report(whole: Comparison | None = None) -> ComparisonReport:
    return ComparisonReport(whole or comparison(), Wishes(MEMORY))


def history() -> list[Comparison]:
    """In every state, the newest first, without what was measured."""
    long = Path("/m/A-model-with-a-name-that-somebody-made-much-too-long-for-any-list-F16.gguf")
    return [
        comparison(chunks=0, runs=0, state=JobState.INTERRUPTED, number=9),
        comparison(("Q4_K_M",), chunks=0, runs=0, number=8, base=long),
        comparison(chunks=0, runs=0, number=7),
        comparison(("Q8_0",), chunks=0, runs=0, state=JobState.FAILED, number=6,
                   problem="The base is not there any more."),
        comparison(("Q2_K",), chunks=0, runs=0, state=JobState.CANCELLED, number=5),
    ]  # fmt: skip


def library() -> list[LibraryEntry]:
    """The base, two levels of it, a model of the same shape with another name, and another."""
    q8 = SOURCE.with_name("Llama-3.1-8B-Instruct-Q8_0.gguf")
    q4 = SOURCE.with_name("Llama-3.1-8B-Instruct-Q4_K_M.gguf")
    kin = SOURCE.with_name("Hermes-3-Llama-3.1-8B-Q4_K_M.gguf")
    sizes = {"F16": 16.0, "Q8_0": 8.5, "Q4_K_M": 4.89}
    infos = [model(level, path) for level, path in (("F16", SOURCE), ("Q8_0", q8), ("Q4_K_M", q4))]
    infos.append(replace(model("Q4_K_M", kin), name="Hermes 3 Llama 3.1 8B"))
    infos.append(replace(model("F16", Path("/home/ada/models/other-F16.gguf")), parameters=1))
    infos = [
        replace(
            info,
            bits_per_weight=sizes[info.level],
            file_size=round(WEIGHTS * sizes[info.level] / 8),
        )
        for info in infos
    ]
    return [
        LibraryEntry(info.path.stem, info.path, size=info.file_size, info=info) for info in infos
    ]


def conversations() -> list[Conversation]:
    return [
        Conversation(3, "How mills work", 0.0, 0.0),
        Conversation(4, "A letter to the landlord about the heating that went out in January",
                     0.0, 0.0),
        Conversation(5, "", 0.0, 0.0),
    ]  # fmt: skip
