from __future__ import annotations

import os
from pathlib import Path

import pytest

from desktop.core.model_files import (
    all_there,
    files_of,
    first_file,
    is_split,
    missing,
    model_version,
    present,
    stem_of,
)
from desktop.domain.errors import ModelFileMissing
from desktop.domain.library import FileVersion


@pytest.fixture
def parts(tmp_path: Path) -> list[Path]:
    files = [tmp_path / f"big-0000{n}-of-00003.gguf" for n in (1, 2, 3)]
    for number, file in enumerate(files, start=1):
        file.write_bytes(b"x" * number)
        os.utime(file, ns=(0, 100 - number))
    return files


def test_a_split_model_is_all_its_parts_whichever_is_named(parts) -> None:
    assert files_of(parts[0]) == files_of(parts[2]) == parts
    assert first_file(parts[1]) == parts[0]
    assert stem_of(parts[1]) == "big"
    assert is_split(parts[1].name)


@pytest.mark.parametrize("name", ["oats.gguf", "sha256-abc", "oats-00001-of-2.gguf", ".gguf"])
def test_other_names_are_one_file(name) -> None:
    assert files_of(Path(name)) == [Path(name)]
    assert stem_of(Path(name)) == Path(name).stem
    assert not is_split(name)


def test_a_hostile_number_of_parts_is_just_a_name() -> None:
    assert len(files_of(Path("a-00001-of-99999.gguf"))) == 1


def test_the_version_changes_with_any_part(parts) -> None:
    assert model_version(parts[0]) == FileVersion(6, 99)
    os.utime(parts[2], ns=(0, 500))
    assert model_version(parts[0]) == FileVersion(6, 500)


def test_a_missing_part_is_named(parts) -> None:
    assert all_there(parts[0]) and present(parts[0]) == parts[0]
    parts[1].unlink()
    assert not all_there(parts[0])
    with pytest.raises(ModelFileMissing, match="00002-of-00003"):
        present(parts[0])
    assert "00002-of-00003" in missing(parts[0]).message


def test_a_folder_is_said_to_be_one(tmp_path: Path) -> None:
    assert missing(tmp_path).message == f"{tmp_path} is a folder."
