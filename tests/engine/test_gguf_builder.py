"""Files written through llama.cpp's writer, read back with another reader."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
import pytest

from desktop.engine.gguf_builder import GgufBuilder

pytestmark = pytest.mark.engine


def test_what_is_written_comes_back(tmp_path: Path, log: object) -> None:
    values = np.arange(12, dtype=np.float32).reshape(3, 4)
    path = tmp_path / "made.gguf"
    with GgufBuilder() as file:
        file.set_text("general.type", "imatrix")
        file.set_number("some.number", 4_000_000_000)
        file.set_texts("some.texts", ("a", "ü"))
        file.add_array("one", values)
        file.add_array("two", values[:, :1])
        size = file.header_size
        file.write(path)
    reader = gguf.GGUFReader(path)
    assert reader.fields["general.type"].contents() == "imatrix"
    assert reader.fields["some.number"].contents() == 4_000_000_000
    assert reader.fields["some.texts"].contents() == ["a", "ü"]
    one, two = reader.tensors
    assert np.array_equal(one.data, values) and np.array_equal(two.data, values[:, :1])
    assert reader.data_offset == size


def test_the_header_of_another_file_is_taken_over(models, log: object) -> None:
    source = models()
    with GgufBuilder() as file:
        file.take_over(source, keys=True)
        assert file.header_size == gguf.GGUFReader(source).data_offset


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path, log: object) -> None:
    with GgufBuilder() as file, pytest.raises(OSError, match="could not be written"):
        file.write(tmp_path / "nowhere" / "made.gguf")
