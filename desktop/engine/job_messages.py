"""What the application and an engine child say about jobs: quantizing, importance matrices and
converting.

A child does one job and leaves. Cancelling a job ends it with Failed(CANCELLED); llama.cpp cannot
be stopped while it quantizes, so there the child removes what it wrote and leaves at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop.domain.quantization import (
    ConversionRequest,
    ImatrixRequest,
    LevelEstimate,
    QuantizeOptions,
    QuantizeRequest,
)
from desktop.engine.evaluation_messages import EvaluationJob
from desktop.engine.protocol import Event, Reply, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun(Request):
    """What each of `levels` would make of a model. Reply: DryRunDone."""

    source: Path
    levels: tuple[str, ...]
    options: QuantizeOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantize(Request):
    """Make one level of a model. Events: QuantizeProgress. Reply: Quantized.

    With `keep` a file stays as it is when it is just what would be made, and not older than what
    that is made of.
    """

    request: QuantizeRequest
    keep: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputeImatrix(Request):
    """Compute an importance matrix. Events: ImatrixProgress. Reply: ImatrixComputed.

    `words` are read after the texts of the request: a text that shall lie in no file.
    """

    request: ImatrixRequest
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Convert(Request):
    """Turn a checkpoint folder into a GGUF file. Events: ConvertProgress. Reply: Converted."""

    request: ConversionRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantizeProgress(Event):
    """Bytes of `total` written; which tensor (`number` of `count`, from 1) is being made.

    `old_type` and `new_type` are ggml's names. `memory` is what the child took at most so far, in
    bytes, here and below.
    """

    done: int
    total: int
    tensor: str
    number: int
    count: int
    old_type: str
    new_type: str
    memory: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImatrixProgress(Event):
    """Chunks done of all; perplexity over those done (0 before the first)."""

    done: int
    total: int
    perplexity: float
    memory: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertProgress(Event):
    """Bytes done of all, and the tensor being written."""

    done: int
    total: int
    tensor: str
    memory: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRunDone(Reply):
    """Answers DryRun, in the order asked."""

    estimates: tuple[LevelEstimate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantized(Reply):
    """Answers Quantize: size of the file in bytes, seconds it took, whether it was `kept`."""

    size: int
    seconds: float
    kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ImatrixComputed(Reply):
    """Answers ComputeImatrix.

    `entries` is the number of tensors with data; `uncovered` names experts that no token of the
    text reached, as "tensor: N of M".
    """

    entries: int
    chunks: int
    perplexity: float
    perplexity_error: float
    uncovered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted(Reply):
    """Answers Convert: size of the file in bytes, seconds it took, and what a person should know
    about the result, a sentence each."""

    size: int
    seconds: float
    notes: tuple[str, ...] = ()


Job = DryRun | Quantize | ComputeImatrix | Convert | EvaluationJob
