"""Cases of prompts."""

from __future__ import annotations

from desktop.domain.prompt_case import PromptCase


def test_a_case_without_an_expectation_is_compared_by_its_values() -> None:
    case = PromptCase("a", {"x": "1"})
    assert case.asks_the_same(PromptCase("b", {"x": "1"}, id=3))
    assert not case.asks_the_same(PromptCase("a", {"y": "1"}))
