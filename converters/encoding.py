"""Turns numbers into the types of a GGUF file, bit for bit as ggml does."""

from __future__ import annotations

import math
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters.errors import ConversionError

BLOCK = 32  # weights that share a scale in Q8_0
# Without the sign: from here on the bits of a 16-bit type mean infinity or no number. Comparing
# bits takes a tenth of the time numpy takes to compare F16.
_INFINITY_BITS = {"BF16": 0x7F80, "F16": 0x7C00}
_CHUNK = 64 * 1024  # weights of Q8_0 made at once: what fits into a processor's cache


class Encoding(Enum):
    """What a tensor is stored as: ggml's number of the type, bytes of a block, weights of one."""

    F32 = (0, 4, 1)
    F16 = (1, 2, 1)
    Q8_0 = (8, 34, BLOCK)
    BF16 = (30, 2, 1)

    @property
    def number(self) -> int:
        return self.value[0]

    def fits(self, shape: tuple[int, ...]) -> bool:
        """Whether rows of this shape are whole blocks."""
        return shape[-1] % self.value[2] == 0

    def size(self, shape: tuple[int, ...]) -> int:
        """Bytes of a tensor of this shape."""
        return math.prod(shape) // self.value[2] * self.value[1]


# What --outtype may be, and llama.cpp's number for such a file (general.file_type).
OUTTYPES = {
    "f32": (Encoding.F32, 0),
    "f16": (Encoding.F16, 1),
    "q8_0": (Encoding.Q8_0, 7),
    "bf16": (Encoding.BF16, 32),
}


class NotFinite(Exception):
    """There is an infinity or something that is no number among the values."""


def widened(values: NDArray[Any], dtype: str) -> NDArray[np.float32]:
    """Numbers of any type as F32; BF16 comes as its bits."""
    if dtype == "BF16":
        return (values.astype(np.uint32) << 16).view(np.float32)
    return values.astype(np.float32, copy=False)


def check_finite(values: NDArray[Any], dtype: str) -> None:
    """Raise NotFinite when a number among `values` is none, or infinite."""
    if dtype in _INFINITY_BITS:
        bits = values.view(np.uint16) & np.uint16(0x7FFF)
        finite = int(bits.max(initial=0)) < _INFINITY_BITS[dtype]
    else:
        finite = bool(np.isfinite(values.min(initial=0)) and np.isfinite(values.max(initial=0)))
    if not finite:
        raise NotFinite


def encode(values: NDArray[Any], dtype: str, target: Encoding) -> NDArray[Any]:
    """Numbers stored as `dtype` as the bytes of `target`, rows kept.

    Raises: NotFinite when there is something that is no number, or too great for the type.
    """
    check_finite(values, dtype)
    if target is Encoding.BF16 and dtype == "BF16":
        return values
    if target is Encoding.F16 and dtype == "F16":
        return values
    numbers = widened(values, dtype)
    if target is Encoding.F32:
        encoded: NDArray[Any] = numbers
        if dtype == "F64":
            check_finite(numbers, "F32")
    elif target is Encoding.F16:
        with np.errstate(over="ignore"):
            encoded = numbers.astype(np.float16)
        check_finite(encoded, "F16")
    elif target is Encoding.BF16:
        encoded = _bf16(numbers)
        check_finite(encoded, "BF16")
    else:
        encoded = _q8_0(numbers)
    return encoded


def _bf16(values: NDArray[np.float32]) -> NDArray[np.uint16]:
    """The upper half of each F32, rounded to nearest, ties to even."""
    bits = np.ascontiguousarray(values).view(np.uint32)
    odd = (bits >> 16) & np.uint32(1)
    return ((bits + (odd + np.uint32(0x7FFF))) >> 16).astype(np.uint16)


def _q8_0(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Blocks of a scale (F16) and 32 signed bytes."""
    blocks = np.ascontiguousarray(values).reshape(-1, BLOCK)
    encoded = np.empty((len(blocks), 2 + BLOCK), np.uint8)
    step = _CHUNK // BLOCK
    for first in range(0, len(blocks), step):
        _q8_0_blocks(blocks[first : first + step], encoded[first : first + step])
    return encoded.reshape(*values.shape[:-1], -1)


def _q8_0_blocks(blocks: NDArray[np.float32], encoded: NDArray[np.uint8]) -> None:
    magnitudes = np.abs(blocks)
    scales = magnitudes.max(axis=1, keepdims=True) / np.float32(127)
    with np.errstate(divide="ignore", over="ignore"):
        inverse = np.float32(1) / scales
        stored = scales.astype(np.float16)
    inverse[np.isinf(inverse)] = 0  # blocks of zeros, or of numbers too small for a scale
    check_finite(stored, "F16")
    # Half away from zero, which numpy has no function for. Adding one half and cutting off would
    # round 0.49999997 up, because the sum is rounded first.
    magnitudes *= inverse
    whole = np.floor(magnitudes)
    whole += (magnitudes - whole) >= 0.5
    encoded[:, :2] = stored.view(np.uint8)
    encoded[:, 2:] = np.copysign(whole, blocks).astype(np.int8).view(np.uint8)


def too_great(described: str, target: Encoding) -> ConversionError:
    """For a tensor that made `encode` raise NotFinite."""
    if target in (Encoding.F16, Encoding.Q8_0):
        return ConversionError(
            f"{described} holds infinite values, values that are no numbers, or some too great "
            f"for {target.name}.",
            "Convert to bf16; if that is refused too, the checkpoint is damaged.",
        )
    return ConversionError(
        f"{described} holds infinite values or values that are no numbers.",
        "Download the checkpoint again; if it stays like this, its training went wrong.",
    )
