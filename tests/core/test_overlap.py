"""BLEU and ROUGE-L."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.overlap import bleu, rouge_l, words_of

WORDS = st.lists(st.sampled_from("abcde"), max_size=12)


def slow_lcs(first: list[str], second: list[str]) -> int:
    lengths = [[0] * (len(second) + 1) for _ in range(len(first) + 1)]
    for i, one in enumerate(first):
        for j, other in enumerate(second):
            lengths[i + 1][j + 1] = (
                lengths[i][j] + 1 if one == other else max(lengths[i][j + 1], lengths[i + 1][j])
            )
    return lengths[-1][-1]


def test_words_are_of_any_script() -> None:
    assert words_of("Don't STOP, नमस्ते 北京 1.5") == [
        *("don", "'", "t", "stop", ",", "नमस्ते", "北", "京", "1", ".", "5"),
    ]


def test_bleu_by_hand() -> None:
    # 5 of 6 words, 3 of 5 pairs, 1 of 4 triples, 0 of 3 fours; one added from pairs on.
    expected = (5 / 6 * 4 / 6 * 2 / 5 * 1 / 4) ** 0.25
    assert bleu("the cat was on the mat", "the cat sat on the mat") == pytest.approx(expected)


def test_bleu_punishes_brevity() -> None:
    assert bleu("the cat", "the cat sat on") == pytest.approx(math.exp(1 - 4 / 2))
    assert bleu("a b c d e f", "a b c") < bleu("a b c", "a b c") == 1.0


def test_a_word_repeated_counts_only_as_often_as_expected() -> None:
    assert bleu("the the the the", "the cat") < 0.5


@given(WORDS.filter(bool))
def test_the_same_text_has_all_of_itself(words: list[str]) -> None:
    text = " ".join(words)
    assert bleu(text, text) == pytest.approx(1.0)
    assert rouge_l(text, text) == 1.0


@given(WORDS, WORDS)
def test_rouge_is_the_f1_of_the_longest_common_subsequence(
    first: list[str], second: list[str]
) -> None:
    common = slow_lcs(first, second)
    expected = 2 * common / (len(first) + len(second)) if common else 0.0
    assert rouge_l(" ".join(first), " ".join(second)) == pytest.approx(expected)
    assert rouge_l(" ".join(second), " ".join(first)) == pytest.approx(expected)


@given(WORDS, WORDS)
def test_bleu_is_a_share_and_0_without_a_common_word(first: list[str], second: list[str]) -> None:
    score = bleu(" ".join(first), " ".join(second))
    assert 0.0 <= score <= 1.0
    assert (score > 0) == bool(set(first) & set(second))
