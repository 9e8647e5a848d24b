from __future__ import annotations

import os
from pathlib import Path

import pytest

from desktop.core.text_files import read_bytes, read_text
from desktop.domain.errors import EnvironmentFault, InvalidInput

MEGABYTE = 2**20


def test_a_text_is_read_without_its_mark(tmp_path: Path) -> None:
    path = tmp_path / "ä.txt"
    path.write_text("naïve\r\n", encoding="utf-8-sig", newline="")
    assert read_text(path, MEGABYTE) == "naïve\r\n"


def test_of_a_large_file_no_more_is_read_than_shows_that_it_is_large(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    path.write_bytes(b"x" * (MEGABYTE + 10))
    assert len(read_bytes(path, MEGABYTE)) == MEGABYTE + 1
    with pytest.raises(InvalidInput, match=r"“big.txt” is larger than 1 MB"):
        read_text(path, MEGABYTE)
    path.write_bytes(b"x" * MEGABYTE)
    assert len(read_text(path, MEGABYTE)) == MEGABYTE


def test_what_is_no_text_is_said(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidInput, match="“x” is not text in UTF-8"):
        read_text(tmp_path / "x", MEGABYTE)


def test_only_ordinary_files_are_read(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match=r"“gone” cannot be read: No such file"):
        read_bytes(tmp_path / "gone", MEGABYTE)
    with pytest.raises(EnvironmentFault, match="no ordinary file"):
        read_bytes(tmp_path, MEGABYTE)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(EnvironmentFault, match="no ordinary file"):
            read_bytes(tmp_path / "pipe", MEGABYTE)
