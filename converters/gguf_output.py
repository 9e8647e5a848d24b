"""Writes a GGUF file from its header and tensors of any size through a few megabytes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from converters.encoding import Encoding, NotFinite, encode, too_great
from converters.gguf_header import ALIGNMENT, Header, TensorEntry
from converters.job import Progress
from converters.output import Output
from converters.rows import Rows

_SLAB = 16 * 2**20  # bytes of F32 that are converted at once


@dataclass(frozen=True, slots=True)
class PlannedTensor:
    """A tensor of the file to be.

    Attributes:
        rows: where its numbers come from.
        encoding: what they are stored as.
    """

    name: str
    rows: Rows
    encoding: Encoding

    @property
    def size(self) -> int:
        """Bytes in the file, without what fills up to the next tensor."""
        return self.encoding.size(self.rows.shape)


def write_gguf(
    destination: Path,
    header: Header,
    tensors: Sequence[PlannedTensor],
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> int:
    """Write the file; gives its size in bytes.

    Raises: ConversionError, which leaves nothing behind; Cancelled.
    """
    entries = [
        TensorEntry(tensor.name, tensor.rows.shape, tensor.encoding.number, tensor.size)
        for tensor in tensors
    ]
    begin = header.pack(entries)
    total = sum(tensor.size for tensor in tensors)
    with Output(destination, len(begin) + total, cancelled) as output:
        output.write(begin)
        done = 0
        for tensor in tensors:
            for size in _write_rows(output, tensor):
                done += size
                progress(Progress(done, total, tensor.name))
            output.pad(ALIGNMENT)
        return output.size


def _write_rows(output: Output, tensor: PlannedTensor) -> Iterator[int]:
    """Write a tensor a slab at a time; gives the bytes of each."""
    rows = tensor.rows
    count = rows.shape[0]
    step = max(1, _SLAB // (math.prod(rows.shape[1:]) * 4))
    for first in range(0, count, step):
        values = rows.read(first, min(first + step, count))
        try:
            data = encode(values, rows.dtype, tensor.encoding)
        except NotFinite:
            raise too_great(rows.described, tensor.encoding) from None
        data = np.ascontiguousarray(data)
        output.write(data.data.cast("B"))
        yield data.nbytes
