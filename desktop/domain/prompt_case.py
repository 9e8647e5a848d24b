"""Cases a prompt is tried on: what goes into its placeholders, and what a good answer is."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.domain.matching import Expectation


@dataclass(frozen=True, slots=True)
class PromptCase:
    """One case of a prompt.

    Attributes:
        values: by the name of the placeholder.
        expectation: None when the answer is only to be looked at.
        id: 0 until it is stored.
    """

    name: str
    values: dict[str, str]
    expectation: Expectation | None = None
    id: int = 0

    def asks_the_same(self, other: PromptCase) -> bool:
        """Whether results of one can be held against those of the other."""
        return self.values == other.values and self.expectation == other.expectation
