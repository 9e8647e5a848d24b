"""What is asked of a haystack."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from desktop.domain.errors import InvalidInput
from desktop.domain.needle import Cell, NeedleRequest

MODELS = (Path("a.gguf"),)


def test_cells_come_by_length_depth_and_repeat() -> None:
    cells = NeedleRequest(MODELS, (1024, 512, 512), depths=3, repeats=2).cells
    assert len(cells) == 2 * 3 * 2
    assert cells[:3] == (Cell(512, 0.0, 0), Cell(512, 0.0, 1), Cell(512, 0.5, 0))
    assert cells[-1] == Cell(1024, 1.0, 1)


def test_a_single_depth_is_the_middle() -> None:
    assert NeedleRequest(MODELS, depths=1).places == (0.5,)


@pytest.mark.parametrize(
    "values",
    [{"lengths": ()}, {"lengths": (10,)}, {"depths": 0}, {"repeats": 0}, {"repeats": 10_000}],
)
def test_what_cannot_be_asked_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        NeedleRequest(MODELS, **values)
