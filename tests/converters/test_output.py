from __future__ import annotations

import errno
import os
import shutil
from types import SimpleNamespace

import pytest

from converters.errors import Cancelled, ConversionError
from converters.output import Output, check_room
from tests.converters.conftest import leftovers, never


def test_a_whole_file_gets_its_name(tmp_path):
    with Output(tmp_path / "a.gguf", 3, never) as output:
        output.write(b"abc")
        output.pad(8)
        assert output.size == 8
        assert leftovers(tmp_path) == ["a.gguf.part"]
    assert (tmp_path / "a.gguf").read_bytes() == b"abc\0\0\0\0\0"
    assert leftovers(tmp_path) == ["a.gguf"]


def test_a_file_that_was_closed_waits_for_its_name(tmp_path):
    with Output(tmp_path / "a.gguf", 3, never) as output:
        output.write(b"abc")
        output.close()
        assert leftovers(tmp_path) == ["a.gguf.part"]
    assert (tmp_path / "a.gguf").read_bytes() == b"abc"


def test_an_error_leaves_nothing(tmp_path):
    with pytest.raises(KeyboardInterrupt), Output(tmp_path / "a.gguf", 3, never) as output:
        output.write(b"abc")
        raise KeyboardInterrupt
    assert leftovers(tmp_path) == []


def test_cancelling_leaves_nothing(tmp_path):
    with pytest.raises(Cancelled), Output(tmp_path / "a.gguf", 3, lambda: True) as output:
        output.write(b"abc")
    assert leftovers(tmp_path) == []


def test_what_an_earlier_attempt_left_is_overwritten(tmp_path):
    (tmp_path / "a.gguf.part").write_bytes(b"something longer")
    with Output(tmp_path / "a.gguf", 3, never) as output:
        output.write(b"abc")
    assert (tmp_path / "a.gguf").read_bytes() == b"abc"


def test_a_file_that_exists_is_kept(tmp_path):
    (tmp_path / "a.gguf").write_bytes(b"mine")
    with pytest.raises(ConversionError, match="exists already"):
        Output(tmp_path / "a.gguf", 3, never)
    assert (tmp_path / "a.gguf").read_bytes() == b"mine"


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(ConversionError, match=r"There is no folder .*nowhere"):
        Output(tmp_path / "nowhere" / "a.gguf", 3, never)


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "a.gguf.part").mkdir()
    with pytest.raises(ConversionError, match=r"a\.gguf cannot be written"):
        Output(tmp_path / "a.gguf", 3, never).__enter__()


def test_a_disk_too_small_is_refused_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10**9))
    with pytest.raises(ConversionError, match=r"has 1\.0 GB free, but 1\.1 GB are needed"):
        Output(tmp_path / "a.gguf", 10**9, never)
    check_room(tmp_path, 9 * 10**8)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=62_900_000))
    with pytest.raises(ConversionError, match=r"has 62\.9 MB free, but 105\.0 MB are needed"):
        check_room(tmp_path, 10**8)
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(errno.ENOSPC, "became full while a.gguf was written"), (errno.EIO, "cannot be written")],
)
def test_a_disk_that_fails_at_the_end_leaves_nothing(number, sentence, tmp_path, monkeypatch):
    def fail(_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with (
        pytest.raises(ConversionError, match=sentence),
        Output(tmp_path / "a.gguf", 3, never) as output,
    ):
        output.write(b"abc")
    assert leftovers(tmp_path) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is full")
def test_a_disk_that_becomes_full_leaves_nothing(tmp_path):
    (tmp_path / "a.gguf.part").symlink_to("/dev/full")
    with (
        pytest.raises(ConversionError, match=r"became full while a\.gguf was written"),
        Output(tmp_path / "a.gguf", 3, never) as output,
    ):
        output.write(bytes(10**6))
    assert leftovers(tmp_path) == []
