from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pytest

from desktop.cli.output import print_json, print_table, printable, show_count, show_size


class Color(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Apple:
    color: Color
    place: Path
    worms: tuple[int, ...] = ()


def test_json_holds_dataclasses_enums_and_paths_in_ascii(capsys):
    print_json({"apple": Apple(Color.RED, Path("tree"), (1, 2)), "lone surrogate": "\ud800é"})
    text = capsys.readouterr().out
    assert text.isascii()
    assert json.loads(text) == {
        "apple": {"color": "red", "place": "tree", "worms": [1, 2]},
        "lone surrogate": "\ud800é",
    }
    with pytest.raises(TypeError):
        print_json(object())


def test_no_text_can_command_the_terminal():
    assert printable("a\x1b[2Jb\x9bc\x07\x7f\n\td\r") == "a�[2Jb�c��\n\td�"


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (10_692_064, "10.7 MB"),
        (999_600, "1 MB"),
        (4_900_000_000, "4.9 GB"),
        (123_000_000_000_000_000, "1.23e+05 TB"),
    ],
)
def test_sizes_are_decimal(size, text):
    assert show_size(size) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (12, "12"),
        (2048, "2,048"),
        (999_999, "999,999"),
        (5_310_000, "5.31 million"),
        (999_499_999, "999 million"),
        (999_500_000, "1 billion"),
        (8_030_000_000, "8.03 billion"),
    ],
)
def test_counts_read_like_words(count, text):
    assert show_count(count) == text


def test_columns_are_as_wide_as_their_longest_cell(capsys):
    print_table(("NAME", "SIZE"), [("starter", "1 B"), ("a\nb\x1b", "22 B")])
    assert capsys.readouterr().out == "NAME     SIZE\nstarter  1 B\na b�     22 B\n"


def test_a_name_that_turns_the_direction_of_writing_keeps_to_its_cell(capsys):
    print_table(("name", "size"), [("model\u202efugg\u2067", "1 GB")])
    assert capsys.readouterr().out.splitlines()[1] == "model\ufffdfugg\ufffd  1 GB"
