"""Needle in a haystack: a fact hidden in a long text, and whether the model finds it again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from desktop.domain.errors import InvalidInput

LENGTHS = (512, 1024, 2048, 4096)
DEPTHS = 5
REPEATS = 2
_SHORTEST, _MOST_CELLS = 128, 5000


class Cell(NamedTuple):
    """One question: how long the text is (tokens), how deep in it the fact stands (0 to 1), and
    which of several facts it is."""

    length: int
    depth: float
    repeat: int


@dataclass(frozen=True, slots=True)
class NeedleRequest:
    """Which models look for which needles.

    Attributes:
        models: the base first.
        lengths: tokens of the text, by each model's own tokenizer.
        depths: how many places the fact is put, evenly from the beginning to the end.
        repeats: how many facts are hidden at each place, one at a time.
        threads: 0 means physical cores - 1, at least 1.
    """

    models: tuple[Path, ...]
    lengths: tuple[int, ...] = LENGTHS
    depths: int = DEPTHS
    repeats: int = REPEATS
    threads: int = 0

    def __post_init__(self) -> None:
        """Raises: InvalidInput."""
        if not self.lengths or min(self.lengths) < _SHORTEST:
            raise InvalidInput(f"The text must be at least {_SHORTEST} tokens long.")
        if self.depths < 1 or self.repeats < 1:
            raise InvalidInput("There must be at least one depth and one repeat.")
        if len(self.lengths) * self.depths * self.repeats > _MOST_CELLS:
            raise InvalidInput(
                f"That is more than {_MOST_CELLS:,} questions.", "Choose fewer lengths or depths."
            )

    @property
    def places(self) -> tuple[float, ...]:
        """The depths, from 0 to 1; the middle when there is only one."""
        if self.depths == 1:
            return (0.5,)
        return tuple(step / (self.depths - 1) for step in range(self.depths))

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every question, in the order asked: short texts first. An answer's `task` counts them."""
        return tuple(
            Cell(length, depth, repeat)
            for length in sorted(set(self.lengths))
            for depth in self.places
            for repeat in range(self.repeats)
        )
