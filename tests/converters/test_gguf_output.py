from __future__ import annotations

import numpy as np
import pytest

from converters import gguf_output
from converters.encoding import Encoding
from converters.errors import ConversionError
from converters.gguf_header import Header
from converters.gguf_output import PlannedTensor, write_gguf
from converters.rows import Generated
from tests.converters.conftest import contents, leftovers, never


def planned(name, values, encoding=Encoding.F32):
    return PlannedTensor(name, Generated(name, np.asarray(values, np.float32)), encoding)


@pytest.fixture
def header() -> Header:
    header = Header()
    header.string("general.architecture", "llama")
    return header


@pytest.mark.parametrize("slab", [4, 300, 10**6])
def test_tensors_are_written_a_slab_at_a_time(slab, header, tmp_path, monkeypatch):
    monkeypatch.setattr(gguf_output, "_SLAB", slab)
    matrix = np.arange(7 * 32).reshape(7, 32) / 64
    tensors = [planned("a", matrix), planned("b", [1, 2, 3]), planned("c", matrix, Encoding.F16)]
    seen = []
    size = write_gguf(tmp_path / "a.gguf", header, tensors, seen.append, never)
    found = contents(tmp_path / "a.gguf")
    assert size == (tmp_path / "a.gguf").stat().st_size
    assert np.array_equal(found.tensors["a"], matrix)
    assert found.tensors["b"].tolist() == [1, 2, 3]
    assert np.array_equal(found.tensors["c"], matrix)
    assert seen[-1].done == seen[-1].total == 7 * 32 * 6 + 12


def test_a_tensor_that_cannot_be_stored_leaves_nothing(header, tmp_path):
    tensors = [planned("a", [1]), planned("b", [[np.nan]])]
    with pytest.raises(ConversionError, match="The tensor b holds"):
        write_gguf(tmp_path / "a.gguf", header, tensors, lambda _: None, never)
    assert leftovers(tmp_path) == []
