"""What the converters tell while they work, and at the end."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a conversion is.

    Attributes:
        done: bytes of tensors written.
        total: bytes of tensors there will be.
        tensor: the name of the tensor being written.
    """

    done: int
    total: int
    tensor: str


@dataclass(frozen=True, slots=True)
class Converted:
    """What came out.

    Attributes:
        paths: the files, one but for a split; llama.cpp is given the first.
        size: bytes of all files together.
        tensors: how many tensors were written.
        notes: what a person should know about the result, a sentence each.
    """

    paths: tuple[Path, ...]
    size: int
    tensors: int
    notes: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        return self.paths[0]
