from __future__ import annotations

from pathlib import Path

from converters.job import Converted


def test_the_path_of_several_files_is_the_first():
    parts = (Path("a-00001-of-00002.gguf"), Path("a-00002-of-00002.gguf"))
    assert Converted(parts, 10, 2).path == parts[0]
