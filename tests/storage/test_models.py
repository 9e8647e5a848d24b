from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.errors import InvalidInput
from desktop.domain.model import ModelInfo, TensorInfo
from desktop.storage.models import KnownModels


def info_of(path: Path) -> ModelInfo:
    return ModelInfo(
        path=path,
        file_size=4,
        architecture="llama",
        name="Stone",
        level="Q4_K_M",
        parameters=7_000_000_000,
        bits_per_weight=4.85,
        context_length=8192,
        embedding_length=4096,
        block_count=32,
        head_count=32,
        head_count_kv=8,
        vocabulary_size=32000,
        tokenizer="bpe",
        license="mit",
        description="a \ud800 model",
        chat_template="{{ messages }}",
        tensors=(TensorInfo("w", "Q4_K", (4096, 4096), 9),),
        metadata={"general.name": "Stone"},
        problems=("odd",),
    )


@pytest.fixture
def known(database, clock) -> KnownModels:
    return KnownModels(database, clock)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "stone.gguf"
    path.write_bytes(b"GGUF")
    return path


def test_added_files_are_listed_in_order_until_removed(known):
    known.add(Path("/b.gguf"), "b")
    known.add(Path("/a.gguf"), "a")
    assert [(m.path, m.name, m.added_at) for m in known.list()] == [
        (Path("/b.gguf"), "b", 1001.0),
        (Path("/a.gguf"), "a", 1002.0),
    ]
    assert known.remove(Path("/b.gguf")) is True
    assert known.remove(Path("/b.gguf")) is False
    assert [m.name for m in known.list()] == ["a"]


def test_adding_again_renames(known):
    known.add(Path("/a.gguf"), "a")
    known.add(Path("/a.gguf"), "other")
    assert [m.name for m in known.list()] == ["other"]


def test_uses_are_kept_for_any_file(known):
    known.touch(Path("/never/added.gguf"))
    known.touch(Path("/never/added.gguf"))
    assert known.uses() == {Path("/never/added.gguf"): 1002.0}


def test_header_is_cached_without_its_tensors(known, file):
    assert known.cached_info(file) is None
    known.put_info(file, info_of(file))
    assert known.cached_info(file) == replace(info_of(file), tensors=())


def test_changed_file_is_not_answered_from_the_cache(known, file):
    known.put_info(file, info_of(file))
    os.utime(file, ns=(1, 1))
    assert known.cached_info(file) is None
    known.put_info(file, info_of(file))
    file.write_bytes(b"GGUF and more")
    os.utime(file, ns=(1, 1))
    assert known.cached_info(file) is None


def test_header_kept_by_another_version_is_read_again(known, file, database):
    known.put_info(file, info_of(file))
    with database.writing() as db:
        db.execute("UPDATE model_headers SET info = json_set(info, '$.smell', 'rye')")
    assert known.cached_info(file) is None


def test_missing_file_has_no_cached_header(known, tmp_path):
    with pytest.raises(FileNotFoundError):
        known.cached_info(tmp_path / "nothing.gguf")


def test_path_that_is_not_text_is_refused(known):
    with pytest.raises(InvalidInput, match="not text"):
        known.add(Path("/\udcff.gguf"), "x")
    assert known.list() == []
