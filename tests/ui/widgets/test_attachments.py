import os
from pathlib import Path

import pytest

from desktop.domain.errors import InvalidInput
from desktop.ui.widgets.attachments import MAX_FILE_BYTES, Attachment, read_text_file


def test_the_fence_is_longer_than_any_inside():
    assert Attachment("a.md", "````\nx\n````").as_markdown() == (
        "a.md\n\n`````md\n````\nx\n````\n`````"
    )


def test_an_unfenced_text_is_left_alone():
    assert Attachment("Draft", "text", fenced=False).as_markdown() == "text"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"plain\r\nlines", "plain\nlines"),
        (b"\xef\xbb\xbfmarked", "marked"),
        ("für".encode(), "für"),
        ("für".encode("utf-16"), "für"),
        (b"", ""),
    ],
)
def test_texts_are_read(tmp_path: Path, data: bytes, text: str):
    file = tmp_path / "file.txt"
    file.write_bytes(data)
    assert read_text_file(file).text == text


@pytest.mark.parametrize("data", [b"a\0b", b"\xff\xfe\xff", b"caf\xe9 latin"])
def test_what_is_no_text_is_refused(tmp_path: Path, data: bytes):
    file = tmp_path / "file.bin"
    file.write_bytes(data)
    with pytest.raises(InvalidInput, match=r"file\.bin is not a text file"):
        read_text_file(file)


def test_what_is_too_large_is_not_even_read(tmp_path: Path):
    file = tmp_path / "large.txt"
    with file.open("wb") as stream:
        stream.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(InvalidInput, match="too large"):
        read_text_file(file)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_a_pipe_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InvalidInput, match="pipe is not a text file"):
        read_text_file(tmp_path / "pipe")


def test_what_is_missing_or_a_folder_is_said(tmp_path: Path):
    for path in (tmp_path / "nowhere.txt", tmp_path):
        with pytest.raises(InvalidInput, match="cannot be read"):
            read_text_file(path)
