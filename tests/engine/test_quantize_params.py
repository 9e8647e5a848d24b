"""What reaches llama.cpp of what a person asks."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
import pytest

from desktop.domain.errors import InvalidInput
from desktop.domain.quantization import QuantizeOptions, TensorOverride
from desktop.domain.quantization_levels import LEVELS, TENSOR_TYPES
from desktop.engine.imatrix_file import Entry, ImportanceMatrix
from desktop.engine.quantize_params import QuantizeParams, row_bytes, type_numbers

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("log")]

MATRIX = ImportanceMatrix(
    {"a": Entry(np.array([[2, 4]], np.float32), np.array([2], np.float32))}, ("t.txt",), 3, 512
)


def params(level: str = "Q4_K_M", matrix: ImportanceMatrix | None = None, **options):
    return QuantizeParams(level, QuantizeOptions(**options), matrix, dry_run=False)


def test_types_have_the_numbers_of_the_format() -> None:
    numbers = type_numbers()
    assert numbers["Q4_K"] == gguf.GGMLQuantizationType.Q4_K
    assert set(TENSOR_TYPES) <= numbers.keys()
    assert row_bytes("Q4_K", 512) == 288 and row_bytes("F16", 10) == 20


def test_levels_have_the_numbers_of_the_format() -> None:
    known = {f"{kind.name.removeprefix('MOSTLY_')}": int(kind) for kind in gguf.LlamaFileType}
    for level in LEVELS:
        assert known.get(level.name, level.file_type) == level.file_type
    assert sum(level.name in known for level in LEVELS) > 25


def test_options_are_carried_over() -> None:
    given = params("q6_k", threads=3, allow_requantize=True, keep_output=True).pointer._obj
    assert (given.ftype, given.nthread, given.allow_requantize) == (18, 3, True)
    assert given.output_tensor_type == gguf.GGMLQuantizationType.Q8_0
    assert not given.dry_run and 0 < given.max_buf_size <= 64 << 20
    plain = params().pointer._obj
    assert plain.nthread >= 1 and not plain.imatrix and not plain.tt_overrides


def test_a_floating_point_level_keeps_no_output_at_q8_0() -> None:
    given, plain = params("F16", keep_output=True), params("F16")
    assert given.pointer._obj.output_tensor_type == plain.pointer._obj.output_tensor_type


def test_overrides_end_with_none() -> None:
    overrides = (TensorOverride("ffn_down", "q8_0"), TensorOverride(r"blk\.0\.", "F16"))
    array = params(overrides=overrides).pointer._obj.tt_overrides
    assert [array[0].pattern, array[1].pattern, array[2].pattern] == [
        b"ffn_down",
        rb"blk\.0\.",
        None,
    ]
    assert [array[0].type, array[1].type] == [8, 1]


@pytest.mark.parametrize(
    ("override", "sentence"),
    [
        (TensorOverride("x", "Q99"), "no type for a tensor"),
        (TensorOverride("x", "I32"), "no type for a tensor"),
        (TensorOverride("(", "Q4_K"), "regular expression"),
    ],
)
def test_overrides_that_cannot_be_are_refused(override: TensorOverride, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        params(overrides=(override,))


def test_a_matrix_reaches_llama_cpp_as_means_and_leaves_its_name() -> None:
    made = params(matrix=MATRIX, imatrix=Path("/home/somebody/secret/my.gguf"))
    data = made.pointer._obj.imatrix
    assert (data[0].name, data[0].size, data[0].data[:2]) == (b"a", 2, [1.0, 2.0])
    assert data[1].name is None
    assert made.keys == {
        "quantize.imatrix.file": "my.gguf",  # not the folder
        "quantize.imatrix.dataset": "t.txt",
        "quantize.imatrix.entries_count": 1,
        "quantize.imatrix.chunks_count": 3,
    }
    keys = made.pointer._obj.kv_overrides
    assert keys[0].value.val_str == b"my.gguf" and keys[2].value.val_i64 == 1
    assert keys[4].key == b""


def test_a_long_name_is_cut_between_characters() -> None:
    made = params(matrix=MATRIX, imatrix=Path("ü" * 100))
    assert made.keys["quantize.imatrix.file"] == "ü" * 63


@pytest.mark.parametrize("threads", [-1, 100_000])
def test_impossible_numbers_of_threads_are_refused(threads: int) -> None:
    with pytest.raises(InvalidInput, match="threads"):
        params(threads=threads)
