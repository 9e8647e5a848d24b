"""Blind tests: which of two answers is better, without knowing which level wrote it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from pathlib import Path

from desktop.domain.model import LoadConfig
from desktop.domain.ranking import Duel, Ranking, rank
from desktop.domain.sampling import SamplerSettings

FEWEST_LEVELS, MOST_LEVELS = 2, 8
USUAL_TOKENS = 200  # of an answer; longer ones are not read to their end


class Vote(StrEnum):
    """Which of the two answers that were shown is better."""

    FIRST = "first"
    TIE = "tie"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class BlindLevel:
    """A level that takes part: its file, what it is called in results, and bytes on the disk."""

    path: Path
    name: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class BlindRequest:
    """What is tested, and how.

    Attributes:
        prompts: what the levels are asked; each pair gets each once before any comes again.
        sampler: its seed is not used: every round throws one, the same for both answers.
        config: how models are loaded; the same for all.
    """

    levels: tuple[BlindLevel, ...]
    prompts: tuple[str, ...]
    sampler: SamplerSettings = field(default_factory=SamplerSettings)
    system_prompt: str = ""
    config: LoadConfig = field(default_factory=LoadConfig)


@dataclass(frozen=True, slots=True)
class Round:
    """One prompt and its two answers.

    Attributes:
        first, second: the levels whose answers are shown as A and as B, by their numbers. The
            order is drawn and stored before there are answers.
        answers: those of `first` and of `second`, or None until both are whole.
        vote: None until there is one.
        automatic: whether nobody had to vote, because both answers are the same.
        created_at, voted_at: seconds since the epoch; `voted_at` is 0 before the vote.
    """

    id: int
    prompt: str
    seed: int
    first: int
    second: int
    answers: tuple[str, str] | None = None
    vote: Vote | None = None
    automatic: bool = False
    created_at: float = 0.0
    voted_at: float = 0.0

    @property
    def waits(self) -> bool:
        """Whether it can be voted on."""
        return self.answers is not None and self.vote is None

    @property
    def pair(self) -> tuple[int, int]:
        """The two levels, the lower number first."""
        return min(self.first, self.second), max(self.first, self.second)


@dataclass(frozen=True, slots=True)
class BlindTest:
    """A blind test and its rounds, the oldest first."""

    id: int
    request: BlindRequest
    rounds: tuple[Round, ...] = ()
    created_at: float = 0.0

    @property
    def levels(self) -> tuple[BlindLevel, ...]:
        return self.request.levels

    @property
    def voted(self) -> tuple[Round, ...]:
        """The rounds that count."""
        return tuple(one for one in self.rounds if one.vote is not None)

    def ranking(self) -> Ranking:
        """What the votes so far say."""
        scores = {Vote.FIRST: 1.0, Vote.TIE: 0.5, Vote.SECOND: 0.0}
        duels = [
            Duel(one.first, one.second, scores[one.vote])
            for one in self.rounds
            if one.vote is not None
        ]
        return rank(len(self.levels), duels)


def next_pair(
    test: BlindTest, without: Collection[int], chance: random.Random
) -> tuple[int, int] | None:
    """Two levels that were compared least often, so that all pairs are compared about equally
    often; None when fewer than two are left.

    Args:
        without: numbers of levels that cannot be asked.
    """
    numbers = [number for number in range(len(test.levels)) if number not in without]
    pairs = list(combinations(numbers, 2))
    if not pairs:
        return None
    counts = Counter(one.pair for one in test.rounds)
    fewest = min(counts[pair] for pair in pairs)
    return chance.choice([pair for pair in pairs if counts[pair] == fewest])


def next_prompt(test: BlindTest, pair: tuple[int, int], chance: random.Random) -> str | None:
    """A prompt that a pair was asked least often; None when it had them all and would, as nothing
    is left to chance, only answer the same again."""
    counts = Counter(one.prompt for one in test.rounds if one.pair == pair)
    prompts = test.request.prompts
    fewest = min(counts[prompt] for prompt in prompts)
    if fewest and test.request.sampler.temperature == 0:
        return None
    return chance.choice([prompt for prompt in prompts if counts[prompt] == fewest])
