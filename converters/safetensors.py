"""Reads safetensors files: a length (u64), a JSON header of that length, then the tensors.

A file comes from anywhere, so the header is checked before anything it says is believed: sizes,
offsets and shapes must agree with each other and with the file. Data is read, not mapped: a file
that becomes shorter meanwhile is then an error instead of a crash, and memory stays flat.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from converters.errors import ConversionError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LONGEST_HEADER = 100_000_000  # bytes, the limit of the format's own library
_MOST_DIMENSIONS = 4  # of GGUF

# BF16 has no type in numpy: its bits are read as integers and widened by whoever needs numbers.
DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"}  # as numpy calls them
_SIZES = {
    **{name: int(dtype[-1]) for name, dtype in DTYPES.items()},
    **dict.fromkeys(("I64", "U64"), 8),
    **dict.fromkeys(("I32", "U32"), 4),
    **dict.fromkeys(("I16", "U16"), 2),
    **dict.fromkeys(("I8", "U8", "BOOL", "F8_E4M3", "F8_E5M2", "F8_E8M0"), 1),
}
_REPAIR = "Download the file again."


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """A tensor in a safetensors file.

    Attributes:
        shape: rows first, as in the file.
        offset: where its data begins, in bytes from the start of the file.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    path: Path
    offset: int

    @property
    def described(self) -> str:
        """For sentences about it."""
        return f"The tensor {self.name} in {self.path.name}"

    def read(self, first: int, last: int) -> NDArray[Any]:
        """Rows `first` to `last`, excluded; of a vector its elements.

        Raises: ConversionError when the file ends within them or cannot be read.
        """
        import numpy as np  # not for the window, which reads headers only

        inner = self.shape[1:]
        width = math.prod(inner)
        values: NDArray[Any] = np.empty((last - first, *inner), DTYPES[self.dtype])
        if not values.nbytes:
            return values
        try:
            with self.path.open("rb", buffering=0) as file:
                file.seek(self.offset + first * width * values.itemsize)
                target = values.data.cast("B")
                while target:
                    count = file.readinto(target)
                    if not count:
                        raise ConversionError(f"{self.described} is cut off.", _REPAIR)
                    target = target[count:]
        except OSError as error:
            raise ConversionError(
                f"{self.described} cannot be read: {error.strerror}.",
                "Check the disk the checkpoint is on.",
            ) from error
        return values


def read_tensors(path: Path) -> list[StoredTensor]:
    """What a safetensors file holds, in the order of the data.

    Raises: ConversionError when it is missing, cut off or not what it says.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if size < 8 or length > _LONGEST_HEADER:
                raise ConversionError(f"{path.name} is no safetensors file.", _REPAIR)
            if size < 8 + length:
                raise ConversionError(f"{path.name} is cut off within its header.", _REPAIR)
            text = file.read(length)
    except FileNotFoundError:
        raise ConversionError(f"{path.name} is missing in {path.parent}.", _REPAIR) from None
    except OSError as error:
        raise ConversionError(
            f"{path.name} cannot be read: {error.strerror}.", "Check the disk it is on."
        ) from error
    tensors = []
    for name, entry in _parse(text, path).items():
        if name != "__metadata__":
            tensors.append(_tensor(name, entry, path, 8 + length, size))
    tensors.sort(key=lambda tensor: (tensor.offset, tensor.name))
    for before, after in pairwise(tensors):
        if before.offset + _nbytes(before) > after.offset:
            raise ConversionError(
                f"In {path.name} the tensors {before.name} and {after.name} overlap.", _REPAIR
            )
    return tensors


def _parse(text: bytes, path: Path) -> dict[str, Any]:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        entries = dict(pairs)
        if len(entries) < len(pairs):
            raise ValueError
        return entries

    try:
        header = json.loads(text, object_pairs_hook=unique)
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict):
        raise ConversionError(f"The header of {path.name} cannot be understood.", _REPAIR)
    return header


def _tensor(name: str, entry: Any, path: Path, begin: int, size: int) -> StoredTensor:
    match entry:
        case {
            "dtype": str(dtype),
            "shape": list(shape),
            "data_offsets": [int(first), int(last)],
        } if dtype in _SIZES and all(type(n) is int and n >= 0 for n in shape):
            pass
        case _:
            raise ConversionError(
                f"The header of {path.name} describes the tensor {name} wrongly.", _REPAIR
            )
    tensor = StoredTensor(name, dtype, tuple(shape), path, begin + first)
    if first < 0 or last - first != _nbytes(tensor) or len(shape) > _MOST_DIMENSIONS:
        raise ConversionError(
            f"In {path.name} the size of the tensor {name} does not match its shape.", _REPAIR
        )
    if begin + last > size:
        raise ConversionError(
            f"{path.name} is cut off: the tensor {name} ends {begin + last - size:,} bytes "
            "behind the end of the file.",
            _REPAIR,
        )
    return tensor


def _nbytes(tensor: StoredTensor) -> int:
    return math.prod(tensor.shape) * _SIZES[tensor.dtype]
