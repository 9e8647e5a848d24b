"""What the application and an engine child say about measuring models: how well they foresee a
text, how far their predictions are from those of another, how fast they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop.domain.evaluation import ChunkScores
from desktop.engine.protocol import Event, Reply, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluateModels(Request):
    """Let models foresee a text, chunk by chunk; compare all but the first with the first.

    With `noise_floor` the first is compared with itself too, computed in another way; it is then
    also model number `len(models)`. A model other than the first may fail without ending the rest.

    Args:
        context: tokens of a chunk.
        first: number of the first chunk, from 0.
        end: number of the chunk after the last; 0 for as many as the text gives.
        threads: 0 means physical cores - 1, at least 1.

    Events: EvaluationBegun, ChunkBegun, ChunkScored, ModelFailed. Reply: Evaluated.
    """

    models: tuple[Path, ...]
    text: str
    context: int = 512
    first: int = 0
    end: int = 0
    threads: int = 0
    noise_floor: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureSpeed(Request):
    """Load a model as for a conversation and time it once. Reply: SpeedMeasured."""

    model: Path
    threads: int
    prompt_tokens: int
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationBegun(Event):
    """How many chunks the whole text gives; threads computed with."""

    chunks: int
    threads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkBegun(Event):
    """Whatever happens from now on happens to this model, by number, on the way to this chunk."""

    model: int
    chunk: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkScored(Event):
    """What a model made of a chunk."""

    model: int
    chunk: int
    scores: ChunkScores


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFailed(Event):
    """A model cannot be evaluated; the others go on."""

    model: int
    message: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated(Reply):
    """Answers EvaluateModels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedMeasured(Reply):
    """Answers MeasureSpeed.

    Attributes:
        prompt_seconds: to read the prompt, after which the first token is there.
        seconds: to write the tokens.
        peak_memory: bytes of main memory the process took at most.
    """

    threads: int
    prompt_seconds: float
    seconds: float
    peak_memory: int


EvaluationJob = EvaluateModels | MeasureSpeed
