"""How well one model foresees a text, and how far it is from its base."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop.core.job_control import JobControl, JobRunner, Report
from desktop.domain.errors import EvaluationFailed
from desktop.domain.evaluation import CHUNK, ChunkScores, Quality, quality_of
from desktop.domain.job import JobProgress
from desktop.engine.evaluation_messages import (
    ChunkScored,
    Evaluated,
    EvaluateModels,
    EvaluationBegun,
    ModelFailed,
)
from desktop.engine.protocol import Event


@dataclass(frozen=True, slots=True)
class PerplexityRequest:
    """What to measure, and how.

    Attributes:
        base: what to compare with, or None.
        chunks: of `context` tokens each; 0 for as many as the text gives.
        threads: 0 means physical cores - 1, at least 1.
    """

    model: Path
    text: str
    base: Path | None = None
    chunks: int = 0
    context: int = CHUNK
    threads: int = 0


def measure_perplexity(
    runner: JobRunner, request: PerplexityRequest, control: JobControl, report: Report
) -> Quality:
    """Measure in a child of its own. Blocking.

    Raises: Cancelled, InvalidInput when the text is too short, EvaluationFailed when the model
        cannot be compared with the base, EngineDied; what is wrong with a file.
    """
    models = (request.model,) if request.base is None else (request.base, request.model)
    chunks: list[ChunkScores] = []
    failure: ModelFailed | None = None
    total = 1

    def on_event(event: Event) -> None:
        nonlocal failure, total
        match event:
            case EvaluationBegun(chunks=there):
                total = min(request.chunks or there, there)
            case ChunkScored(model=model, chunk=chunk, scores=scores):
                if model == len(models) - 1:
                    chunks.append(scores)
                done = chunk + (model + 1) / len(models)
                report(JobProgress(done / total, f"Chunk {chunk + 1} of {total}"))
            case ModelFailed():
                failure = event

    runner.run(
        lambda number: EvaluateModels(
            id=number,
            models=models,
            text=request.text,
            context=request.context,
            end=request.chunks,
            threads=request.threads,
        ),
        Evaluated,
        control,
        on_event,
    )
    if failure is not None:
        raise EvaluationFailed(failure.message, failure.advice)
    return quality_of(chunks)
