from __future__ import annotations

from pathlib import PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.file_names import safe_stem


@given(st.text())
def test_every_system_accepts_it(title):
    stem = safe_stem(title, "Prompt")
    assert stem == stem.strip(" .")
    assert 0 < len(stem.encode()) <= 120 + len("Prompt ")
    assert not set('<>:"/\\|?*') & set(stem)
    assert stem.isprintable()
    assert not PureWindowsPath(f"{stem}.md").is_reserved()


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("Bread: how?", "Bread how"),
        ("../../etc/passwd", "etc passwd"),
        ("", "Prompt"),
        ("...", "Prompt"),
        ("CON", "Prompt CON"),
        ("nul.txt", "Prompt nul.txt"),
        ("名字", "名字"),
        ("a\nb\0c\u202ed", "a b c d"),
    ],
)
def test_what_becomes_of_a_title(title, stem):
    assert safe_stem(title, "Prompt") == stem
