"""Whether an answer is what was expected.

`judge(answer, expectation)` and `check_expectation(expectation)` are in `desktop/core/judging.py`,
because patterns need a library that can be stopped.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MatchRule(StrEnum):
    """How an answer is judged. Case never counts, except in a pattern."""

    EXACT = "exact"  # the same words; case, spaces around and the last full stop do not count
    CONTAINS = "contains"  # found anywhere; a number not inside of a longer one
    REGEX = "regex"  # found anywhere in the answer
    NUMBER = "number"  # the last number of the answer
    CHOICE = "choice"  # the letter or word of a multiple-choice question
    BLEU = "bleu"  # of words 1 to 4 long, against a reference
    ROUGE = "rouge"  # the longest common subsequence of words, F1


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a good answer is.

    Attributes:
        text: what is expected, as `rule` reads it; of CHOICE the right one.
        threshold: of BLEU and ROUGE: the least score that passes, 0 to 1.
    """

    text: str
    rule: MatchRule = MatchRule.CONTAINS
    threshold: float = 0.5

    @property
    def graded(self) -> bool:
        """Whether its score says more than right or wrong."""
        return self.rule in (MatchRule.BLEU, MatchRule.ROUGE)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of an answer. `score` is from 0 to 1; of most rules either of them."""

    passed: bool
    score: float
