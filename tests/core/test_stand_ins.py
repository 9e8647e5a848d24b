from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from desktop.core.stand_ins import StandIns
from desktop.domain.errors import StorageFault
from desktop.domain.hub import RemoteFile
from desktop.hub.gguf_reader import Header
from desktop.hub.remote_header import ModelHeader, PartHeader


def header(*sizes: int) -> ModelHeader:
    """Of a model with files of these sizes."""
    said = Header({}, (), (), 5, 32, 32)
    return ModelHeader(
        tuple(
            PartHeader(RemoteFile(f"x/{n}.gguf", s), b"head%d" % n, said)
            for n, s in enumerate(sizes)
        )
    )


def test_it_is_as_long_as_the_model_and_takes_no_space(tmp_path: Path) -> None:
    path = StandIns(tmp_path / "cache").write(header(10**12))
    assert path.stat().st_size == 10**12
    with path.open("rb") as file:
        assert file.read(8) == b"head0\0\0\0"
    if sys.platform == "linux":
        assert path.stat().st_blocks * 512 < 100_000


def test_parts_are_called_as_llama_cpp_expects(tmp_path: Path) -> None:
    path = StandIns(tmp_path).write(header(100, 200, 300))
    assert path.name == "model-00001-of-00003.gguf"
    assert [p.stat().st_size for p in sorted(path.parent.iterdir())] == [100, 200, 300]


def test_nothing_is_left(tmp_path: Path) -> None:
    stand_ins = StandIns(tmp_path)
    one, two = stand_ins.write(header(10)), stand_ins.write(header(10))
    assert one.exists() and two.exists() and one != two
    stand_ins.clear()
    stand_ins.clear()
    assert list(tmp_path.iterdir()) == []
    assert stand_ins.write(header(10)).exists()


def test_what_a_killed_process_left_is_removed_and_that_of_another_is_not(tmp_path: Path) -> None:
    old, young, other = (tmp_path / name for name in ("headers-old", "headers-young", "covers"))
    for folder in (old, young, other):
        folder.mkdir()
        (folder / "file").touch()
    for folder in (old, other):
        os.utime(folder, (0, 0))
    StandIns(tmp_path).write(header(10))
    assert not old.exists() and young.exists() and other.exists()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(StorageFault, match="cannot be worked out"):
        StandIns(tmp_path / "cache").write(header(10))
