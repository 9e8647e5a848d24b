"""Which files of a library are levels of one and the same model, and which to suggest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.core.quantization import base_name
from desktop.domain.library import LibraryEntry
from desktop.domain.model import ModelInfo
from desktop.domain.quantization_levels import UNQUANTIZED_TYPES

_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that may be a level of a model.

    Attributes:
        sure: whether its name says so, too; models that were trained further have the same shape.
    """

    entry: LibraryEntry
    info: ModelInfo
    sure: bool


def candidates(info: ModelInfo, entries: Iterable[LibraryEntry]) -> tuple[Candidate, ...]:
    """The other files of the shape of `info`: those of its name first, the larger first."""
    found = [
        Candidate(entry, entry.info, bool(_names(info) & _names(entry.info)))
        for entry in entries
        if entry.info is not None
        and not entry.missing
        and not entry.problem
        and entry.path != info.path
        and _shape(entry.info) == _shape(info)
    ]
    return tuple(sorted(found, key=lambda one: (not one.sure, -one.info.bits_per_weight)))


def better_base(info: ModelInfo, found: Iterable[Candidate]) -> Candidate | None:
    """One that is nearer to what was trained than `info`, or None where there is none."""
    if is_full(info):
        return None
    rivals = [one for one in found if one.sure and one.info.bits_per_weight > info.bits_per_weight]
    return max(rivals, key=lambda one: one.info.bits_per_weight, default=None)


def suggested(model: ModelInfo, levels: Sequence[ModelInfo]) -> set[Path]:
    """Which files to put side by side with `model`: the best one, or with the best the smallest.

    Args:
        levels: what there is of the model, itself included, the least quantized first.
    """
    rivals = [info.path for info in levels if info.path != model.path]
    best = levels[0].path == model.path
    return {model.path, *(rivals[-1:] if best else rivals[:1])}


def is_full(info: ModelInfo) -> bool:
    """Whether a model is not quantized."""
    return info.level in UNQUANTIZED_TYPES


def _shape(info: ModelInfo) -> tuple[str | int, ...]:
    return (
        *(info.architecture, info.parameters, info.vocabulary_size),
        *(info.embedding_length, info.block_count, info.head_count, info.head_count_kv),
    )


def _names(info: ModelInfo) -> set[str]:
    """What it is called, by its header and by its file, without signs."""
    words = (info.name, base_name(info.path))
    return {_SIGNS.sub("", word).casefold() for word in words} - {""}
