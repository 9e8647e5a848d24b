"""How long a comparison will take, from how long the last one took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.core.comparison_speed import PROMPT_TOKENS, TOKENS, rounds_of
from desktop.domain.comparison import ComparedModel, Comparison
from desktop.domain.evaluation import CHUNK

# Of one core of a usual laptop, where nothing was measured yet.
_USUAL_READING, _USUAL_WRITING = 2.5e10, 5e9
_ROUNDING = 4e7  # weights a second and core, of quantizing
_START = 0.7  # seconds to start a child that is timed


@dataclass(frozen=True, slots=True)
class Pace:
    """What a machine does in a second.

    Attributes:
        reading: weights times tokens of a text.
        writing: bytes of weights times tokens of an answer.
        rounding: weights quantized.
        measured: whether by an earlier comparison; it is a guess else.
    """

    reading: float
    writing: float
    rounding: float
    measured: bool = False


def usual_pace(cores: int) -> Pace:
    """Of a machine of which nothing is known."""
    return Pace(cores * _USUAL_READING, 2 * _USUAL_WRITING, cores * _ROUNDING)


def pace_of(comparison: Comparison, cores: int) -> Pace | None:
    """As a comparison measured it; None when it timed nothing."""
    timed = [model for model in comparison.models if model.runs and model.bits_per_weight]
    if not timed:
        return None
    runs = [(model, run) for model in timed for run in model.runs]
    reading = [_weights(model) * run.prompt_tokens / run.prompt_seconds for model, run in runs]
    writing = [model.bytes * run.tokens / run.seconds for model, run in runs]
    return Pace(
        sum(reading) / len(reading), sum(writing) / len(writing), cores * _ROUNDING, measured=True
    )


def seconds_of(
    pace: Pace, weights: int, base_bytes: int, level_bytes: Sequence[int], made: int, chunks: int
) -> float:
    """How long comparing takes at most: it may be settled before.

    Args:
        weights: of the model.
        level_bytes: sizes of the levels.
        made: how many of those are made for it.
    """
    read = weights / pace.reading
    sizes = (base_bytes, *level_bytes)
    scored = (len(sizes) + 1) * chunks * CHUNK * read  # the base twice, for the noise floor
    timed = rounds_of(chunks) * sum(
        PROMPT_TOKENS * read + TOKENS * size / pace.writing + _START for size in sizes
    )
    return scored + timed + made * weights / pace.rounding


def _weights(model: ComparedModel) -> float:
    return 8 * model.bytes / model.bits_per_weight
