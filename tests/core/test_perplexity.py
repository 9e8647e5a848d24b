"""Perplexity of one model, with a scripted engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core.job_control import JobControl, JobRunner
from desktop.core.perplexity import PerplexityRequest, measure_perplexity
from desktop.domain.errors import Cancelled, EngineDied, EvaluationFailed
from desktop.domain.evaluation import Quality, quality_of
from desktop.domain.job import JobProgress
from desktop.engine.client import Engine
from tests.helpers.fake_evaluator import COMMAND, scores_of

TEXT = "word " * 10


def measure(
    *names: str, control: JobControl | None = None, chunks: int = 4
) -> tuple[Quality, list[JobProgress]]:
    base, model = (None, names[0]) if len(names) == 1 else names
    request = PerplexityRequest(
        model=Path(f"{model}.gguf"),
        text=TEXT,
        base=Path(f"{base}.gguf") if base else None,
        chunks=chunks,
    )
    progress: list[JobProgress] = []
    runner = JobRunner(lambda: Engine(COMMAND))
    quality = measure_perplexity(runner, request, control or JobControl(), progress.append)
    return quality, progress


def test_a_model_alone() -> None:
    quality, _ = measure("m-F16")
    assert quality == quality_of([scores_of(Path("m-F16"), n, base=True) for n in range(4)])


def test_a_model_and_its_base() -> None:
    quality, _ = measure("m-F16", "m-Q4_K_M")
    expected = quality_of([scores_of(Path("m-Q4_K_M"), n, base=False) for n in range(4)])
    assert quality == expected
    assert quality.divergence is not None


def test_without_a_number_the_whole_text_is_read() -> None:
    assert measure("m-F16", chunks=0)[0].chunks == 10


def test_progress_is_that_of_both_models() -> None:
    fractions = [one.fraction for one in measure("m-F16", "m-Q8_0")[1]]
    assert fractions == [done / 8 for done in range(1, 9)]  # 4 chunks of 2 models


def test_a_model_that_cannot_be_compared_is_said() -> None:
    with pytest.raises(EvaluationFailed, match="It is too big"):
        measure("m-F16", "m-big-Q8_0")


def test_a_model_that_ends_the_child_is_said() -> None:
    with pytest.raises(EngineDied):
        measure("m-crash-F16")


def test_it_can_be_cancelled() -> None:
    control = JobControl()
    control.cancel()
    with pytest.raises(Cancelled):
        measure("m-F16", control=control)
