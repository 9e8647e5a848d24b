from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from desktop.domain.errors import DiskFull, StorageFault
from desktop.storage.files import beside, size_of, write_atomically


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_writes_and_replaces(tmp_path):
    path = tmp_path / "new folder" / "file.txt"
    write_atomically(path, "first")
    write_atomically(path, "größer\n")
    assert path.read_bytes() == "größer\n".encode()
    assert names(path.parent) == ["file.txt"]


@pytest.mark.parametrize(
    ("code", "fault"),
    [(errno.ENOSPC, DiskFull), (errno.EDQUOT, DiskFull), (errno.EIO, StorageFault)],
)
def test_what_was_there_stays_when_writing_fails(tmp_path, monkeypatch, code, fault):
    path = tmp_path / "file.txt"
    write_atomically(path, "before")

    def fail(_descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(fault) as caught:
        write_atomically(path, "after")
    assert "“file.txt”" in caught.value.message
    assert caught.value.advice
    assert path.read_text() == "before"
    assert names(tmp_path) == ["file.txt"]


def test_folder_that_cannot_hold_files(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageFault, match="cannot be written"):
        write_atomically(tmp_path / "file" / "inner.txt", "x")


def test_lone_surrogates_do_not_stop_writing(tmp_path):
    write_atomically(tmp_path / "file.txt", "a\ud800b")
    assert (tmp_path / "file.txt").read_text() == "a?b"


def test_a_file_beside_and_how_large_it_is(tmp_path):
    path = beside(tmp_path / "quern.db", ".copy")
    assert path == tmp_path / "quern.db.copy"
    assert size_of(path) == 0
    path.write_text("abc")
    assert size_of(path) == 3
