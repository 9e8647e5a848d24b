"""Checkpoints to convert, and what came out of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gguf import GGUFReader

import converters
from converters.job import Converted, Progress
from tests.helpers.tiny_checkpoints import CHECKPOINTS, TinyCheckpoint

Edit = Callable[[TinyCheckpoint], Any]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes one of the tiny checkpoints, changed by a function."""

    def write_one(name: str, edit: Edit | None = None) -> Path:
        checkpoint = CHECKPOINTS[name]()
        if edit:
            edit(checkpoint)
        return checkpoint.write(tmp_path / name)

    return write_one


def ignore(_: Progress) -> None:
    """Progress nobody looks at."""


def never() -> bool:
    return False


def convert(source: Path, outtype: str = "f32", **changes: Any) -> Converted:
    """Convert a folder to a file beside it."""
    options = {"progress": ignore, "cancelled": never, **changes}
    return converters.convert(source, source.with_suffix(".gguf"), outtype, **options)


@dataclass
class Contents:
    """A GGUF file as gguf's own reader sees it."""

    values: dict[str, Any]
    tensors: dict[str, np.ndarray]
    types: dict[str, str]


def contents(path: Path) -> Contents:
    reader = GGUFReader(path)
    return Contents(
        {field.name: field.contents() for field in reader.fields.values()},
        {tensor.name: np.array(tensor.data) for tensor in reader.tensors},
        {tensor.name: tensor.tensor_type.name for tensor in reader.tensors},
    )


def converted(source: Path, outtype: str = "f32") -> Contents:
    return contents(convert(source, outtype).path)


def leftovers(folder: Path) -> list[str]:
    """Files a conversion left that failed."""
    return [path.name for path in folder.iterdir() if ".gguf" in path.name]
