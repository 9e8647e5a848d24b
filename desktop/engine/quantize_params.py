"""What a person asks of quantization as `llama_model_quantize_params`."""

from __future__ import annotations

import ctypes
import re
from functools import cache
from pathlib import Path
from typing import Any

import llama_cpp.llama_cpp as llama
import numpy as np

from desktop.domain.errors import InvalidInput
from desktop.domain.load_limits import MAX_THREADS
from desktop.domain.quantization import QuantizeOptions
from desktop.domain.quantization_levels import TENSOR_TYPES, UNQUANTIZED_TYPES, level_named
from desktop.engine.imatrix_file import ImportanceMatrix
from desktop.engine.model import physical_cores
from desktop.engine.native import function

BUFFER_BYTES = 64 << 20  # rows in work at a time; more is not faster

_TEXT = llama.LLAMA_KV_OVERRIDE_TYPE_STR
_NUMBER = llama.LLAMA_KV_OVERRIDE_TYPE_INT
_LONGEST_TEXT = 127  # bytes; llama.cpp cuts longer ones off


@cache
def type_numbers() -> dict[str, int]:
    """ggml's number of each tensor type, by its name in capitals."""
    count = llama.llama_model_quantize_default_params().output_tensor_type  # says "none" so
    name = function("ggml_type_name", ctypes.c_char_p, ctypes.c_int)
    size = function("ggml_type_size", ctypes.c_size_t, ctypes.c_int)
    return {
        text.decode().upper(): number
        for number in range(count)
        if size(number) and (text := name(number))
    }


def row_bytes(type_name: str, width: int) -> int:
    """Bytes of a row of `width` weights."""
    size = function("ggml_row_size", ctypes.c_size_t, ctypes.c_int, ctypes.c_int64)
    return int(size(type_numbers()[type_name], width))


class QuantizeParams:
    """The parameters of one call, with everything they point to.

    Attributes:
        keys: metadata that an importance matrix adds to the file.
    """

    def __init__(
        self,
        level: str,
        options: QuantizeOptions,
        matrix: ImportanceMatrix | None,
        *,
        dry_run: bool,
    ) -> None:
        """Raises: InvalidInput."""
        params = llama.llama_model_quantize_default_params()
        params.ftype = level_named(level).file_type
        params.nthread = _threads(options)
        params.allow_requantize = options.allow_requantize
        params.max_buf_size = BUFFER_BYTES
        params.dry_run = dry_run
        if options.keep_output and level not in UNQUANTIZED_TYPES:
            params.output_tensor_type = type_numbers()["Q8_0"]
        self.keys: dict[str, str | int] = {}
        self._kept: list[Any] = []
        if options.overrides:
            params.tt_overrides = self._overrides(options)
        if matrix is not None:
            assert options.imatrix is not None
            self.keys = _keys(options.imatrix, matrix)
            params.imatrix = self._means(matrix)
            params.kv_overrides = self._key_overrides()
        self.pointer = ctypes.byref(params)
        self._kept.append(params)

    def _overrides(self, options: QuantizeOptions) -> Any:
        array = (llama.llama_model_tensor_override * (len(options.overrides) + 1))()
        for slot, override in zip(array, options.overrides, strict=False):
            kind = override.type.upper()
            if kind not in TENSOR_TYPES:
                raise InvalidInput(
                    f"“{override.type}” is no type for a tensor.",
                    f"Choose one of: {', '.join(TENSOR_TYPES)}.",
                )
            try:
                re.compile(override.pattern)
            except re.error as error:
                raise InvalidInput(
                    f"“{override.pattern}” is not a regular expression: {error}.",
                    "Write for example ffn_down or blk\\.0\\.attn.",
                ) from error
            slot.pattern = override.pattern.encode()
            slot.type = type_numbers()[kind]
        self._kept.append(array)
        return array

    def _means(self, matrix: ImportanceMatrix) -> Any:
        array = (llama.llama_model_imatrix_data * (len(matrix.entries) + 1))()
        for slot, (name, entry) in zip(array, matrix.entries.items(), strict=False):
            means = np.ascontiguousarray(entry.mean_squares())
            slot.name = name.encode()
            slot.data = means.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
            slot.size = means.size
            self._kept.append(means)
        self._kept.append(array)
        return array

    def _key_overrides(self) -> Any:
        array = (llama.llama_model_kv_override * (len(self.keys) + 1))()
        for slot, (key, value) in zip(array, self.keys.items(), strict=False):
            slot.key = key.encode()
            if isinstance(value, str):
                slot.tag = _TEXT
                slot.value.val_str = value.encode()
            else:
                slot.tag = _NUMBER
                slot.value.val_i64 = value
        self._kept.append(array)
        return array


def _threads(options: QuantizeOptions) -> int:
    if not 0 <= options.threads <= MAX_THREADS:
        raise InvalidInput(
            f"The number of threads is {options.threads}, but can be 1 to {MAX_THREADS}."
        )
    return options.threads or physical_cores()


def _keys(path: Path, matrix: ImportanceMatrix) -> dict[str, str | int]:
    """As llama-quantize writes them, but for the matrix's folder, which is nobody's business."""
    keys: dict[str, str | int] = {"quantize.imatrix.file": _short(path.name)}
    if matrix.datasets:
        keys["quantize.imatrix.dataset"] = _short(matrix.datasets[0])
    keys["quantize.imatrix.entries_count"] = len(matrix.entries)
    if matrix.chunks > 0:
        keys["quantize.imatrix.chunks_count"] = matrix.chunks
    return keys


def _short(text: str) -> str:
    return text.encode()[:_LONGEST_TEXT].decode("utf-8", "ignore")
