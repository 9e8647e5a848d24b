"""The part of a comparison that times the models.

They take turns, in another order each round, so that a slow moment of the machine does not fall on
one alone; each run is a process of its own.
"""

from __future__ import annotations

from functools import partial

from desktop.core.comparison_record import ComparisonRecord
from desktop.core.job_control import JobControl, JobRunner, Report
from desktop.domain.comparison import Budget, ComparedModel, Part, SpeedRun
from desktop.domain.errors import Cancelled, QuernError, StorageFault
from desktop.domain.job import JobProgress
from desktop.engine.evaluation_messages import MeasureSpeed, SpeedMeasured

PROMPT_TOKENS = 256
TOKENS = 32
_QUICK_ROUNDS, _ROUNDS = 3, 5


def rounds_of(chunks: int) -> int:
    """How often each model is timed in a comparison of so many chunks."""
    return _QUICK_ROUNDS if chunks <= Budget.QUICK.chunks else _ROUNDS


def measure_speeds(
    runner: JobRunner, record: ComparisonRecord, control: JobControl, report: Report
) -> None:
    """Time every sound row but the noise floor, as often as is still missing.

    Blocking. Raises: Cancelled, StorageFault.
    """
    rounds = rounds_of(record.comparison.request.chunks)
    for number in range(rounds):
        for model in _in_turn(record, number):
            if len(model.runs) > number:
                continue
            step = f"Speed, round {number + 1} of {rounds}: {model.name}"
            timed = _timed(record)
            done = sum(len(one.runs) for one in timed)
            report(JobProgress(min(done / (rounds * len(timed)), 1.0), step))
            _measure(runner, record, model, control)


def _timed(record: ComparisonRecord) -> list[ComparedModel]:
    return [model for model in record.sound if model.part is not Part.NOISE]


def _in_turn(record: ComparisonRecord, number: int) -> list[ComparedModel]:
    models = _timed(record)
    first = number % len(models) if models else 0
    return models[first:] + models[:first]


def _measure(
    runner: JobRunner, record: ComparisonRecord, model: ComparedModel, control: JobControl
) -> None:
    make = partial(
        MeasureSpeed,
        model=model.path,
        threads=record.comparison.request.threads,
        prompt_tokens=PROMPT_TOKENS,
        tokens=TOKENS,
    )
    try:
        reply = runner.run(lambda number: make(id=number), SpeedMeasured, control)
    except (Cancelled, StorageFault):
        raise
    except QuernError as error:
        record.fail(model.position, error)
        return
    run = SpeedRun(PROMPT_TOKENS, TOKENS, reply.prompt_seconds, reply.seconds, reply.peak_memory)
    record.add_run(model.position, run)
