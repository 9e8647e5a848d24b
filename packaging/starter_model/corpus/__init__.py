"""Text generator of the starter model: deterministic from a seed, split before training.

`conversation` draws one conversation. On the training side every scene in it is a training
scene; on the held-out side its last scene is a held-out one (a combination of phrasing and fact,
a pair of operands or a name that training never shows).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from starter_model.corpus import (
    arithmetic,
    facts,
    formats,
    memory,
    smalltalk,
    stories,
    unknown,
    words,
)
from starter_model.corpus.core import Scene

__all__ = ["Conversation", "conversation", "plain_text", "scene"]

Sampler = Callable[[random.Random], Scene]


@dataclass(frozen=True)
class Conversation:
    """An optional system message and the turns; `category` and `graded` are of the last scene."""

    system: str | None
    turns: tuple[tuple[str, str], ...]
    category: str
    graded: bool

    def messages(self) -> list[dict[str, str]]:
        """The conversation as chat messages, the last answer included."""
        messages = [{"role": "system", "content": self.system}] if self.system else []
        for question, answer in self.turns:
            messages += [
                {"role": "user", "content": question},
                {"role": "assistant", "content": answer},
            ]
        return messages


def _filler(rng: random.Random) -> Scene:
    """A short scene that fits anywhere."""
    return rng.choice((facts.single, facts.single, arithmetic.sample, words.sample))(rng)


def _memory(rng: random.Random) -> Scene:
    return memory.sample(rng, _filler)


# Shares of the kinds of scenes, at first and later in the training. What is learned slowly
# (computing, copying, answering without a sentence around it) gets more room once the facts sit.
SHARES: tuple[tuple[Sampler, float, float], ...] = (
    (facts.single, 34, 24),
    (facts.follow_up, 7, 7),
    (facts.about_country, 2, 2),
    (facts.one_word, 5, 9),
    (arithmetic.sample, 15, 23),
    (words.sample, 12, 10),
    (formats.sample, 9, 12),
    (smalltalk.talk, 8, 7),
    (smalltalk.introduction, 2, 4),
    (smalltalk.greeted_by_system, 1, 2),
    (_memory, 6, 9),
    (memory.echo, 1, 3),
    (stories.sample, 5, 5),
    (unknown.sample, 6, 8),
)


def scene(rng: random.Random, held_out: bool, late: bool = False) -> Scene:
    """Draw a scene from one side of the split."""
    samplers, early_shares, late_shares = zip(*SHARES, strict=True)
    sampler = rng.choices(samplers, late_shares if late else early_shares)[0]
    while True:
        drawn = sampler(rng)
        if drawn.held_out == held_out:
            return drawn


def conversation(
    rng: random.Random, held_out: bool = False, longest: int = 12, late: bool = False
) -> Conversation:
    """Draw a conversation of up to `longest` scenes, most of them short."""
    last = scene(rng, held_out, late)
    before: list[Scene] = []
    if last.system is None and not last.opener:
        most = rng.choices((0, 1, 2, 5, longest), (45, 18, 15, 14, 8))[0]
        # Scenes bound to a system message, or to being the first, cannot follow others.
        while len(before) < most:
            drawn = scene(rng, False, late)
            if drawn.system is None and not drawn.opener:
                before.append(drawn)
    system = last.system
    if system is None and rng.random() < 0.15:
        system = rng.choice(smalltalk.NEUTRAL_SYSTEMS)
    turns = tuple(turn for drawn in (*before, last) for turn in drawn.turns)
    return Conversation(system, turns, last.category, last.graded)


def plain_text(rng: random.Random, held_out: bool = False) -> str:
    """A conversation without control tokens, or a story on its own.

    Part of the training text has this form, so that perplexity over a plain text file measures
    something that the model knows.
    """
    if rng.random() < 0.3:
        drawn = stories.sample(rng)
        while drawn.held_out != held_out:
            drawn = stories.sample(rng)
        return drawn.turns[0][1] + "\n\n"
    drawn = conversation(rng, held_out)
    lines = [f"User: {question}\nAssistant: {answer}" for question, answer in drawn.turns]
    return "\n".join(lines) + "\n\n"
