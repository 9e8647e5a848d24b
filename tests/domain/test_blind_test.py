"""Which pair and prompt come next, and what the votes say."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

from desktop.domain.blind_test import (
    BlindLevel,
    BlindRequest,
    BlindTest,
    Round,
    Vote,
    next_pair,
    next_prompt,
)
from desktop.domain.sampling import SamplerSettings


def make(levels: int = 3, prompts=("p", "q"), rounds=(), temperature: float = 0.8) -> BlindTest:
    request = BlindRequest(
        tuple(BlindLevel(Path(f"{number}.gguf"), f"L{number}") for number in range(levels)),
        tuple(prompts),
        SamplerSettings(temperature=temperature),
    )
    return BlindTest(1, request, tuple(rounds))


def played(test: BlindTest, rounds: int, chance: random.Random) -> BlindTest:
    for number in range(rounds):
        pair = next_pair(test, (), chance)
        assert pair
        prompt = next_prompt(test, pair, chance)
        assert prompt
        first, second = chance.sample(pair, 2)
        test = replace(test, rounds=(*test.rounds, Round(number, prompt, 1, first, second)))
    return test


def test_every_pair_is_compared_equally_often() -> None:
    test = played(make(4), 24, random.Random(1))
    assert set(Counter(one.pair for one in test.rounds).values()) == {4}


def test_a_pair_gets_each_prompt_before_any_comes_again() -> None:
    test = played(make(2, prompts="abcde"), 10, random.Random(2))
    assert sorted(one.prompt for one in test.rounds[:5]) == list("abcde")
    assert sorted(one.prompt for one in test.rounds[5:]) == list("abcde")


def test_neither_pairs_nor_prompts_can_be_foretold() -> None:
    firsts = {played(make(3), 1, random.Random(seed)).rounds[0].pair for seed in range(30)}
    assert len(firsts) == 3


def test_levels_that_cannot_be_asked_are_left_out() -> None:
    chance = random.Random(3)
    assert {next_pair(make(3), {1}, chance) for _ in range(20)} == {(0, 2)}
    assert next_pair(make(3), {0, 1}, chance) is None


def test_what_would_only_repeat_itself_is_not_asked_again() -> None:
    chance = random.Random(4)
    rounds = [Round(1, "p", 1, 0, 1), Round(2, "q", 1, 1, 0)]
    assert next_prompt(make(2, rounds=rounds, temperature=0.0), (0, 1), chance) is None
    assert next_prompt(make(2, rounds=rounds), (0, 1), chance) in ("p", "q")
    assert next_prompt(make(2, rounds=rounds[:1], temperature=0.0), (0, 1), chance) == "q"


def test_votes_count_for_levels_not_for_places() -> None:
    answers = ("x", "y")
    rounds = [
        Round(1, "p", 1, 0, 1, answers, Vote.FIRST),
        Round(2, "p", 1, 1, 0, answers, Vote.SECOND),
        Round(3, "p", 1, 1, 0, answers, Vote.FIRST),
        Round(4, "p", 1, 0, 1, answers, Vote.TIE, automatic=True),
        Round(5, "p", 1, 0, 1, answers),  # waits for its vote
        Round(6, "p", 1, 0, 1),  # and this one for its answers
    ]
    test = make(2, rounds=rounds)
    best = test.ranking().standings[0]
    assert (best.number, best.wins, best.ties, best.losses) == (0, 2, 1, 1)
    assert len(test.voted) == 4
    assert [one.id for one in test.rounds if one.waits] == [5]
