"""Choices to look at, without a model."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.controllers.next_token import LookedAt
from desktop.domain.conversation import AnswerFacts, Message, Role, StopReason
from desktop.domain.next_token import AnswerToken, Candidate, NextToken, SamplerStage
from desktop.domain.sampling import SamplerSettings

WORDS = (" the", " a", "\n", " مرحبا", "🙂", " Donaudampfschifffahrtsgesellschaft", "\\xe2", " in")


def stage(
    name: str, remaining: int, shares: Sequence[float], cut: float | None = None
) -> SamplerStage:
    """`shares`: probabilities of WORDS, None for those that are gone."""
    candidates = [
        Candidate(number, WORDS[number], share)
        for number, share in enumerate(shares)
        if share is not None
    ]
    return SamplerStage(name, remaining, tuple(candidates), cut)


def choice(index: int = 3, vocabulary: int = 128_256) -> NextToken:
    """The second of WORDS was chosen; top-p left four, min-p three of them."""
    model = (0.4, 0.2, 0.12, 0.08, 0.05, 0.03, 0.02, 0.01)
    return NextToken(
        index=index,
        chosen=AnswerToken(1, WORDS[1], 0.2),
        stages=(
            stage("model", vocabulary, model),
            stage("top_k", 8, [p / 0.91 for p in model], 0.01),
            stage("top_p", 4, [p / 0.8 for p in model[:4]], 0.08 / 0.91),
            stage("min_p", 3, [p / 0.72 for p in model[:3]], 0.12 / 0.8),
            stage("temperature", 3, (0.65, 0.22, 0.13)),
        ),
    )


def tokens(count: int = 60) -> tuple[AnswerToken, ...]:
    """Of all degrees of likelihood; every fourteenth is not known."""
    shares = (0.97, 0.6, 0.2, 0.04, 0.002)
    return tuple(
        AnswerToken(n, WORDS[n % len(WORDS)], None if n % 14 == 13 else shares[n % len(shares)])
        for n in range(count)
    )


def looked_at(
    count: int = 60, *, foreign: bool = False, dropped: int = 0, shifted: int = 0
) -> LookedAt:
    facts = AnswerFacts(
        model_name="Quern Starter", model_path="/models/starter.gguf", level="F16",
        sampler=SamplerSettings(), seed=1, stop_reason=StopReason.END_OF_TURN,
        dropped_messages=dropped, shifted_tokens=shifted,
    )  # fmt: skip
    message = Message(2, 1, 1, Role.ASSISTANT, "text", 0.0, facts=facts)
    return LookedAt(message, tokens(count), foreign)
