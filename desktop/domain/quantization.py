"""What a person asks about and of quantization: requests, and what each level would cost.

The size of a level is known exactly before it is made; how much it costs in quality is judged from
the rounding error of the tensor types it uses.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from desktop.domain.quantization_levels import BY_NAME, LevelGroup


@dataclass(frozen=True, slots=True)
class TensorOverride:
    """Tensors whose name the regular expression `pattern` is found in get this type."""

    pattern: str
    type: str


@dataclass(frozen=True, slots=True)
class QuantizeOptions:
    """How to quantize, whichever the level.

    Attributes:
        imatrix: an importance matrix (GGUF as llama.cpp writes it), or None.
        threads: 0 means physical cores.
        overrides: the first that matches a tensor's name counts.
        keep_output: keep the output tensor (or the embeddings that stand for it) at Q8_0.
        allow_requantize: quantize what is quantized already, though it loses quality twice.
    """

    imatrix: Path | None = None
    threads: int = 0
    overrides: tuple[TensorOverride, ...] = ()
    keep_output: bool = False
    allow_requantize: bool = False


@dataclass(frozen=True, slots=True)
class Fallback:
    """A tensor whose width does not suit the level, and the type it gets instead."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class LevelEstimate:
    """What a level would make of one model.

    Attributes:
        level: by name.
        bytes: size of the file, exact.
        bits_per_weight: of the tensors alone.
        fallback_tensors: those that get another type than the level means.
        needs_imatrix: whether this model at this level needs an importance matrix.
        error: rounding error as `rounding_error` gives it.
        requantizes: whether tensors that are quantized already would be quantized again.
        dominated_by: why there is no reason to choose it, or "".
    """

    level: str
    bytes: int
    bits_per_weight: float
    fallback_tensors: tuple[Fallback, ...] = ()
    needs_imatrix: bool = False
    error: float = 0.0
    requantizes: bool = False
    dominated_by: str = ""


def dominating(
    estimate: LevelEstimate, others: Iterable[LevelEstimate], *, has_imatrix: bool
) -> str:
    """Why one of `others` is the better choice than `estimate` in every respect, or "".

    A level that cannot be made, or needs an importance matrix to be any good while there is none,
    is no reason. F16 and BF16 are never dominated: they are chosen for what they are.
    """
    if BY_NAME[estimate.level].group is LevelGroup.FULL:
        return ""
    rivals = [
        other
        for other in others
        if other.bytes <= estimate.bytes
        and other.error <= estimate.error
        and other.level != estimate.level
        and (has_imatrix or not (other.needs_imatrix or other.level.startswith("IQ3")))
    ]
    for other in sorted(rivals, key=lambda rival: (rival.error, rival.bytes)):
        smaller, better = other.bytes < estimate.bytes, other.error < 0.97 * estimate.error
        if smaller and better:
            return f"{other.level} is smaller and more exact."
        if better:
            return f"{other.level} is more exact at the same size."
        if not smaller and other.error == estimate.error and _earlier(other, estimate):
            return f"For this model it is the same as {other.level}."
    return ""


def _earlier(one: LevelEstimate, other: LevelEstimate) -> bool:
    names = list(BY_NAME)
    return names.index(one.level) < names.index(other.level)


@dataclass(frozen=True, slots=True)
class QuantizeRequest:
    """One file to make of another. `destination` is replaced once the new file is whole."""

    source: Path
    destination: Path
    level: str
    options: QuantizeOptions = field(default_factory=QuantizeOptions)


@dataclass(frozen=True, slots=True)
class ImatrixRequest:
    """An importance matrix to compute.

    Attributes:
        model: best not quantized, or at Q8_0.
        texts: files of UTF-8 text, read one after the other.
        destination: a GGUF file.
        chunks: of `context` tokens each; 0 for as many as the texts give.
        threads: 0 means physical cores - 1, at least 1.
    """

    model: Path
    destination: Path
    texts: tuple[Path, ...]
    chunks: int = 0
    context: int = 512
    threads: int = 0


@dataclass(frozen=True, slots=True)
class ConversionRequest:
    """A checkpoint folder to turn into a GGUF file of type `outtype`."""

    source: Path
    destination: Path
    outtype: str = "f16"


_LONGEST_NAME = 200  # bytes; file systems allow 255, and something comes after it

OUTTYPES = ("f32", "f16", "bf16", "q8_0")


def part_path(destination: Path) -> Path:
    """Where `destination` is written until it is whole: beside it, so that renaming is atomic.

    The name is ASCII, because llama.cpp on Windows cannot write to another, and not too long.
    """
    plain = destination.name.encode("ascii", "xmlcharrefreplace").decode()
    if len(plain) > _LONGEST_NAME:
        digest = hashlib.sha256(destination.name.encode("utf-8", "surrogateescape")).hexdigest()
        plain = f"{plain[: _LONGEST_NAME - 17]}-{digest[:16]}"
    return destination.with_name(f"{plain}.part")


def converters_part_path(destination: Path) -> Path:
    """The same, as the converters have it, which run without the application."""
    return destination.with_name(f"{destination.name}.part")


def fitting(name: str) -> str:
    """The beginning of a file's name, cut so that a level and an ending still fit after it."""
    while len(name.encode("utf-8", "surrogateescape")) > _LONGEST_NAME:
        name = name[:-1]
    return name
