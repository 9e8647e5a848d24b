"""Numbers and choices in answers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.answer_parts import bare, chosen, last_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,000.5", "1000.5"),
        ("-3", "-3"),
        ("−3 degrees", "-3"),
        ("(-3)", "-3"),
        ("1e6", "1000000"),
        ("2.5E-3", "0.0025"),
        ("3,14", "3.14"),
        ("1,000", "1000"),
        ("1.000", "1"),
        ("1.000,5", "1000.5"),
        ("1,234,567.", "1234567"),
        ("1,00,000", "100000"),
        ("1'000", "1000"),
        ("1\u202f234,5", "1234.5"),
        ("1 234", "234"),
        ("10 - 7", "7"),
        ("10-7", "7"),
        ("= -7", "-7"),
        ("3/4", "4"),
        ("$5.", "5"),
        ("about 5%", "5"),
        ("**42**", "42"),
        ("x = .5", "0.5"),
        ("答案是5", "5"),
        ("٣", "3"),
        ("1,5, and 6,", "6"),
        ("12 of Q4_K", "12"),
        ("version 1.2.3", "3"),
    ],
)
def test_the_last_number(text: str, number: str) -> None:
    assert last_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "none", "A12", "H2O", "½", "1e" + "9" * 30])
def test_no_number(text: str) -> None:
    assert last_number(text) is None


@given(st.integers(-(10**12), 10**12))
def test_whole_numbers_are_read_as_written(number: int) -> None:
    for text in (f"It is {number}.", f"{number:,}", f"{number:_}".replace("_", "’")):
        assert last_number(text) == number


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**6), max_value=10**6))
def test_fractions_are_read_as_written(number: Decimal) -> None:
    assert last_number(f"= {number}") == number


@given(st.text())
def test_any_text_has_a_number_or_none(text: str) -> None:
    assert last_number(text) is None or isinstance(last_number(text), Decimal)


@pytest.mark.parametrize(
    "text",
    [
        *("B", "b", "(b)", "[B]", "B.", "**B**", "B) Paris", "B: Paris", "B\nbecause"),
        *("Answer: B) Paris", "The answer is (B).", "The correct option is **B**."),
        *("Not A. The answer is B", "Let me think.\nB", "B because A is wrong", "I choose B."),
        *("Paris (B)", "A dog says B", "Let me think.\nB\n \n", "Paris (B), so (b)"),
    ],
)
def test_a_label_is_chosen(text: str) -> None:
    assert chosen(text, "B")
    assert chosen(text, "(b)")
    assert not chosen(text, "C")


@pytest.mark.parametrize(
    "text", ["", "C", "Bees", "B or C", "(B) or (C)", "The answer is C, not B"]
)
def test_a_label_is_not_chosen(text: str) -> None:
    assert not chosen(text, "B")


def test_an_article_is_no_choice() -> None:
    assert not chosen("A dog barks", "A")
    assert chosen("A", "A")
    assert chosen("A) dog", "A")


def test_a_number_can_be_a_label() -> None:
    assert chosen("(2)", "2")
    assert chosen("The answer is 2.", "2)")


@pytest.mark.parametrize(
    "text", ["Yes", "yes, of course", "**Yes**", "The answer is yes.", "Hm.\nYes!\n \n"]
)
def test_words_are_chosen(text: str) -> None:
    assert chosen(text, "Yes")


@pytest.mark.parametrize("text", ["", "No", "Yesterday", "No, yes is wrong", "The answer is no"])
def test_words_are_not_chosen(text: str) -> None:
    assert not chosen(text, "yes")


@given(st.text(), st.text(min_size=1))
def test_choosing_never_fails(text: str, right: str) -> None:
    if bare(right):
        assert chosen(text, right) in (True, False)
