from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from converters.errors import ConversionError
from converters.safetensors import read_tensors
from tests.helpers.tiny_checkpoints import write_safetensors


def raw(path: Path, header: Any, data: bytes = b"") -> Path:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    return path


def entry(shape: list[Any], first: int, last: int, dtype: str = "F32") -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [first, last]}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "model.safetensors"


def test_tensors_come_in_the_order_of_their_data(path):
    raw(path, {"b": entry([2], 8, 16), "a": entry([2], 0, 8)}, bytes(16))
    assert [tensor.name for tensor in read_tensors(path)] == ["a", "b"]


def test_rows_are_read_where_they_are(path):
    values = np.arange(12, dtype="<f4").reshape(6, 2)
    write_safetensors(path, {"x": ("F32", np.zeros(3, "<f4")), "a": ("F32", values)})
    tensor = read_tensors(path)[1]
    assert tensor.shape == (6, 2)
    assert np.array_equal(tensor.read(2, 5), values[2:5])


def test_bf16_is_given_as_its_bits(path):
    write_safetensors(path, {"a": ("BF16", np.array([0x3F80, 0xC000], "<u2"))})
    assert read_tensors(path)[0].read(0, 2).tolist() == [0x3F80, 0xC000]


def test_metadata_is_no_tensor(path):
    raw(path, {"__metadata__": {"format": "pt"}})
    assert read_tensors(path) == []


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (b"", "cannot be understood"),
        (b"[]", "cannot be understood"),
        (b"\xff", "cannot be understood"),
        (b'{"a":' * 50_000, "cannot be understood"),
        (b'{"a": 1, "a": 2}', "cannot be understood"),
        ({"a": 5}, "describes the tensor a wrongly"),
        ({"a": {"dtype": "F32", "shape": [1]}}, "describes the tensor a wrongly"),
        ({"a": entry([1], 0, 4, "F12")}, "describes the tensor a wrongly"),
        ({"a": entry([-1], 0, 4)}, "describes the tensor a wrongly"),
        ({"a": entry([True], 0, 4)}, "describes the tensor a wrongly"),
        ({"a": entry([1.0], 0, 4)}, "describes the tensor a wrongly"),
        ({"a": entry([2], 0, 4)}, "size of the tensor a does not match its shape"),
        ({"a": entry([1], -4, 0)}, "size of the tensor a does not match its shape"),
        ({"a": entry([2**40, 2**40], 0, 4)}, "size of the tensor a does not match its shape"),
        ({"a": entry([1, 1, 1, 1, 1], 0, 4)}, "size of the tensor a does not match its shape"),
        ({"a": entry([4], 0, 16)}, "the tensor a ends 8 bytes behind the end of the file"),
        ({"a": entry([1], 2**62, 2**62 + 4)}, "behind the end of the file"),
        ({"a": entry([2], 0, 8), "b": entry([1], 4, 8)}, "the tensors a and b overlap"),
        ({"a": entry([1], 0, 4), "b": entry([1], 0, 4)}, "the tensors a and b overlap"),
    ],
)
def test_a_header_that_lies_is_refused_by_name(header, sentence, path):
    raw(path, header, bytes(8))
    with pytest.raises(ConversionError, match=rf"model\.safetensors.*{sentence}|{sentence}"):
        read_tensors(path)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is no safetensors file"),
        (b"GGUF\3\0\0\0 and more", "is no safetensors file"),
        (struct.pack("<Q", 100) + b"{}", "is cut off within its header"),
    ],
)
def test_another_file_is_refused(data, sentence, path):
    path.write_bytes(data)
    with pytest.raises(ConversionError, match=rf"model\.safetensors {sentence}"):
        read_tensors(path)


def test_a_missing_file_is_named_with_its_folder(path):
    with pytest.raises(
        ConversionError, match=rf"model\.safetensors is missing in .*{path.parent.name}"
    ):
        read_tensors(path)


def test_a_file_that_becomes_shorter_meanwhile_is_an_error(path):
    write_safetensors(path, {"a": ("F32", np.zeros(100, "<f4"))})
    (tensor,) = read_tensors(path)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 40)
    with pytest.raises(ConversionError, match=r"The tensor a in model\.safetensors is cut off"):
        tensor.read(0, 100)


def test_a_file_that_vanishes_meanwhile_is_an_error(path):
    write_safetensors(path, {"a": ("F32", np.zeros(100, "<f4"))})
    (tensor,) = read_tensors(path)
    path.unlink()
    with pytest.raises(ConversionError, match=r"The tensor a in model\.safetensors cannot be read"):
        tensor.read(0, 100)
