"""Judging answers: rules, properties, and patterns that mean harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.judging import check_expectation, judge
from desktop.domain.errors import InvalidInput
from desktop.domain.matching import Expectation, Judgement, MatchRule

RIGHT, WRONG = Judgement(passed=True, score=1.0), Judgement(passed=False, score=0.0)
HOSTILE = [
    "(?:(?:a{1000}){1000}){1000}",
    "a{100000000}",
    "((((a{100}){100}){100}){100}){100}",
    "(" * 3000 + "a" + ")" * 3000,
    "(" * 450 + "a" + ")" * 450,
    "(?R)a",
    "(a(?1))",
    r"\L<words>",
    "a" * 1001,
    "(",
    "[",
    "*",
    "(?P<a>",
]


def passes(answer: str, text: str, rule: MatchRule) -> bool:
    return judge(answer, Expectation(text, rule)).passed


@pytest.mark.parametrize("answer", ["Paris", "paris", " Paris.\n", "PARIS", "Ｐａｒｉｓ"])
def test_exact_forgives_case_spaces_and_one_full_stop(answer: str) -> None:
    assert judge(answer, Expectation("Paris.", MatchRule.EXACT)) == RIGHT


@pytest.mark.parametrize("answer", ["", "In Paris", "Paris..", "Pari"])
def test_exact_wants_nothing_else(answer: str) -> None:
    assert judge(answer, Expectation("Paris", MatchRule.EXACT)) == WRONG


def test_contains_looks_anywhere_but_not_inside_of_numbers() -> None:
    assert passes("It is PARIS,\nFrance.", "paris, france", MatchRule.CONTAINS)
    assert passes("答案是北京。", "北京", MatchRule.CONTAINS)
    assert passes("It is 5.", "5", MatchRule.CONTAINS)
    assert passes("5km", "5", MatchRule.CONTAINS)
    for longer in ("15", "51", "1.5", "5.1", "5,000"):
        assert not passes(f"It is {longer}.", "5", MatchRule.CONTAINS)


def test_a_pattern_is_found_anywhere_and_keeps_case() -> None:
    assert passes("the year 1969!", r"\b19\d{2}\b", MatchRule.REGEX)
    assert not passes("paris", "Paris", MatchRule.REGEX)
    assert passes("paris", "(?i)Paris", MatchRule.REGEX)


def test_a_pattern_that_never_ends_is_stopped() -> None:
    with pytest.raises(InvalidInput, match="takes too long"):
        judge("a" * 60 + "b", Expectation("(a|aa)+$", MatchRule.REGEX))


@pytest.mark.parametrize("pattern", HOSTILE)
def test_patterns_that_cannot_be_used_are_refused_with_a_sentence(pattern: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_expectation(Expectation(pattern, MatchRule.REGEX))
    assert refused.value.advice
    with pytest.raises(InvalidInput):
        judge("a", Expectation(pattern, MatchRule.REGEX))


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_pattern_is_used_or_refused(pattern: str, answer: str) -> None:
    expectation = Expectation(pattern, MatchRule.REGEX)
    try:
        check_expectation(expectation)
        judge(answer, expectation)
    except InvalidInput as refused:
        assert refused.message


def test_a_number_is_compared_by_value() -> None:
    assert passes("That makes 1,000.50 in all.", "1000.5", MatchRule.NUMBER)
    assert passes("1e6", "1,000,000", MatchRule.NUMBER)
    assert passes("17 + 5 = 22", "22", MatchRule.NUMBER)
    assert not passes("22, or 23", "22", MatchRule.NUMBER)
    assert not passes("many", "22", MatchRule.NUMBER)


def test_a_choice_is_read_from_the_answer() -> None:
    assert passes("Answer: B) because A is wrong", "(b)", MatchRule.CHOICE)
    assert not passes("A", "b", MatchRule.CHOICE)


@given(st.text(max_size=60))
def test_every_answer_is_what_it_says_itself(text: str) -> None:
    for rule in (MatchRule.EXACT, MatchRule.CONTAINS):
        assert passes(text, text, rule)


@given(st.text(max_size=80), st.text(min_size=1, max_size=40), st.sampled_from(MatchRule))
def test_scores_are_shares(answer: str, text: str, rule: MatchRule) -> None:
    if rule is MatchRule.REGEX:
        return
    found = judge(answer, Expectation(text, rule))
    assert 0.0 <= found.score <= 1.0
    if not Expectation(text, rule).graded:
        assert found.score == float(found.passed)


@pytest.mark.parametrize("rule", [MatchRule.BLEU, MatchRule.ROUGE])
def test_overlap_passes_from_its_threshold_on(rule: MatchRule) -> None:
    reference = "the cat sat on the mat"
    score = judge("the cat is on a mat", Expectation(reference, rule)).score
    assert 0 < score < 1
    for threshold, passed in ((score, True), (score + 1e-9, False)):
        found = judge("the cat is on a mat", Expectation(reference, rule, threshold))
        assert found == Judgement(passed, score)


@pytest.mark.parametrize(
    ("expectation", "says"),
    [
        (Expectation(" \n"), "what is expected"),
        (Expectation("twelve", MatchRule.NUMBER), "not a number"),
        (Expectation("()", MatchRule.CHOICE), "no choice"),
        (Expectation("x", MatchRule.BLEU, 1.1), "between 0 and 1"),
        (Expectation("x", MatchRule.ROUGE, float("nan")), "between 0 and 1"),
    ],
)
def test_what_no_answer_could_be_judged_by_is_refused(expectation: Expectation, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        check_expectation(expectation)


@pytest.mark.parametrize("rule", MatchRule)
def test_what_is_usual_is_taken(rule: MatchRule) -> None:
    check_expectation(Expectation("1", rule, threshold=1.0))
