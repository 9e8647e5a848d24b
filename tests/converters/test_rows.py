from __future__ import annotations

import numpy as np
import pytest

from converters import rows
from converters.rows import Generated, add_one, first_rows, interleave, keep, transpose


def stored(shape, dtype="F32"):
    kinds = {"F32": np.float32, "F16": np.float16, "BF16": np.uint16}
    values = np.arange(np.prod(shape)).reshape(shape).astype(kinds[dtype])
    return Generated("a", values, dtype)


def whole(tensor, step=1000):
    count = tensor.shape[0]
    slabs = [tensor.read(first, min(first + step, count)) for first in range(0, count, step)]
    return np.concatenate(slabs)


def test_a_tensor_that_is_kept_is_itself():
    tensor = stored((3, 2))
    assert keep(tensor) is tensor
    assert tensor.described == "The tensor a"


@pytest.mark.parametrize("step", [1, 3, 4, 5, 100])
@pytest.mark.parametrize("shape", [(16, 2), (16,)])
def test_the_halves_of_heads_are_interleaved_whatever_is_read_at_once(shape, step):
    tensor = stored(shape)
    expected = whole(tensor).reshape(2, 2, 4, *shape[1:]).swapaxes(1, 2).reshape(shape)
    found = interleave(2)(tensor)
    assert np.array_equal(whole(found, step), expected)
    assert whole(found)[:4].reshape(4, -1)[:, 0].tolist() == [
        row * (shape[1] if len(shape) > 1 else 1) for row in (0, 4, 1, 5)
    ]


@pytest.mark.parametrize("strip", [8, 24, 10**6])
@pytest.mark.parametrize("step", [1, 2, 100])
def test_a_matrix_is_transposed_in_strips(strip, step, monkeypatch):
    monkeypatch.setattr(rows, "_STRIP", strip)
    tensor = stored((5, 3))
    found = transpose(tensor)
    assert found.shape == (3, 5)
    assert np.array_equal(whole(found, step), whole(tensor).T)


def test_one_is_added_in_the_type_llama_cpp_adds_it_in():
    assert add_one(stored((3,), "F16")).dtype == "F16"
    assert add_one(stored((3,), "F16")).read(0, 3).dtype == np.float16
    bits = Generated("a", np.array([0x3F80, 0x4000], np.uint16), "BF16")
    shifted = add_one(bits)
    assert shifted.dtype == "F32"
    assert shifted.read(0, 2).tolist() == [2.0, 3.0]


def test_rows_behind_the_vocabulary_are_left_out():
    found = first_rows(2)(stored((3, 2)))
    assert found.shape == (2, 2)
    assert whole(found).tolist() == [[0, 1], [2, 3]]
    assert first_rows(5)(stored((3, 2))).shape == (3, 2)


def test_transforms_keep_the_name_and_the_type():
    for transform in (interleave(1), transpose, first_rows(1)):
        found = transform(stored((2, 2), "BF16"))
        assert (found.described, found.dtype) == ("The tensor a", "BF16")
