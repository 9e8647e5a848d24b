from __future__ import annotations

import pytest

from converters.errors import ConversionError
from converters.json_file import read_json


def test_no_file_is_an_empty_object(tmp_path):
    assert read_json(tmp_path / "config.json") == {}


def test_an_object_is_read(tmp_path):
    path = tmp_path / "config.json"
    path.write_text('{"a": "ä"}', encoding="utf-8")
    assert read_json(path) == {"a": "ä"}


@pytest.mark.parametrize("data", [b"", b"{", b"[1]", b"\xff\xfe", b"[" * 100_000])
def test_anything_else_is_refused_by_name(data, tmp_path):
    path = tmp_path / "config.json"
    path.write_bytes(data)
    with pytest.raises(ConversionError, match=r"^config\.json is no JSON object"):
        read_json(path)


def test_what_cannot_be_read_is_refused(tmp_path):
    (tmp_path / "config.json").mkdir()
    with pytest.raises(ConversionError, match=r"^config\.json cannot be read"):
        read_json(tmp_path / "config.json")
