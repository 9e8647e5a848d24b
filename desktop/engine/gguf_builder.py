"""Writing GGUF files through llama.cpp's own writer, so that they are laid out as it lays them."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np

from desktop.domain.errors import EnvironmentFault
from desktop.engine.native import function

ALIGNMENT = 32  # bytes the data of a tensor starts at a multiple of

_F32 = 0
_SPLIT_KEYS = ("split.no", "split.count", "split.tensors.count")


class _InitParams(ctypes.Structure):
    _fields_ = (("no_alloc", ctypes.c_bool), ("context", ctypes.POINTER(ctypes.c_void_p)))


class _PoolParams(ctypes.Structure):
    _fields_ = (
        ("size", ctypes.c_size_t),
        ("buffer", ctypes.c_void_p),
        ("no_alloc", ctypes.c_bool),
    )


class GgufBuilder:
    """A GGUF file in the making. Use it in a `with` statement: it holds memory of C."""

    def __init__(self) -> None:
        self._handle = function("gguf_init_empty", ctypes.c_void_p)()
        self._pools: list[int] = []  # ggml contexts that hold tensors

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        function("gguf_free", None, ctypes.c_void_p)(self._handle)
        for pool in self._pools:
            function("ggml_free", None, ctypes.c_void_p)(pool)

    def set_text(self, key: str, value: str) -> None:
        self._set("gguf_set_val_str", key, value.encode(), ctypes.c_char_p)

    def set_number(self, key: str, value: int) -> None:
        """As an unsigned number of 32 bits."""
        self._set("gguf_set_val_u32", key, value, ctypes.c_uint32)

    def set_texts(self, key: str, values: Sequence[str]) -> None:
        array = (ctypes.c_char_p * len(values))(*(value.encode() for value in values))
        call = function(
            "gguf_set_arr_str",
            *(None, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_size_t),
        )
        call(self._handle, key.encode(), array, len(values))

    def add_array(self, name: str, values: np.ndarray[Any, np.dtype[np.float32]]) -> None:
        """Add a two-dimensional tensor of F32; its rows are the rows of `values`."""
        rows, width = values.shape
        overhead = function("ggml_tensor_overhead", ctypes.c_size_t)()
        init = function("ggml_init", ctypes.c_void_p, _PoolParams)
        pool = init(_PoolParams(overhead + values.nbytes + ALIGNMENT, None, False))
        self._pools.append(pool)
        make = function(
            "ggml_new_tensor_2d",
            *(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int64, ctypes.c_int64),
        )
        tensor = make(pool, _F32, width, rows)
        function("ggml_set_name", ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)(
            tensor, name.encode()
        )
        data = function("ggml_get_data", ctypes.c_void_p, ctypes.c_void_p)(tensor)
        ctypes.memmove(data, np.ascontiguousarray(values).ctypes.data, values.nbytes)
        self._add(tensor)

    def take_over(self, path: Path, *, keys: bool) -> None:
        """Add the tensors of another file, without their data, and with `keys` its metadata but
        for what says that it is part of a split model."""
        pool = ctypes.c_void_p()
        init = function("gguf_init_from_file", ctypes.c_void_p, ctypes.c_char_p, _InitParams)
        source = init(os.fsencode(path), _InitParams(True, ctypes.pointer(pool)))
        if not source:
            raise EnvironmentFault(f"“{path.name}” changed while it was read.", "Try again.")
        self._pools.append(int(pool.value or 0))
        if keys:
            function("gguf_set_kv", None, ctypes.c_void_p, ctypes.c_void_p)(self._handle, source)
            remove = function("gguf_remove_key", ctypes.c_int64, ctypes.c_void_p, ctypes.c_char_p)
            for key in _SPLIT_KEYS:
                remove(self._handle, key.encode())
        function("gguf_free", None, ctypes.c_void_p)(source)
        first = function("ggml_get_first_tensor", ctypes.c_void_p, ctypes.c_void_p)
        following = function(
            "ggml_get_next_tensor", ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p
        )
        tensor = first(pool)
        while tensor:
            self._add(tensor)
            tensor = following(pool, tensor)

    @property
    def header_size(self) -> int:
        """Bytes before the first tensor's data."""
        return int(function("gguf_get_meta_size", ctypes.c_size_t, ctypes.c_void_p)(self._handle))

    def write(self, path: Path) -> None:
        """Write the whole file. Raises: OSError, without the system's reason."""
        call = function(
            "gguf_write_to_file",
            *(ctypes.c_bool, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_bool),
        )
        if not call(self._handle, os.fsencode(path), False):
            raise OSError(f"{path} could not be written")

    def _add(self, tensor: int) -> None:
        function("gguf_add_tensor", None, ctypes.c_void_p, ctypes.c_void_p)(self._handle, tensor)

    def _set(self, name: str, key: str, value: Any, kind: Any) -> None:
        call = function(name, None, ctypes.c_void_p, ctypes.c_char_p, kind)
        call(self._handle, key.encode(), value)
