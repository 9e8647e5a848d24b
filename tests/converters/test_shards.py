from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import converters
from converters.errors import Cancelled, ConversionError
from converters.gguf_header import Header, TensorEntry
from tests.converters.conftest import contents, convert, ignore, never

STARTER = Path(__file__).resolve().parents[2] / "resources" / "starter" / "quern-starter-f16.gguf"
# Of the parts that llama.cpp's gguf-split makes of the starter model with --split-max-size 3M.
GGUF_SPLIT = {
    "part-00001-of-00004.gguf": "7341aed1cf1e2ca788a1644fb4448f039074d771d6049f0f49c3dbcb49a8c6bb",
    "part-00002-of-00004.gguf": "d1e6e85e55e7cff10acc261ef2d3c6a186bce5202b3e599ae4fea7a3670b914f",
    "part-00003-of-00004.gguf": "4f4345eb6b6174f4e1edee9231647c8b24041129f42849751fee927795a9fbb6",
    "part-00004-of-00004.gguf": "736187403d47c74169e0cd91feb393df84716286401a84049f603278ebeb0a10",
}


@pytest.fixture
def model(write) -> Path:
    return convert(write("tiny-llama"), "f16").path


def split(source, prefix, size, **changes):
    options = {"progress": ignore, "cancelled": never, **changes}
    return converters.split(source, prefix, size, **options)


def merge(first, destination, **changes):
    options = {"progress": ignore, "cancelled": never, **changes}
    return converters.merge(first, destination, **options)


def test_parts_are_those_of_llama_cpps_own_tool(tmp_path):
    parts = split(STARTER, tmp_path / "part", 3_000_000).paths
    assert {
        part.name: hashlib.sha256(part.read_bytes()).hexdigest() for part in parts
    } == GGUF_SPLIT


@pytest.mark.parametrize("size", [1, 20_000, 100_000, 200_000])
def test_merging_gives_the_file_back_byte_for_byte(size, model, tmp_path):
    parts = split(model, tmp_path / "part", size)
    merged = merge(parts.path, tmp_path / "back.gguf")
    assert merged.path.read_bytes() == model.read_bytes()
    assert merged.tensors == parts.tensors
    assert parts.size == sum(part.stat().st_size for part in parts.paths)


def test_another_alignment_survives(tmp_path):
    header = Header()
    header.string("general.architecture", "llama")
    header.u32("general.alignment", 64)
    entries = [TensorEntry(name, (3,), 0, 12) for name in "ab"]
    data = b"".join(bytes([number] * 12) + bytes(52) for number in (1, 2))
    source = tmp_path / "a.gguf"
    source.write_bytes(header.pack(entries, 64) + data)
    parts = split(source, tmp_path / "part", 1)
    assert contents(parts.paths[1]).tensors["b"].tobytes() == bytes([2] * 12)
    assert merge(parts.path, tmp_path / "b.gguf").path.read_bytes() == source.read_bytes()


def test_progress_ends_with_all_bytes(model, tmp_path):
    seen = []
    split(model, tmp_path / "part", 100_000, progress=seen.append)
    assert seen[-1].done == seen[-1].total
    merge(tmp_path / "part-00001-of-00003.gguf", tmp_path / "b.gguf", progress=seen.append)
    assert seen[-1].done == seen[-1].total == seen[0].total


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit to set")
def test_parts_may_be_more_than_files_can_be_open(model, tmp_path):
    import resource

    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.open(os.devnull, os.O_RDONLY)  # the lowest descriptor that is free
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + 4, limits[1]))
    try:
        parts = split(model, tmp_path / "part", 1)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert len(parts.paths) == parts.tensors > 4


def test_cancelling_leaves_no_part(model, tmp_path):
    before = set(tmp_path.iterdir())
    calls = iter([False] * 20 + [True])
    with pytest.raises(Cancelled):
        split(model, tmp_path / "part", 100_000, cancelled=lambda: next(calls))
    assert set(tmp_path.iterdir()) == before


def test_parts_that_exist_are_kept(model, tmp_path):
    (tmp_path / "part-00003-of-00003.gguf").write_bytes(b"mine")
    before = set(tmp_path.iterdir())
    with pytest.raises(ConversionError, match=r"part-00003-of-00003\.gguf exists already"):
        split(model, tmp_path / "part", 100_000)
    assert set(tmp_path.iterdir()) == before


def test_a_disk_too_small_for_all_parts_is_refused(model, tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=200_000))
    with pytest.raises(ConversionError, match="are needed"):
        split(model, tmp_path / "part", 100_000)


@pytest.mark.parametrize(
    ("size", "sentence"),
    [(10**9, "is no bigger than a part may be")],
)
def test_a_file_that_fits_is_not_split(size, sentence, model, tmp_path):
    with pytest.raises(ConversionError, match=sentence):
        split(model, tmp_path / "part", size)


def test_more_parts_than_can_be_counted_are_refused(tmp_path):
    header = Header()
    header.string("general.architecture", "llama")
    entries = [TensorEntry(f"t{number}", (1,), 0, 4) for number in range(70_000)]
    source = tmp_path / "a.gguf"
    source.write_bytes(header.pack(entries) + bytes(32 * 70_000))
    with pytest.raises(ConversionError, match="would become 70,000 parts"):
        split(source, tmp_path / "part", 1)


def test_a_part_is_not_split_again(model, tmp_path):
    parts = split(model, tmp_path / "part", 100_000)
    with pytest.raises(ConversionError, match="is a part of a split file already"):
        split(parts.path, tmp_path / "again", 1000)


def test_a_missing_part_is_named(model, tmp_path):
    parts = split(model, tmp_path / "part", 100_000)
    parts.paths[2].unlink()
    with pytest.raises(ConversionError, match=r"part-00003-of-00003\.gguf is missing"):
        merge(parts.path, tmp_path / "back.gguf")


@pytest.mark.parametrize("name", ["part-00002-of-00003.gguf", "other.gguf"])
def test_only_the_first_part_is_taken(name, model, tmp_path):
    split(model, tmp_path / "part", 100_000)
    with pytest.raises(ConversionError, match="is not the first part"):
        merge(tmp_path / name, tmp_path / "back.gguf")


def test_a_part_with_another_parts_name_is_refused(model, tmp_path):
    parts = split(model, tmp_path / "part", 100_000).paths
    shutil.copy(parts[1], parts[2])
    with pytest.raises(ConversionError, match="says that it is another part"):
        merge(parts[0], tmp_path / "back.gguf")


def test_parts_of_different_files_are_refused(model, tmp_path, write):
    parts = split(model, tmp_path / "part", 100_000).paths
    other = convert(write("tiny-mistral"), "bf16").path
    others = split(other, tmp_path / "other", 100_000).paths
    assert len(others) == len(parts)
    shutil.copy(others[1], parts[1])
    with pytest.raises(ConversionError, match="do not belong together"):
        merge(parts[0], tmp_path / "back.gguf")
