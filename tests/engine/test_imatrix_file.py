"""Importance matrices as files, sound and hostile."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

import gguf
import numpy as np
import pytest

from desktop.domain.errors import EnvironmentFault, ModelFileInvalid
from desktop.engine.imatrix_file import Entry, ImportanceMatrix, read_imatrix, write_imatrix

pytestmark = pytest.mark.engine

DENSE = Entry(np.array([[2, 4, 6]], np.float32), np.array([2], np.float32))
EXPERTS = Entry(np.array([[2, 4], [0, 0]], np.float32), np.array([4, 0], np.float32))
MATRIX = ImportanceMatrix(
    {"blk.0.attn_q.weight": DENSE, "blk.0.ffn_up_exps.weight": EXPERTS},
    ("a text.txt", "zweiter Text.txt"),
    chunks=7,
    chunk_size=512,
)


def test_a_matrix_comes_back_as_it_was(tmp_path: Path, log) -> None:
    path = tmp_path / "imatrix.gguf"
    write_imatrix(path, MATRIX)
    again = read_imatrix(path, log)
    assert (again.datasets, again.chunks, again.chunk_size) == (MATRIX.datasets, 7, 512)
    for name, entry in MATRIX.entries.items():
        assert np.array_equal(again.entries[name].sums, entry.sums)
        assert np.array_equal(again.entries[name].counts, entry.counts)


def test_it_has_the_names_and_shapes_llama_cpp_reads(tmp_path: Path) -> None:
    path = tmp_path / "imatrix.gguf"
    write_imatrix(path, MATRIX)
    reader = gguf.GGUFReader(path)
    assert reader.fields["general.type"].contents() == "imatrix"
    assert "general.architecture" not in reader.fields
    shapes = {tensor.name: tuple(map(int, tensor.shape)) for tensor in reader.tensors}
    assert shapes == {
        "blk.0.attn_q.weight.in_sum2": (3,),
        "blk.0.attn_q.weight.counts": (1,),
        "blk.0.ffn_up_exps.weight.in_sum2": (2, 2),
        "blk.0.ffn_up_exps.weight.counts": (1, 2),
    }


def test_an_expert_without_tokens_weighs_all_columns_alike() -> None:
    assert DENSE.mean_squares().tolist() == [1, 2, 3]
    assert EXPERTS.mean_squares().tolist() == [0.5, 1, 1, 1]


def older(entries: int = 1, columns: int = 3, tail: bytes = b"") -> bytes:
    name = b"blk.0.attn_q.weight"
    values = np.array([2, 4, 6], np.float32).tobytes()
    return (
        struct.pack("<ii", entries, len(name))
        + name
        + struct.pack("<ii", 2, columns)
        + values
        + tail
    )


def test_the_older_format_is_read(tmp_path: Path, log) -> None:
    path = tmp_path / "model.imatrix"
    path.write_bytes(older(tail=struct.pack("<ii", 20, 8) + b"wiki.txt"))
    matrix = read_imatrix(path, log)
    assert matrix.datasets == ("wiki.txt",) and matrix.chunks == 20
    assert matrix.entries["blk.0.attn_q.weight"].mean_squares().tolist() == [1, 2, 3]
    path.write_bytes(older())
    assert read_imatrix(path, log).datasets == ()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"ab",
        b"hello, this is text and no matrix",
        older(entries=2),
        older(columns=2**30),
        older(columns=-1),
        struct.pack("<ii", 1, 2**30),
        older()[:-3],
    ],
)
def test_what_is_no_matrix_is_a_sentence(tmp_path: Path, log, data: bytes) -> None:
    path = tmp_path / "bad.imatrix"
    path.write_bytes(data)
    with pytest.raises(ModelFileInvalid, match="importance matrix"):
        read_imatrix(path, log)


@pytest.mark.parametrize("value", [np.nan, np.inf, -1.0])
def test_impossible_values_are_refused(tmp_path: Path, log, value: float) -> None:
    path = tmp_path / "bad.gguf"
    sums = DENSE.sums.copy()
    sums[0, 1] = value
    write_imatrix(path, replace(MATRIX, entries={"x": Entry(sums, DENSE.counts)}))
    with pytest.raises(ModelFileInvalid, match="impossible values for x"):
        read_imatrix(path, log)


def test_a_matrix_of_zeros_is_refused(tmp_path: Path, log) -> None:
    path = tmp_path / "bad.gguf"
    write_imatrix(path, replace(MATRIX, entries={"x": Entry(DENSE.sums * 0, DENSE.counts)}))
    with pytest.raises(ModelFileInvalid, match="is empty"):
        read_imatrix(path, log)


def test_a_file_cut_short_is_refused(tmp_path: Path, log) -> None:
    path = tmp_path / "bad.gguf"
    write_imatrix(path, MATRIX)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ModelFileInvalid, match="cut short"):
        read_imatrix(path, log)


def test_a_model_is_no_matrix(models, log) -> None:
    with pytest.raises(ModelFileInvalid, match="is not an importance matrix"):
        read_imatrix(models(), log)


def test_sums_without_counts_are_refused(tmp_path: Path, log) -> None:
    path = tmp_path / "bad.gguf"
    writer = gguf.GGUFWriter(path, "x")
    writer.add_type("imatrix")
    writer.add_tensor("x.in_sum2", np.ones((1, 3), np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    with pytest.raises(ModelFileInvalid, match="lacks counts of x"):
        read_imatrix(path, log)


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path, log) -> None:
    with pytest.raises(EnvironmentFault, match="is not there"):
        read_imatrix(tmp_path / "nowhere.gguf", log)
    with pytest.raises(EnvironmentFault, match="cannot be read"):
        read_imatrix(tmp_path, log)
