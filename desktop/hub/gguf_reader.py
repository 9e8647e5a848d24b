"""The header of a GGUF file, taken apart while it is still arriving.

Strict, because the bytes come from strangers: every count and length is held against what can be,
and what llama.cpp would refuse is refused here. Layout: magic, version, numbers of tensors and of
metadata entries; the metadata; the tensor table; padding; the data.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Generator
from dataclasses import dataclass, field

from desktop.domain.errors import ModelFileInvalid

MAGIC = b"GGUF"
MAX_HEADER = 64 << 20  # bytes; a vocabulary of 262,144 tokens takes 15 MB

_VERSIONS = (2, 3)
_MAX_ENTRIES = 1 << 16  # of metadata, and of tensors
_MAX_KEY = 1 << 16  # bytes
_MAX_NAME = 63  # bytes of a tensor's name
_MAX_DIMENSIONS = 4
_STRING, _ARRAY = 8, 9
_ALIGNMENT = "general.alignment"
_CODES = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_SCALARS = {number: struct.Struct(f"<{code}") for number, code in _CODES.items()}
_U32, _U64 = _SCALARS[4], _SCALARS[10]

# Type of a tensor: weights in a block, bytes of a block.
TENSOR_TYPES = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210),
    16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110),
    22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8),
    29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17), 40: (64, 36),
    41: (128, 18),
}  # fmt: skip

Value = int | float | bool | str


@dataclass(frozen=True, slots=True)
class RemoteTensor:
    """One line of the tensor table: `shape` innermost first, `size` in bytes."""

    name: str
    type: int
    shape: tuple[int, ...]
    size: int


@dataclass(frozen=True, slots=True)
class ArrayPlace:
    """Where an array of the metadata lies, its type and length included: bytes `start` to `end`."""

    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Header:
    """What a header says.

    Attributes:
        values: metadata that are no arrays.
        arrays: the others, in file order.
        size: bytes of the header, padding not counted.
        alignment: every tensor's data begin at a multiple of this many bytes.
        data_end: byte where the data end, padded; files may end without the last padding.
    """

    values: dict[str, Value]
    arrays: tuple[ArrayPlace, ...]
    tensors: tuple[RemoteTensor, ...]
    size: int
    alignment: int
    data_end: int


@dataclass(slots=True)
class HeaderReader:
    """Reads a header piece by piece.

    Attributes:
        buffer: what has arrived, from the file's first byte on; give more with `feed`.
        needed: at least this many bytes must be there to go on; a guess where nothing is sure.
        header: the result, None until all has arrived.
    """

    buffer: bytearray = field(default_factory=bytearray)
    needed: int = 24
    header: Header | None = None
    _steps: Generator[int, None, Header] = field(init=False)

    def __post_init__(self) -> None:
        self._steps = _read(self.buffer)
        self.feed(b"")

    def feed(self, piece: bytes) -> None:
        """Take the next bytes. Raises: ModelFileInvalid."""
        self.buffer += piece
        if self.header is not None:
            return
        try:
            self.needed = next(self._steps)
        except StopIteration as end:
            self.header = end.value
            self.needed = 0
        else:
            if self.needed > MAX_HEADER:
                raise _invalid("it is too long")


def _invalid(reason: str) -> ModelFileInvalid:
    return ModelFileInvalid(
        f"The header of the model file is damaged: {reason}.", "Choose another file."
    )


def _read(buffer: bytearray) -> Generator[int, None, Header]:
    """Yields how many bytes it needs until it has them."""
    while len(buffer) < 24:
        yield 24
    version, tensors, entries = struct.unpack_from("<IQQ", buffer, 4)
    if buffer[:4] != MAGIC:
        raise ModelFileInvalid(
            "This is not a GGUF model file.", "Choose another file of the repository."
        )
    if version not in _VERSIONS:
        raise _invalid(f"its version is {version}")
    if tensors > _MAX_ENTRIES or entries > _MAX_ENTRIES:
        raise _invalid("it announces more than can be")
    values: dict[str, Value] = {}
    arrays: list[ArrayPlace] = []
    known: set[str] = set()
    at = 24
    for _ in range(entries):
        key, at = yield from _string(buffer, at, _MAX_KEY)
        if key in known:
            raise _invalid(f"“{key[:80]}” stands in it twice")
        known.add(key)
        at += yield from _available(buffer, at, 4)
        (kind,) = _U32.unpack_from(buffer, at - 4)
        if kind == _ARRAY:
            start = at
            at = yield from _array(buffer, at)
            arrays.append(ArrayPlace(key, start, at))
        elif kind == _STRING:
            values[key], at = yield from _string(buffer, at, MAX_HEADER)
        else:
            at += yield from _available(buffer, at, _scalar(kind).size)
            (values[key],) = _scalar(kind).unpack_from(buffer, at - _scalar(kind).size)
    alignment = values.get(_ALIGNMENT, 32)
    if type(alignment) is not int or not 0 < alignment <= 1 << 16 or alignment & (alignment - 1):
        raise _invalid("its alignment is none")
    return (yield from _tensors(buffer, at, tensors, alignment, values, tuple(arrays)))


def _available(buffer: bytearray, at: int, size: int) -> Generator[int, None, int]:
    """Wait for `size` bytes at `at`. Returns `size`."""
    if at + size > MAX_HEADER:
        raise _invalid("it is too long")
    while len(buffer) < at + size:
        yield at + size
    return size


def _string(buffer: bytearray, at: int, limit: int) -> Generator[int, None, tuple[str, int]]:
    """A text, and where it ends."""
    at += yield from _available(buffer, at, 8)
    (length,) = _U64.unpack_from(buffer, at - 8)
    if length > limit:
        raise _invalid("a text in it is too long")
    end = at + (yield from _available(buffer, at, length))
    return buffer[at:end].decode("utf-8", "replace"), end


def _scalar(kind: int) -> struct.Struct:
    if kind not in _SCALARS:
        raise _invalid(f"it holds a value of the unknown type {kind}")
    return _SCALARS[kind]


def _array(buffer: bytearray, at: int) -> Generator[int, None, int]:
    """Where the array ends whose type and length stand at `at`."""
    at += yield from _available(buffer, at, 12)
    kind, count = struct.unpack_from("<IQ", buffer, at - 12)
    if kind != _STRING:
        if kind == _ARRAY:
            raise _invalid("it holds arrays within arrays")
        if count > MAX_HEADER:
            raise _invalid("it is too long")
        return at + (yield from _available(buffer, at, count * _scalar(kind).size))
    if count > MAX_HEADER // 8:
        raise _invalid("it is too long")
    begin = at
    left = count
    length_at = _U64.unpack_from
    while left:
        # A vocabulary has 100,000 and more of these.
        last = len(buffer) - 8
        while left and at <= last:
            at += 8 + length_at(buffer, at)[0]
            left -= 1
        if at > MAX_HEADER:
            raise _invalid("a text in it is too long")
        if left:
            # What is left may be as long as what was there; the lengths alone take 8 bytes each.
            average = (at - begin) / (count - left) if left < count else 16.0
            yield max(at + 8, min(at + math.ceil(left * average), MAX_HEADER))
    yield from _available(buffer, at, 0)
    return at


def _tensors(
    buffer: bytearray,
    at: int,
    count: int,
    alignment: int,
    values: dict[str, Value],
    arrays: tuple[ArrayPlace, ...],
) -> Generator[int, None, Header]:
    tensors: list[RemoteTensor] = []
    names: set[str] = set()
    offset = 0
    for _ in range(count):
        name, at = yield from _string(buffer, at, _MAX_NAME)
        if name in names:
            raise _invalid(f"the tensor “{name}” stands in it twice")
        names.add(name)
        at += yield from _available(buffer, at, 4)
        (dimensions,) = _U32.unpack_from(buffer, at - 4)
        if dimensions > _MAX_DIMENSIONS:
            raise _invalid(f"the tensor “{name}” has {dimensions} dimensions")
        at += yield from _available(buffer, at, 8 * dimensions + 12)
        *shape, kind, place = struct.unpack_from(
            f"<{dimensions}QIQ", buffer, at - 8 * dimensions - 12
        )
        tensors.append(_tensor(name, kind, tuple(shape)))
        if place != offset:
            raise _invalid(f"the tensor “{name}” is not where it should be")
        offset += -(-tensors[-1].size // alignment) * alignment
    return Header(
        values=values,
        arrays=arrays,
        tensors=tuple(tensors),
        size=at,
        alignment=alignment,
        data_end=-(-at // alignment) * alignment + offset,
    )


def _tensor(name: str, kind: int, shape: tuple[int, ...]) -> RemoteTensor:
    if kind not in TENSOR_TYPES:
        raise ModelFileInvalid(
            f"The tensor “{name}” is of a type that this version does not know.",
            "Choose another quantization level.",
        )
    weights, size = TENSOR_TYPES[kind]
    total = math.prod(shape)
    row = shape[0] if shape else 1
    if not 0 < total < 2**60 or row % weights:
        raise _invalid(f"the tensor “{name}” has an impossible shape")
    return RemoteTensor(name, kind, shape, total // weights * size)
