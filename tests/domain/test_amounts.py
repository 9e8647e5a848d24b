"""Numbers of things in words."""

from __future__ import annotations

import pytest

from desktop.domain.amounts import how_many


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 tokens"), (1, "1 token"), (2, "2 tokens"), (2048, "2,048 tokens")]
)
def test_one_is_not_many(number: int, words: str) -> None:
    assert how_many(number, "token") == words
