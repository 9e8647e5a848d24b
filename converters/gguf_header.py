"""The part of a GGUF file before its data: keys with values, and a table of the tensors."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

ALIGNMENT = 32  # bytes, of each tensor's data
MAGIC = b"GGUF"
VERSION = 3

U16, U32, I32, F32, BOOL, STRING, ARRAY = 2, 4, 5, 6, 7, 8, 9  # the format's numbers of types


@dataclass(frozen=True, slots=True)
class TensorEntry:
    """A line of the table of tensors.

    Attributes:
        shape: rows first; the file has it the other way round.
        kind: ggml's number of the type.
        size: bytes of data.
    """

    name: str
    shape: tuple[int, ...]
    kind: int
    size: int


class Header:
    """Keys with values, in the order in which they are first set."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}

    def u16(self, key: str, value: int) -> None:
        self.values[key] = struct.pack("<IH", U16, value)

    def u32(self, key: str, value: int) -> None:
        self.values[key] = struct.pack("<II", U32, value)

    def i32(self, key: str, value: int) -> None:
        self.values[key] = struct.pack("<Ii", I32, value)

    def f32(self, key: str, value: float) -> None:
        self.values[key] = struct.pack("<If", F32, value)

    def boolean(self, key: str, value: bool) -> None:
        self.values[key] = struct.pack("<I?", BOOL, value)

    def string(self, key: str, value: str) -> None:
        """Set a text; an empty one is left out."""
        if value:
            self.values[key] = struct.pack("<I", STRING) + _text(value)

    def strings(self, key: str, values: Sequence[str | bytes]) -> None:
        """Set a list of texts; an empty one is left out."""
        self._array(key, STRING, len(values), b"".join(map(_text, values)))

    def i32s(self, key: str, values: Sequence[int]) -> None:
        self._array(key, I32, len(values), struct.pack(f"<{len(values)}i", *values))

    def f32s(self, key: str, values: Sequence[float]) -> None:
        self._array(key, F32, len(values), struct.pack(f"<{len(values)}f", *values))

    def _array(self, key: str, kind: int, count: int, data: bytes) -> None:
        if count:
            self.values[key] = struct.pack("<IIQ", ARRAY, kind, count) + data

    def pack(self, tensors: Sequence[TensorEntry], alignment: int = ALIGNMENT) -> bytes:
        """Everything before the data, filled up to where the data begins."""
        parts = [MAGIC, struct.pack("<IQQ", VERSION, len(tensors), len(self.values))]
        for key, value in self.values.items():
            parts += [_text(key), value]
        offset = 0
        for tensor in tensors:
            parts += [
                _text(tensor.name),
                struct.pack("<I", len(tensor.shape)),
                struct.pack(f"<{len(tensor.shape)}Q", *reversed(tensor.shape)),
                struct.pack("<IQ", tensor.kind, offset),
            ]
            offset += tensor.size + -tensor.size % alignment
        packed = b"".join(parts)
        return packed + bytes(-len(packed) % alignment)


def _text(value: str | bytes) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return struct.pack("<Q", len(data)) + data
