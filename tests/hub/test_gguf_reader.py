from __future__ import annotations

import struct
from pathlib import Path

import gguf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.errors import ModelFileInvalid
from desktop.hub.gguf_reader import MAX_HEADER, TENSOR_TYPES, Header, HeaderReader
from tests.helpers.gguf_bytes import entry, header, tensor, text
from tests.helpers.tiny_models import TinyModel


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    model = TinyModel(vocabulary=2000, weight_type="Q8_0")
    return model.write(tmp_path_factory.mktemp("gguf") / "tiny.gguf")


@pytest.fixture(scope="module")
def content(path: Path) -> bytes:
    return path.read_bytes()


def read(content: bytes) -> Header | None:
    reader = HeaderReader()
    reader.feed(content)
    return reader.header


def test_the_header_is_as_the_reference_reader_says(path: Path, content: bytes) -> None:
    found = read(content)
    reference = gguf.GGUFReader(path)
    assert found is not None
    assert [(t.name, t.type, t.shape, t.size) for t in found.tensors] == [
        (t.name, int(t.tensor_type), tuple(map(int, t.shape)), int(t.n_bytes))
        for t in reference.tensors
    ]
    assert {array.key for array in found.arrays} == {
        "tokenizer.ggml.tokens", "tokenizer.ggml.token_type", "tokenizer.ggml.merges"
    }  # fmt: skip
    assert found.values["llama.context_length"] == 4096
    assert found.values["tokenizer.ggml.add_bos_token"] is False
    assert found.values["general.architecture"] == "llama"
    assert found.data_end == len(content)
    first = reference.tensors[0]
    assert found.data_end - sum(-(-t.size // 32) * 32 for t in found.tensors) == first.data_offset


def test_arrays_are_where_it_says(content: bytes) -> None:
    found = read(content)
    assert found is not None
    for array in found.arrays:
        key = text(array.key) + struct.pack("<I", 9)
        assert content[array.start - len(key) : array.start] == key
    tokens = found.arrays[0]
    assert content[tokens.start : tokens.start + 12] == struct.pack("<IQ", 8, 2000)


@given(sizes=st.lists(st.integers(1, 20_000), min_size=1, max_size=8))
def test_it_may_arrive_in_any_pieces(content: bytes, sizes: list[int]) -> None:
    reader = HeaderReader()
    at = 0
    while reader.header is None:
        assert len(reader.buffer) < reader.needed
        step = sizes[at % len(sizes)]
        reader.feed(content[at : at + step])
        at += step
    assert reader.header == read(content)
    assert reader.needed == 0
    reader.feed(b"more")  # harms nothing
    assert reader.header == read(content)


def test_what_it_asks_for_is_little_more_than_it_needs(content: bytes) -> None:
    reader = HeaderReader()
    rounds = 0
    while reader.header is None:
        rounds += 1
        reader.feed(content[len(reader.buffer) : reader.needed + 512])
    assert len(reader.buffer) < reader.header.size * 1.1 + 1024
    assert rounds < 40


def test_sizes_of_tensor_types_are_those_of_ggml() -> None:
    reference = {int(kind): size for kind, size in gguf.GGML_QUANT_SIZES.items()}
    assert {kind: reference[kind] for kind in TENSOR_TYPES} == TENSOR_TYPES


def test_padding_follows_the_alignment_stated() -> None:
    alignment = entry("general.alignment", 4, struct.pack("<I", 64))
    table = (tensor("a", (3,), 0, 0), tensor("b", (5, 2), 0, 64))
    found = read(header((alignment,), table))
    assert found is not None
    assert (found.alignment, [t.size for t in found.tensors]) == (64, [12, 40])
    assert found.data_end == -(-found.size // 64) * 64 + 128


HUGE = struct.pack("<Q", 2**63)
HOSTILE = {
    "magic": b"GGML" + header()[4:],
    "html": b"<!DOCTYPE html><html><body>login</body></html>",
    "version 1": header(version=1),
    "big-endian": b"GGUF" + struct.pack(">IQQ", 3, 0, 0),
    "entries": b"GGUF" + struct.pack("<IQQ", 3, 0, 2**40),
    "tensors": b"GGUF" + struct.pack("<IQQ", 3, 2**40, 0),
    "key": header((HUGE,)),
    "string": header((entry("a", 8, HUGE),)),
    "value type": header((entry("a", 99, b""),)),
    "array type": header((entry("a", 9, struct.pack("<IQ", 99, 4)),)),
    "array length": header((entry("a", 9, struct.pack("<IQ", 4, 2**62)),)),
    "strings": header((entry("a", 9, struct.pack("<IQ", 8, 2**62)),)),
    "text in strings": header((entry("a", 9, struct.pack("<IQQ", 8, 2, 2**63)),)),
    "texts that add up": header(
        (entry("a", 9, struct.pack("<IQ", 8, 2) + text(b"x" * 9) + struct.pack("<Q", MAX_HEADER)),)
    ),
    "nested": header((entry("a", 9, struct.pack("<IQ", 9, 1)),)),
    "twice": header((entry("a", 0, b"1"), entry("a", 0, b"1"))),
    "alignment 0": header((entry("general.alignment", 4, bytes(4)),)),
    "alignment 48": header((entry("general.alignment", 4, struct.pack("<I", 48)),)),
    "alignment text": header((entry("general.alignment", 8, text("32")),)),
    "name": header((), (tensor("n" * 64, (1,), 0, 0),)),
    "dimensions": header((), (tensor("a", (1,) * 5, 0, 0),)),
    "tensor type": header((), (tensor("a", (1,), 4, 0),)),
    "no weights": header((), (tensor("a", (0, 4), 0, 0),)),
    "overflow": header((), (tensor("a", (2**33, 2**33), 0, 0),)),
    "half a block": header((), (tensor("a", (33,), 8, 0),)),
    "offset": header((), (tensor("a", (8,), 0, 32),)),
    "overlap": header((), (tensor("a", (8,), 0, 0), tensor("b", (8,), 0, 0))),
    "tensor twice": header((), (tensor("a", (8,), 0, 0), tensor("a", (8,), 0, 32))),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_is_refused_at_once(name: str) -> None:
    with pytest.raises(ModelFileInvalid) as refused:
        read(HOSTILE[name])
    assert refused.value.message.endswith(".") and refused.value.advice


@given(data=st.data())
def test_damage_anywhere_is_refused_or_harmless(content: bytes, data: st.DataObject) -> None:
    damaged = bytearray(content[:60_000])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged) - 9))
        damaged[at : at + 8] = data.draw(st.binary(min_size=8, max_size=8))
    reader = HeaderReader()
    try:
        reader.feed(bytes(damaged))
    except ModelFileInvalid:
        return
    assert reader.header is not None or len(damaged) < reader.needed <= MAX_HEADER
