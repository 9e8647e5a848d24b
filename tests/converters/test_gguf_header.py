from __future__ import annotations

import gguf
import numpy as np

from converters.gguf_header import Header, TensorEntry
from tests.converters.conftest import contents


def both(tmp_path):
    """The same header by us and by gguf's own writer."""
    header = Header()
    writer = gguf.GGUFWriter(tmp_path / "theirs.gguf", "llama")
    header.string("general.architecture", "llama")
    header.u16("a", 7)
    writer.add_uint16("a", 7)
    header.u32("b", 2**32 - 1)
    writer.add_uint32("b", 2**32 - 1)
    header.i32("c", -5)
    writer.add_int32("c", -5)
    header.f32("d", 0.1)
    writer.add_float32("d", 0.1)
    header.boolean("e", True)
    writer.add_bool("e", True)
    header.string("f", "größer")
    writer.add_string("f", "größer")
    header.strings("g", ["a", b"\xff", ""])
    writer.add_array("g", ["a", b"\xff", ""])
    header.i32s("h", [1, -2])
    writer.add_array("h", [1, -2])
    header.f32s("i", [0.5, -2.0])
    writer.add_array("i", [0.5, -2.0])
    header.u32("b", 3)  # keeps its place
    writer.add_uint32("b", 3)
    header.string("empty", "")
    header.strings("none", [])
    return header, writer


def test_a_header_is_the_one_of_the_formats_own_writer(tmp_path):
    header, writer = both(tmp_path)
    entries = []
    for name, shape in (("x", (3, 5)), ("y", (7,))):
        values = np.ones(shape, np.float32)
        writer.add_tensor(name, values)
        entries.append(TensorEntry(name, shape, 0, values.nbytes))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    packed = header.pack(entries)
    assert len(packed) % 32 == 0
    assert (tmp_path / "theirs.gguf").read_bytes()[: len(packed)] == packed


def test_tensors_are_aligned_as_asked(tmp_path):
    header = Header()
    header.u32("general.alignment", 64)
    entries = [TensorEntry("x", (1,), 0, 4), TensorEntry("y", (2,), 0, 8)]
    packed = header.pack(entries, 64)
    path = tmp_path / "a.gguf"
    values = np.array([1, 2, 3], "<f4").tobytes()
    path.write_bytes(packed + values[:4] + bytes(60) + values[4:])
    found = contents(path).tensors
    assert (found["x"].tolist(), found["y"].tolist()) == ([1], [2, 3])
