"""Which inputs of each weight matrix are large on a text: the importance matrix.

llama.cpp calls back for every tensor it computes. For the products of a weight matrix with
activations, the squares of the activations are summed by column, in the order of the tokens and in
single precision, so that the sums are those of llama-imatrix to the last bit.
"""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from desktop.domain.errors import EngineFault, EvaluationFailed
from desktop.engine.imatrix_file import Array, Entry
from desktop.engine.native import CancelFlag, function

MIN_ROWS = 16  # fewer tokens at once are llama.cpp's own trial runs

_OBJECT_SIZE = 32  # what ggml counts for a tensor beside the structure itself
_F32 = 0
_PRODUCT, _EXPERT_PRODUCT = b"MUL_MAT", b"MUL_MAT_ID"
_LAYERS = b"blk."


class _Tensor(ctypes.Structure):
    """`ggml_tensor`. Its fields follow, because they name it."""


_Tensor._fields_ = [
    ("type", ctypes.c_int),
    ("buffer", ctypes.c_void_p),
    ("ne", ctypes.c_int64 * 4),
    ("nb", ctypes.c_size_t * 4),
    ("op", ctypes.c_int),
    ("op_params", ctypes.c_int32 * 16),
    ("flags", ctypes.c_int32),
    ("src", ctypes.POINTER(_Tensor) * 10),
    ("view_src", ctypes.c_void_p),
    ("view_offs", ctypes.c_size_t),
    ("data", ctypes.c_void_p),
    ("name", ctypes.c_char * 64),
    ("extra", ctypes.c_void_p),
    ("padding", ctypes.c_char * 8),
]


class ImportanceCollector:
    """Sums up activations; `on_tensor` is the callback for a context."""

    def __init__(self, flag: CancelFlag) -> None:
        """Raises: EngineFault when this llama.cpp lays tensors out in another way."""
        overhead = function("ggml_tensor_overhead", ctypes.c_size_t)()
        if ctypes.sizeof(_Tensor) + _OBJECT_SIZE != overhead:
            raise EngineFault(
                "This build of llama.cpp cannot compute an importance matrix.",
                "Install the version of llama-cpp-python that Quern asks for.",
            )
        self._flag = flag
        self._operation = function("ggml_op_desc", ctypes.c_char_p, ctypes.c_void_p)
        self._bytes = function("ggml_nbytes", ctypes.c_size_t, ctypes.c_void_p)
        self._is_host = function("ggml_backend_buffer_is_host", ctypes.c_bool, ctypes.c_void_p)
        self._copy = function(
            "ggml_backend_tensor_get",
            *(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t),
        )
        self._sums: dict[str, Array] = {}
        self._counts: dict[str, np.ndarray[Any, np.dtype[np.int64]]] = {}
        self._problem: Exception | None = None

    def on_tensor(self, address: int | None, ask: bool, _user_data: int | None) -> bool:
        """Asked: whether this tensor is wanted. Else: take it; False stops the evaluation."""
        try:
            assert address is not None
            tensor = _Tensor.from_address(address)
            if ask:
                return self._wanted(address, tensor)
            self._collect(address, tensor)
        except Exception as problem:  # noqa: BLE001 - it would be lost in C
            self._problem = problem
        return self._problem is None and not self._flag.is_set()

    def check(self) -> None:
        """Raise what went wrong while llama.cpp called."""
        if self._problem is not None:
            raise self._problem

    def entries(self) -> dict[str, Entry]:
        """What was seen, by name of the weight tensor."""
        return {
            name: Entry(sums, self._counts[name].astype(np.float32))
            for name, sums in self._sums.items()
        }

    def _wanted(self, address: int, tensor: _Tensor) -> bool:
        operation = self._operation(address)
        if operation == _EXPERT_PRODUCT:
            return True
        if operation != _PRODUCT:
            return False
        inputs = tensor.src[1].contents
        if inputs.ne[1] < MIN_ROWS or inputs.type != _F32:
            return False
        return _plain_name(tensor.src[0].contents.name).startswith(_LAYERS)

    def _collect(self, address: int, tensor: _Tensor) -> None:
        weights, inputs = tensor.src[0].contents, tensor.src[1].contents
        name = _plain_name(weights.name).decode()
        values = self._values(inputs, np.float32)
        if self._operation(address) == _EXPERT_PRODUCT:
            chosen = self._values(tensor.src[2].contents, np.int32)[0, 0]
            self._add_experts(name, int(weights.ne[2]), values[0], chosen)
        else:
            self._add(name, (int(weights.ne[2]), int(weights.ne[3])), values)
        if not np.isfinite(self._sums[name]).all():
            raise EvaluationFailed(
                f"The model computes impossible values in {name}.",
                "Its file may be damaged; get it again.",
            )

    def _add(self, name: str, matrices: tuple[int, int], values: Any) -> None:
        """Add the rows of activations [i3, i2, tokens, columns] to their matrices."""
        per_outer, outer = matrices
        count = per_outer * outer
        sums = self._sums_of(name, count, values.shape[-1])
        for i3, some in enumerate(values):
            for i2, rows in enumerate(some):
                _accumulate(sums[(i3 % outer) * per_outer + i2 % per_outer], rows)
        counts = self._counts.setdefault(name, np.zeros(1, np.int64))
        counts += values[..., 0].size // count

    def _add_experts(self, name: str, experts: int, values: Any, chosen: Any) -> None:
        """Add activations [tokens, slots or 1, columns] to the experts `chosen` [tokens, slots]."""
        sums = self._sums_of(name, experts, values.shape[-1])
        counts = self._counts.setdefault(name, np.zeros(experts, np.int64))
        for slot in range(chosen.shape[1]):
            rows = values[:, slot % values.shape[1]]
            column = chosen[:, slot]
            for expert in np.unique(column):
                taken = rows[column == expert]
                _accumulate(sums[expert], taken)
                counts[expert] += len(taken)

    def _sums_of(self, name: str, matrices: int, columns: int) -> Array:
        return self._sums.setdefault(name, np.zeros((matrices, columns), np.float32))

    def _values(self, tensor: _Tensor, kind: Any) -> Any:
        """The tensor as an array, outermost dimension first; not copied where it need not be."""
        address = ctypes.addressof(tensor)
        size = self._bytes(address)
        if self._is_host(tensor.buffer):
            buffer = (ctypes.c_uint8 * size).from_address(tensor.data or 0)
        else:
            buffer = (ctypes.c_uint8 * size)()
            self._copy(address, buffer, 0, size)
        shape, strides = tuple(tensor.ne[::-1]), tuple(tensor.nb[::-1])
        return np.ndarray(shape, kind, buffer, strides=strides)


def _accumulate(sums: Array, rows: Any) -> None:
    """sums += rows * rows, row by row: single precision depends on the order."""
    if len(rows):
        squares = rows * rows
        squares[0] += sums
        np.add.reduce(squares, axis=0, out=sums)


def _plain_name(name: bytes) -> bytes:
    """Without what a backend puts around it: "CUDA0#blk.0.attn_k.weight#0"."""
    parts = name.split(b"#")
    return parts[1] if len(parts) > 1 else name
