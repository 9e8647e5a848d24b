"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from converters.output import Output
from desktop.domain.errors import DiskFull, EnvironmentFault, InvalidInput
from desktop.domain.quantization import part_path
from desktop.engine import part_file as module
from desktop.engine.part_file import check_destination, check_space, discard_part, part_file


@pytest.fixture
def destination(tmp_path: Path) -> Path:
    return tmp_path / "new.gguf"


def test_the_file_appears_when_it_is_whole(destination: Path) -> None:
    destination.write_bytes(b"old")
    unfinished: set[Path] = set()
    with part_file(destination, unfinished) as part:
        assert unfinished == {part}
        part.write_bytes(b"new")
        assert destination.read_bytes() == b"old"
    assert destination.read_bytes() == b"new"
    assert os.listdir(destination.parent) == ["new.gguf"] and not unfinished


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_nothing_is_left_after_a_failure(destination: Path, error: type[BaseException]) -> None:
    unfinished: set[Path] = set()
    with pytest.raises(error), part_file(destination, unfinished) as part:
        part.write_bytes(b"half")
        raise error
    assert os.listdir(destination.parent) == [] and not unfinished


def test_what_the_system_says_becomes_a_sentence(destination: Path) -> None:
    with pytest.raises(DiskFull, match=r"disk is full.*new\.gguf"), part_file(destination, set()):
        raise OSError(28, "No space left on device")
    with pytest.raises(EnvironmentFault, match="Input/output error"), part_file(destination, set()):
        raise OSError(5, "Input/output error")


@pytest.mark.skipif(sys.platform == "win32", reason="there the system itself refuses")
def test_two_cannot_write_the_same_file(destination: Path) -> None:
    with part_file(destination, set()) as part:
        part.write_bytes(b"first")
        with pytest.raises(InvalidInput, match="being written already"):
            part_file(destination, set()).__enter__()
        discard_part(destination)
        assert part.read_bytes() == b"first"
    assert destination.read_bytes() == b"first"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such lock")
def test_what_a_dead_process_left_is_removed(destination: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from desktop.engine.part_file import part_file;"
        "part_file(Path(sys.argv[1]), set()).__enter__().write_bytes(b'half'); os._exit(1)"
    )
    subprocess.run([sys.executable, "-c", program, str(destination)], cwd=Path(__file__).parents[2])
    assert part_path(destination).read_bytes() == b"half"
    discard_part(destination)
    assert os.listdir(destination.parent) == []
    discard_part(destination)  # nothing to do


def test_what_a_converter_left_is_removed_whatever_its_name(tmp_path: Path) -> None:
    destination = tmp_path / "Äpfel.gguf"
    Output(destination, 0, lambda: False).part.write_bytes(b"half")
    discard_part(destination)
    assert os.listdir(tmp_path) == []


def test_a_folder_or_none_is_no_destination(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="is a folder"):
        check_destination(tmp_path, [])
    with pytest.raises(InvalidInput, match="is not there"):
        check_destination(tmp_path / "nowhere" / "new.gguf", [])


def test_a_name_the_system_does_not_allow_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="cannot be written"):
        check_destination(tmp_path / ("a" * 300), [])


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such files there")
def test_a_device_or_pipe_is_no_destination(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path / "pipe", Path("/dev/null")):
        with pytest.raises(InvalidInput, match="is not a file"):
            check_destination(place, [])


@pytest.mark.parametrize("link", ["same", "hard", "symbolic", "part"])
def test_the_source_is_no_destination(tmp_path: Path, link: str) -> None:
    source = tmp_path / "model.gguf"
    source.write_bytes(b"weights")
    destination = tmp_path / "other.gguf"
    match link:
        case "same":
            destination = tmp_path / "." / "model.gguf"
        case "hard":
            destination.hardlink_to(source)
        case "symbolic":
            destination.symlink_to(source)
        case "part":
            part_path(destination).symlink_to(source)
    with pytest.raises(InvalidInput, match="read and replaced"):
        check_destination(destination, [source])
    assert source.read_bytes() == b"weights"


def test_another_file_and_one_that_is_missing_are_fine(tmp_path: Path) -> None:
    (tmp_path / "there.gguf").touch()
    check_destination(tmp_path / "there.gguf", [tmp_path / "missing.gguf", tmp_path / "x.gguf"])


def test_a_disk_too_small_is_told_with_both_numbers(
    destination: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = SimpleNamespace(free=2_000_000)
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: usage)
    check_space(destination, 2_000_000)
    with pytest.raises(DiskFull, match=r"takes 5\.0 MB, but only 2\.0 MB"):
        check_space(destination, 5_000_000)
