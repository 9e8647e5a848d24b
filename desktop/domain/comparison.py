"""Comparing quantization levels of a model with the model itself: what was asked and found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from desktop.domain.evaluation import CHUNK, ChunkScores, Quality, divergence_by_chunk, quality_of
from desktop.domain.job import JobState
from desktop.domain.quantization import QuantizeOptions
from desktop.domain.statistics import Interval, error_of_look, mean_interval

MIN_CHUNKS = 4  # with fewer the spread between chunks is guesswork
CHUNKS_IN_TEXT = "Chunks in the text"  # a fact
_MOST_LOOKS = 4


class Budget(StrEnum):
    """How thorough a comparison is."""

    QUICK = "quick"
    STANDARD = "standard"
    FULL = "full"

    @property
    def chunks(self) -> int:
        return {"quick": 8, "standard": 32, "full": 128}[self.value]


class TextKind(StrEnum):
    """Where the text comes from."""

    OURS = "ours"  # the evaluation text Quern ships with
    STARTER = "starter"  # what the starter model was not trained on
    FILES = "files"
    CONVERSATIONS = "conversations"


@dataclass(frozen=True, slots=True)
class EvaluationText:
    """A text to measure with.

    Attributes:
        paths: of FILES: files, and folders whose text files are taken.
        conversations: ids, of CONVERSATIONS.
    """

    kind: TextKind = TextKind.OURS
    paths: tuple[Path, ...] = ()
    conversations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ComparisonRequest:
    """What to compare with what, and how.

    Attributes:
        base: not quantized, or the best there is.
        files: levels that exist.
        levels: levels to be made, by name.
        folder: where those are kept; None: they are removed when they are measured.
        options: how to make them.
        chunks: at most; fewer when the picture is settled before.
        threads: 0 means physical cores - 1, at least 1.
    """

    base: Path
    files: tuple[Path, ...] = ()
    levels: tuple[str, ...] = ()
    folder: Path | None = None
    options: QuantizeOptions = field(default_factory=QuantizeOptions)
    text: EvaluationText = field(default_factory=EvaluationText)
    chunks: int = Budget.STANDARD.chunks
    context: int = CHUNK
    threads: int = 0


class Part(StrEnum):
    """What a row of a comparison is."""

    BASE = "base"
    LEVEL = "level"
    NOISE = "noise"  # the base against itself: no difference smaller than this means anything


@dataclass(frozen=True, slots=True)
class SpeedRun:
    """A model loaded once and timed. Seconds; bytes of memory at most."""

    prompt_tokens: int
    tokens: int
    prompt_seconds: float
    seconds: float
    peak_memory: int


@dataclass(frozen=True, slots=True)
class ComparedModel:
    """One row of a comparison, as far as it was measured.

    Attributes:
        position: in the comparison, from 0, which is the base.
        name: what it is called in tables: its level.
        path: the file; of a level that is still to be made, or was removed, where it is made.
        made: whether Quern makes it for the comparison.
        bytes, bits_per_weight: 0 until they are known.
        problem, advice: why it was not measured to the end, or "".
        chunks: by number.
    """

    position: int
    part: Part
    name: str
    path: Path
    made: bool = False
    bytes: int = 0
    bits_per_weight: float = 0.0
    problem: str = ""
    advice: str = ""
    chunks: Mapping[int, ChunkScores] = field(default_factory=dict)
    runs: tuple[SpeedRun, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison, as far as it went.

    Attributes:
        problem, advice: why it FAILED, or "".
        facts: what it takes to repeat it, by name: versions, text and its hash, processor, threads.
        models: the base first, then the levels, the noise floor last.
        created_at: seconds since the epoch.
    """

    id: int
    request: ComparisonRequest
    state: JobState
    problem: str = ""
    advice: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    models: tuple[ComparedModel, ...] = ()
    created_at: float = 0.0

    @property
    def most_chunks(self) -> int:
        """How many chunks there can be: all that were asked for, or that the text gives."""
        there = int(self.facts.get(CHUNKS_IN_TEXT, self.request.chunks))
        return min(there, self.request.chunks)

    @property
    def measured(self) -> bool:
        """Whether there is anything to see of it."""
        return any(model.chunks or model.runs for model in self.models)

    @property
    def resumable(self) -> bool:
        """Whether going on could measure more: it was stopped, or something failed."""
        failed = any(model.problem for model in self.models)
        return self.state.ended and (failed or self.state is not JobState.DONE)


@dataclass(frozen=True, slots=True)
class Measurement:
    """What is known of one row, in numbers to be shown. None where nothing was measured.

    Attributes:
        divergence: from the base, by chunk; what levels are compared by.
        prompt_speed, speed: tokens a second, of reading and of writing.
        first_token: seconds from a prompt of `prompt_tokens` to the first token of the answer.
        peak_memory: bytes.
    """

    part: Part
    name: str
    path: Path
    bytes: int
    bits_per_weight: float
    problem: str
    advice: str
    quality: Quality | None = None
    divergence: Mapping[int, float] = field(default_factory=dict)
    prompt_speed: Interval | None = None
    speed: Interval | None = None
    first_token: Interval | None = None
    prompt_tokens: int = 0
    peak_memory: int = 0


def looks_of(chunks: int) -> tuple[int, ...]:
    """After how many chunks to look whether more are needed; the last is the end."""
    halves = {max(chunks >> n, min(MIN_CHUNKS, chunks)) for n in range(_MOST_LOOKS)}
    return tuple(sorted(halves))


def error_of(request: ComparisonRequest) -> float:
    """The two-sided error of a comparison's intervals, which allow for looking several times."""
    return error_of_look(len(looks_of(request.chunks)))


def measurement_of(model: ComparedModel, error: float) -> Measurement:
    """`error` is that of the intervals of quality."""
    runs = model.runs
    return Measurement(
        part=model.part,
        name=model.name,
        path=model.path,
        bytes=model.bytes,
        bits_per_weight=model.bits_per_weight,
        problem=model.problem,
        advice=model.advice,
        quality=quality_of(list(model.chunks.values()), error) if model.chunks else None,
        divergence={} if model.part is Part.BASE else divergence_by_chunk(model.chunks),
        prompt_speed=_rate([run.prompt_tokens / run.prompt_seconds for run in runs]),
        speed=_rate([run.tokens / run.seconds for run in runs]),
        first_token=_rate([run.prompt_seconds for run in runs]),
        prompt_tokens=runs[0].prompt_tokens if runs else 0,
        peak_memory=max((run.peak_memory for run in runs), default=0),
    )


def measurements_of(comparison: Comparison) -> tuple[Measurement, ...]:
    """Of every row, in order. All that could be measured are measured on the same chunks, though
    some may be one ahead."""
    error = error_of(comparison.request)
    sound = [model.chunks.keys() for model in comparison.models if not model.problem]
    common = set(sound[0]).intersection(*sound) if sound else set()
    return tuple(
        measurement_of(model if model.problem else _only(model, common), error)
        for model in comparison.models
    )


def _only(model: ComparedModel, numbers: set[int]) -> ComparedModel:
    chunks = {number: scores for number, scores in model.chunks.items() if number in numbers}
    return replace(model, chunks=chunks)


def _rate(values: list[float]) -> Interval | None:
    """The mean; a rate is never below 0."""
    if not values:
        return None
    found = mean_interval(values)
    return Interval(found.value, max(found.low, 0.0), found.high)
