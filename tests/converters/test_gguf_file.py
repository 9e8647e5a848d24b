from __future__ import annotations

import struct

import numpy as np
import pytest

from converters.errors import ConversionError
from converters.gguf_file import read_gguf
from converters.gguf_header import Header, TensorEntry
from tests.converters.conftest import convert


def small(**changes):
    header = Header()
    header.string("general.architecture", "llama")
    header.u32("general.alignment", changes.get("alignment", 32))
    header.strings("tokens", ["a", "b"])
    header.u16("small", 7)
    header.i32("signed", -7)
    entries = [TensorEntry("x", (2,), changes.get("kind", 0), 8)]
    return header, header.pack(entries) + struct.pack("<2f", 1, 2)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.gguf"


def test_values_and_tensors_are_those_that_were_written(path):
    header, data = small()
    path.write_bytes(data)
    found = read_gguf(path)
    assert found.values == header.values
    ((entry, offset),) = found.tensors
    assert (entry.name, entry.shape, entry.size) == ("x", (2,), 8)
    assert np.frombuffer(b"".join(found.data(entry, offset)), "<f4").tolist() == [1, 2]
    assert (found.number("small"), found.number("signed"), found.number("none")) == (7, -7, None)
    assert found.number("tokens") is None


def test_a_whole_model_is_read(write):
    result = convert(write("tiny-qwen2"), "q8_0")
    found = read_gguf(result.path)
    assert len(found.tensors) == result.tensors
    last, offset = found.tensors[-1]
    assert offset + last.size <= result.size < offset + last.size + 32


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "damaged"),
        (b"GGUF", "damaged"),
        (b"PK\3\4 and more", "is no GGUF file of version 2 or 3"),
        (b"GGUF" + struct.pack("<IQQ", 1, 0, 0), "is no GGUF file of version 2 or 3"),
        (b"GGUF" + struct.pack(">IQQ", 3, 0, 0), "is no GGUF file of version 2 or 3"),
        (b"GGUF" + struct.pack("<IQQ", 3, 2**60, 0), "damaged"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 2**60), "damaged"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 2**62), "damaged"),
        (b"GGUF" + struct.pack("<IQQQ1s", 3, 0, 1, 1, b"\xff"), "damaged"),
        (b"GGUF" + struct.pack("<IQQQ1sI", 3, 0, 1, 1, b"a", 99), "damaged"),
        (b"GGUF" + struct.pack("<IQQQ1sIIQ", 3, 0, 1, 1, b"a", 9, 9, 5), "damaged"),
        (b"GGUF" + struct.pack("<IQQQ1sIIQ", 3, 0, 1, 1, b"a", 9, 8, 2**62), "damaged"),
        (b"GGUF" + struct.pack("<IQQQ1sIIQ", 3, 0, 1, 1, b"a", 9, 4, 2**62), "damaged"),
        (b"GGUF" + struct.pack("<IQQQ1sI", 3, 1, 0, 1, b"a", 9), "damaged"),
        (small(kind=4)[1], "of a type this version does not know"),
        (small(alignment=0)[1], "damaged"),
        (small(alignment=48)[1], "damaged"),
        (small()[1][:-4], "cut off within the tensor x"),
    ],
)
def test_a_damaged_file_is_refused_by_name(data, sentence, path):
    path.write_bytes(data)
    with pytest.raises(ConversionError, match=rf"a\.gguf.*{sentence}|{sentence}"):
        read_gguf(path)


def test_a_missing_file_is_named(path):
    with pytest.raises(ConversionError, match=r"a\.gguf is missing"):
        read_gguf(path)


def test_a_file_that_becomes_shorter_or_vanishes_meanwhile_is_an_error(path):
    path.write_bytes(small()[1])
    found = read_gguf(path)
    path.write_bytes(small()[1][:-4])
    with pytest.raises(ConversionError, match=r"a\.gguf is cut off within the tensor x"):
        list(found.data(*found.tensors[0]))
    path.unlink()
    with pytest.raises(ConversionError, match=r"a\.gguf cannot be read"):
        list(found.data(*found.tensors[0]))
