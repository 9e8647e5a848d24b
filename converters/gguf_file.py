"""Reads what a GGUF file has before its data, leaving values as the bytes they are."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from gguf import GGML_QUANT_SIZES, GGMLQuantizationType

from converters.errors import ConversionError
from converters.gguf_header import ALIGNMENT, ARRAY, MAGIC, STRING, U32, TensorEntry

_VERSIONS = (2, 3)
_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}  # bytes, by type
_MOST_DIMENSIONS = 4
_CHUNK = 16 * 2**20


@dataclass(frozen=True, slots=True)
class GGUFFile:
    """A GGUF file's header.

    Attributes:
        values: by key, the type and the value as they stand in the file.
        tensors: with where in the file the data of each begins, in bytes.
    """

    path: Path
    values: dict[str, bytes]
    tensors: tuple[tuple[TensorEntry, int], ...]
    alignment: int

    def number(self, key: str) -> int | None:
        """A small whole number, None when there is none of this key."""
        data = self.values.get(key, b"")
        form = {2: "<H", 4: "<I", 5: "<i"}.get(int.from_bytes(data[:4], "little"))
        return int(struct.unpack(form, data[4:])[0]) if data and form else None

    def data(self, entry: TensorEntry, offset: int) -> Iterator[bytes]:
        """The data of a tensor, a chunk at a time.

        Raises: ConversionError when the file cannot be read or ends before it.
        """
        left = entry.size
        try:
            with self.path.open("rb") as file:
                file.seek(offset)
                while left:
                    chunk = file.read(min(left, _CHUNK))
                    if not chunk:
                        raise ConversionError(
                            f"{self.path.name} is cut off within the tensor {entry.name}.", _REPAIR
                        )
                    left -= len(chunk)
                    yield chunk
        except OSError as error:
            raise _unreadable(self.path, error) from error


def read_gguf(path: Path) -> GGUFFile:
    """Read the header.

    Raises: ConversionError when the file is missing, cut off, or no GGUF file.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            return _Reader(path, file, size).read()
    except FileNotFoundError:
        raise ConversionError(f"{path} is missing.", _REPAIR) from None
    except OSError as error:
        raise _unreadable(path, error) from error


class _Reader:
    def __init__(self, path: Path, file: BinaryIO, size: int) -> None:
        self._path, self._file, self._size = path, file, size

    def read(self) -> GGUFFile:
        if self._take(4) != MAGIC or self._number("I") not in _VERSIONS:
            raise ConversionError(
                f"{self._path.name} is no GGUF file of version 2 or 3.", "Choose another file."
            )
        count, keys = self._number("Q"), self._number("Q")
        values: dict[str, bytes] = {}
        for _ in range(keys):
            key = self._text()
            begin = self._file.tell()
            self._skip_value(self._number("I"))
            end = self._file.tell()
            self._file.seek(begin)
            values[key] = self._take(end - begin)
        tensors = [self._tensor() for _ in range(count)]
        alignment = ALIGNMENT
        stated = values.get("general.alignment", b"")
        if stated[:4] == struct.pack("<I", U32):
            alignment = int.from_bytes(stated[4:], "little")
        if alignment <= 0 or alignment & (alignment - 1):
            raise self._damaged()
        data = self._file.tell()
        data += -data % alignment
        for entry, offset in tensors:
            if data + offset + entry.size > self._size:
                raise ConversionError(
                    f"{self._path.name} is cut off within the tensor {entry.name}.", _REPAIR
                )
        placed = tuple((entry, data + offset) for entry, offset in tensors)
        return GGUFFile(self._path, values, placed, alignment)

    def _take(self, size: int) -> bytes:
        if size > self._size - self._file.tell():
            raise self._damaged()
        return self._file.read(size)

    def _number(self, form: str) -> int:
        (value,) = struct.unpack(f"<{form}", self._take(struct.calcsize(form)))
        return int(value)

    def _text(self) -> str:
        try:
            return self._take(self._number("Q")).decode()
        except UnicodeDecodeError:
            raise self._damaged() from None

    def _skip_value(self, kind: int) -> None:
        if kind == ARRAY:
            inner, count = self._number("I"), self._number("Q")
            if inner == STRING:
                for _ in range(count):
                    self._skip(self._number("Q"))
            else:
                self._skip(count * self._width(inner))
        elif kind == STRING:
            self._skip(self._number("Q"))
        else:
            self._skip(self._width(kind))

    def _skip(self, size: int) -> None:
        position = self._file.tell()
        if size > self._size - position:
            raise self._damaged()
        self._file.seek(size, 1)

    def _width(self, kind: int) -> int:
        if kind not in _SIZES:
            raise self._damaged()
        return _SIZES[kind]

    def _tensor(self) -> tuple[TensorEntry, int]:
        name = self._text()
        dimensions = self._number("I")
        if dimensions > _MOST_DIMENSIONS:
            raise self._damaged()
        shape = tuple(self._number("Q") for _ in range(dimensions))[::-1]
        kind, offset = self._number("I"), self._number("Q")
        try:
            block, bytes_of_block = GGML_QUANT_SIZES[GGMLQuantizationType(kind)]
        except ValueError:
            raise ConversionError(
                f"The tensor {name} in {self._path.name} is of a type this version does not know.",
                "Use a newer version.",
            ) from None
        return TensorEntry(name, shape, kind, math.prod(shape) // block * bytes_of_block), offset

    def _damaged(self) -> ConversionError:
        return ConversionError(f"The header of {self._path.name} is damaged.", _REPAIR)


def _unreadable(path: Path, error: OSError) -> Any:
    return ConversionError(
        f"{path.name} cannot be read: {error.strerror}.", "Check the disk it is on."
    )


_REPAIR = "Download the file again."
