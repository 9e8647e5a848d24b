"""What most of several answers say."""

from __future__ import annotations

import pytest

from desktop.core.prompt_votes import vote
from desktop.domain.matching import Expectation, MatchRule


def test_numbers_are_counted_however_they_are_written() -> None:
    found = vote(
        ["so 41", "It is 1,000.", "1000.0 it is", "17 and then 1000"],
        Expectation("1000", MatchRule.NUMBER),
    )
    assert (found.said, found.index, found.votes, found.of) == ("1000", 1, 3, 4)
    assert found.share == 0.75
    assert found.counts == (("1000", 3), ("41", 1))


def test_choices_are_counted_by_their_letter() -> None:
    answers = ["B) Paris", "The answer is (b).", "Answer: C", "no idea"]
    found = vote(answers, Expectation("B", MatchRule.CHOICE))
    assert found.counts == (("B", 2), ("C", 1), ("no idea", 1))


def test_of_an_answer_that_thinks_aloud_the_last_line_counts() -> None:
    answers = ["3 and 4\nAnswer: 7", "by counting\nanswer: 7.\n\n ", "Answer: 8"]
    found = vote(answers, Expectation("7", MatchRule.CONTAINS))
    assert (found.said, found.votes) == ("Answer: 7", 2)


def test_a_letter_is_no_choice_where_none_is_asked_for() -> None:
    found = vote(["A) rye", "A) oats", "b) rye"], Expectation("rye", MatchRule.CONTAINS))
    assert [said for said, _ in found.counts] == ["A) rye", "A) oats", "b) rye"]


@pytest.mark.parametrize("rule", [MatchRule.EXACT, MatchRule.ROUGE, None])
def test_else_all_of_it_counts_without_case_and_space(rule: MatchRule | None) -> None:
    answers = ["Red\nwine", "red  wine.", "white\nwine"]
    found = vote(answers, Expectation("x", rule) if rule else None)
    assert (found.votes, found.index) == (2, 0)


def test_of_as_many_votes_the_first_wins() -> None:
    found = vote(["b", "a", "a", "b"], None)
    assert (found.said, found.votes) == ("b", 2)


def test_nothing_said_is_counted_too() -> None:
    found = vote(["", " ", "x"], Expectation("x"))
    assert (found.said, found.votes) == ("", 2)


def test_without_a_number_the_last_line_stands_for_the_answer() -> None:
    found = vote(["I do not know", "i do not know."], Expectation("4", MatchRule.NUMBER))
    assert found.votes == 2
