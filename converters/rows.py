"""Tensors as something whose rows can be read a slab at a time, and what is done to the rows.

A family describes what it does to a tensor by one of the transforms below; they compose lazily, so
that a tensor of any size passes through a few megabytes of memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from converters.encoding import widened
from converters.safetensors import DTYPES

_STRIP = 16 * 2**20  # bytes that are read at once of a matrix to be transposed


class Rows(Protocol):
    """A tensor that is read by rows.

    Attributes:
        dtype: the name of the type its elements are stored as; of BF16 the bits are given.
        shape: rows first.
    """

    @property
    def dtype(self) -> str: ...

    @property
    def shape(self) -> tuple[int, ...]: ...

    @property
    def described(self) -> str: ...

    def read(self, first: int, last: int) -> NDArray[Any]: ...


class Transform(Protocol):
    """What a family does to a tensor."""

    def __call__(self, rows: Rows) -> Rows: ...


def keep(rows: Rows) -> Rows:
    """The tensor as it is."""
    return rows


@dataclass(frozen=True, slots=True)
class Generated:
    """A tensor made from config.json, of F32."""

    name: str
    values: NDArray[np.float32]
    dtype: str = "F32"

    @property
    def shape(self) -> tuple[int, ...]:
        return self.values.shape

    @property
    def described(self) -> str:
        return f"The tensor {self.name}"

    def read(self, first: int, last: int) -> NDArray[Any]:
        return self.values[first:last]


@dataclass(frozen=True, slots=True)
class _Derived:
    inner: Rows

    @property
    def dtype(self) -> str:
        return self.inner.dtype

    @property
    def shape(self) -> tuple[int, ...]:
        return self.inner.shape

    @property
    def described(self) -> str:
        return self.inner.described


@dataclass(frozen=True, slots=True)
class _Interleaved(_Derived):
    heads: int

    def read(self, first: int, last: int) -> NDArray[Any]:
        width = self.shape[0] // self.heads  # rows of one head
        begin = first - first % width
        end = min(last + -last % width, self.shape[0])
        values = self.inner.read(begin, end)
        halves = values.reshape(-1, 2, width // 2, *values.shape[1:])
        pairs = halves.swapaxes(1, 2).reshape(values.shape)
        wanted: NDArray[Any] = pairs[first - begin : last - begin]
        return wanted


@dataclass(frozen=True, slots=True)
class interleave:  # noqa: N801 - used like the function `keep`
    """Put the two halves of each head's rows into pairs.

    Hugging Face rotates element i of a head together with element i + width / 2, llama.cpp's
    Llama rotates neighbours.
    """

    heads: int

    def __call__(self, rows: Rows) -> Rows:
        return _Interleaved(rows, self.heads)


@dataclass(frozen=True, slots=True)
class _Shifted(_Derived):
    @property
    def dtype(self) -> str:
        return "F16" if self.inner.dtype == "F16" else "F32"

    def read(self, first: int, last: int) -> NDArray[Any]:
        values = self.inner.read(first, last)
        if self.inner.dtype != "F16":
            values = widened(values, self.inner.dtype)
        values += 1
        return values


def add_one(rows: Rows) -> Rows:
    """Gemma stores how far the scale of a norm is from one."""
    return _Shifted(rows)


@dataclass(frozen=True, slots=True)
class _Transposed(_Derived):
    @property
    def shape(self) -> tuple[int, ...]:
        return self.inner.shape[::-1]

    def read(self, first: int, last: int) -> NDArray[Any]:
        height, width = self.inner.shape
        turned: NDArray[Any] = np.empty((last - first, height), DTYPES[self.dtype])
        step = max(1, _STRIP // (width * turned.itemsize))
        for begin in range(0, height, step):
            end = min(begin + step, height)
            turned[:, begin:end] = self.inner.read(begin, end)[:, first:last].T
        return turned


def transpose(rows: Rows) -> Rows:
    """GPT-2 stores its matrices inputs first."""
    return _Transposed(rows)


@dataclass(frozen=True, slots=True)
class _Truncated(_Derived):
    count: int

    @property
    def shape(self) -> tuple[int, ...]:
        return (min(self.count, self.inner.shape[0]), *self.inner.shape[1:])

    def read(self, first: int, last: int) -> NDArray[Any]:
        return self.inner.read(first, last)


@dataclass(frozen=True, slots=True)
class first_rows:  # noqa: N801 - used like the function `keep`
    """Leave out the rows behind the vocabulary."""

    count: int

    def __call__(self, rows: Rows) -> Rows:
        return _Truncated(rows, self.count)
