"""What a good answer is."""

from __future__ import annotations

import pytest

from desktop.domain.matching import Expectation, MatchRule


@pytest.mark.parametrize("rule", MatchRule)
def test_only_overlap_has_more_than_right_and_wrong(rule: MatchRule) -> None:
    assert Expectation("x", rule).graded == (rule in (MatchRule.BLEU, MatchRule.ROUGE))


def test_by_default_an_answer_contains_what_is_expected() -> None:
    assert Expectation("x").rule is MatchRule.CONTAINS
