from __future__ import annotations

from typing import Any

import pytest

from desktop.engine.prompt_cache import PromptCache


class Characters:
    """A vocabulary of one token for each character."""

    def tokenize_prompt(self, text: str, **_options: Any) -> list[int]:
        return [ord(character) for character in text]


@pytest.fixture
def cache() -> PromptCache:
    vocabulary: Any = Characters()
    return PromptCache(vocabulary)


def read(cache: PromptCache, text: str, batch: int = 100) -> int:
    """Do what answering does with a prompt; returns how much was reused."""
    prompt = cache.tokenize(text)
    cached = cache.reusable(prompt.tokens)
    cache.truncate(cached)
    for start in range(cached, len(prompt.tokens), batch):
        cache.extend(prompt.tokens[start : start + batch])
    cache.remember(prompt)
    return cached


def answer(cache: PromptCache, tokens: list[int], text: str) -> None:
    for token in tokens:
        cache.extend([token])
    cache.remember_answer(text, len(tokens))


def test_a_follow_up_reuses_all_tokens(cache: PromptCache) -> None:
    assert read(cache, "question") == 0
    answer(cache, [1, 2], "answer")  # tokens that tokenizing the text would not give
    assert read(cache, "questionanswer and more") == 10
    assert cache.tokens[8:10] == [1, 2]


def test_another_answer_reuses_the_question(cache: PromptCache) -> None:
    read(cache, "question")
    answer(cache, [1, 2], "answer")
    assert read(cache, "questionother") == 8


def test_asking_again_evaluates_the_same_batches(cache: PromptCache) -> None:
    read(cache, "a" * 250)
    starts = list(cache.starts)
    assert read(cache, "a" * 250) == 200
    assert cache.starts == starts == [0, 100, 200]


def test_at_least_one_token_is_evaluated(cache: PromptCache) -> None:
    read(cache, "abc")
    assert read(cache, "abc") == 0
    answer(cache, [1], "d")
    assert read(cache, "abcd") == 3  # the token of the answer was an evaluation of its own


def test_an_edit_reuses_up_to_where_an_evaluation_began(cache: PromptCache) -> None:
    read(cache, "one")
    answer(cache, [1], "two")
    read(cache, "onetwothree")
    answer(cache, [2], "four")
    assert read(cache, "onetwoTHREE") == 4


def test_a_shifted_context_is_reused_only_before_the_gap(cache: PromptCache) -> None:
    read(cache, "system")
    read(cache, "system and a conversation")
    cache.drop(6, 10)
    assert len(cache.tokens) == 21
    prompt = cache.tokenize("system" + "".join(map(chr, cache.tokens[6:])) + "more")
    assert cache.reusable(prompt.tokens) <= 6
    cache.truncate(0)
    assert read(cache, "abc") == 0
    answer(cache, [1], "d")
    assert read(cache, "abcdef") == 4


def test_a_context_shifted_from_its_beginning_is_not_reused(cache: PromptCache) -> None:
    read(cache, "abcabcabc")
    cache.drop(0, 3)
    cache.extend([1])
    assert cache.reusable([*map(ord, "abcabc"), 1, 2]) == 0


def test_of_several_gaps_the_first_counts(cache: PromptCache) -> None:
    for text in ("ab", "abcd", "abcdefgh"):
        read(cache, text)
    cache.drop(3, 4)
    cache.extend([1, 2, 3])
    cache.drop(8, 9)
    assert cache.reusable([*cache.tokens, 1]) == 2


def test_only_the_first_text_is_at_the_start() -> None:
    told: list[bool] = []

    class Told(Characters):
        def tokenize_prompt(self, text: str, **options: Any) -> list[int]:
            told.append(options["at_start"])
            return super().tokenize_prompt(text)

    vocabulary: Any = Told()
    cache = PromptCache(vocabulary)
    read(cache, "question")
    read(cache, "question and more")
    assert told == [True, False]


def test_an_empty_prompt_text_needs_nothing(cache: PromptCache) -> None:
    assert cache.tokenize("").tokens == []
