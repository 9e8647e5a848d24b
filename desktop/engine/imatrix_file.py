"""Importance matrices as files: GGUF as llama.cpp writes it, and its older format for reading.

For every tensor that multiplies activations, the file holds the sum of the squares of each input
column over all tokens seen, and how many tokens that were. Tensors that hold several matrices
(experts) have a row for each.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from desktop.domain.errors import EnvironmentFault, ModelFileInvalid
from desktop.engine.gguf_builder import GgufBuilder
from desktop.engine.gguf_header import MAGIC, opened_header
from desktop.engine.native import LlamaLog

Array = np.ndarray[Any, np.dtype[np.float32]]

_TYPE_KEY = "general.type"
_DATASETS_KEY = "imatrix.datasets"
_CHUNKS_KEY = "imatrix.chunk_count"
_CHUNK_SIZE_KEY = "imatrix.chunk_size"
_SUMS, _COUNTS = ".in_sum2", ".counts"

_AGAIN = "Compute it again, or get it again from where it came from."


@dataclass(frozen=True, slots=True)
class Entry:
    """Statistics of one tensor.

    Attributes:
        sums: [matrices, columns] sums of squared activations.
        counts: [matrices], or [1] for all matrices together: tokens seen.
    """

    sums: Array
    counts: Array

    def mean_squares(self) -> Array:
        """What quantizing weighs columns with, flat: sums / counts; 1 where no token was seen."""
        counts = self.counts.reshape(-1, 1)
        sums = self.sums.reshape(len(counts), -1)
        means = np.divide(sums, counts, out=np.ones_like(sums), where=counts > 0)
        return means.reshape(-1)


@dataclass(frozen=True, slots=True)
class ImportanceMatrix:
    """`chunks` of `chunk_size` tokens each were read from `datasets`."""

    entries: dict[str, Entry]
    datasets: tuple[str, ...]
    chunks: int
    chunk_size: int


def write_imatrix(path: Path, matrix: ImportanceMatrix) -> None:
    """Write a GGUF imatrix. Raises: OSError."""
    with GgufBuilder() as file:
        file.set_text(_TYPE_KEY, "imatrix")
        file.set_texts(_DATASETS_KEY, matrix.datasets)
        file.set_number(_CHUNKS_KEY, matrix.chunks)
        file.set_number(_CHUNK_SIZE_KEY, matrix.chunk_size)
        for name, entry in sorted(matrix.entries.items()):
            rows = len(entry.counts)
            file.add_array(name + _SUMS, entry.sums.reshape(rows, -1))
            file.add_array(name + _COUNTS, entry.counts.reshape(rows, 1))
        file.write(path)


def read_imatrix(path: Path, log: LlamaLog) -> ImportanceMatrix:
    """Read and check an importance matrix. Raises: ModelFileInvalid, EnvironmentFault."""
    try:
        with path.open("rb") as file:
            is_gguf = file.read(len(MAGIC)) == MAGIC
        matrix = _read_gguf(path, log) if is_gguf else _read_older(path)
    except FileNotFoundError as error:
        raise EnvironmentFault(
            f"The importance matrix is not there: {path}.", "Choose another, or compute one."
        ) from error
    except OSError as error:
        raise EnvironmentFault(
            f"The importance matrix cannot be read: {error.strerror or error}.",
            "Check the path and the rights to read it.",
        ) from error
    for name, entry in matrix.entries.items():
        if not np.isfinite(entry.sums).all() or (entry.sums < 0).any():
            raise ModelFileInvalid(
                f"The importance matrix has impossible values for {name}.", _AGAIN
            )
    if not any(entry.sums.any() for entry in matrix.entries.values()):
        raise ModelFileInvalid("The importance matrix is empty.", _AGAIN)
    return matrix


def _read_gguf(path: Path, log: LlamaLog) -> ImportanceMatrix:
    size = path.stat().st_size
    with opened_header(path, log) as header:
        scalars, _ = header.values()
        datasets = header.texts(_DATASETS_KEY)
        tensors = list(header.tensors())
    if scalars.get(_TYPE_KEY) != "imatrix":
        raise ModelFileInvalid(
            f"“{path.name}” is not an importance matrix.",
            "Choose the file that `quern imatrix` or llama-imatrix wrote.",
        )
    arrays: dict[str, Array] = {}
    for tensor, end in tensors:
        if tensor.type != "F32" or end > size:
            raise ModelFileInvalid(f"The importance matrix is cut short at {tensor.name}.", _AGAIN)
        rows = tensor.shape[1] if len(tensor.shape) > 1 else 1
        values = np.fromfile(path, np.float32, tensor.size // 4, offset=end - tensor.size)
        arrays[tensor.name] = values.reshape(rows, -1)
    entries: dict[str, Entry] = {}
    for name, sums in arrays.items():
        if not name.endswith(_SUMS):
            continue
        tensor_name = name.removesuffix(_SUMS)
        counts = arrays.get(tensor_name + _COUNTS)
        if counts is None or sums.size % counts.size:
            raise ModelFileInvalid(f"The importance matrix lacks counts of {tensor_name}.", _AGAIN)
        entries[tensor_name] = Entry(sums, np.round(counts.reshape(-1)))
    return ImportanceMatrix(
        entries,
        tuple(datasets),
        int(scalars.get(_CHUNKS_KEY, 0)),
        int(scalars.get(_CHUNK_SIZE_KEY, 0)),
    )


def _read_older(path: Path) -> ImportanceMatrix:
    """The format before GGUF: entries with means times the number of chunks."""
    data = path.read_bytes()
    position = 0

    def number() -> int:
        nonlocal position
        (value,) = struct.unpack_from("<i", data, position)
        position += 4
        return int(value)

    def taken(length: int) -> bytes:
        nonlocal position
        if not 0 < length <= len(data) - position:
            raise ValueError(length)
        position += length
        return data[position - length : position]

    entries: dict[str, Entry] = {}
    try:
        for _ in range(number()):
            name = taken(number()).decode()
            chunks, columns = number(), number()
            sums = np.frombuffer(taken(4 * columns), np.float32).reshape(1, -1)
            entries[name] = Entry(sums, np.array([max(chunks, 1)], np.float32))
        rest = len(data) - position
        chunks = number() if rest else 0
        dataset = taken(number()).decode("utf-8", "replace") if rest > 8 else ""
    except (struct.error, ValueError) as error:
        raise ModelFileInvalid(f"“{path.name}” is not an importance matrix.", _AGAIN) from error
    return ImportanceMatrix(entries, (dataset,) if dataset else (), chunks, 0)
