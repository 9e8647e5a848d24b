"""How the tokens of an answer were chosen: what the model foresaw, and what samplers made of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AnswerToken:
    """One token of an answer.

    Attributes:
        text: what it stands for; bytes that are no whole character are written as "\\xe2".
        probability: what the model gave it before any sampler, or None when that is not kept any
            more and would have to be evaluated again.
    """

    id: int
    text: str
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A token that might come next; `text` as of AnswerToken, `probability` after the stage it is
    listed in."""

    id: int
    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class SamplerStage:
    """What one sampler left.

    Attributes:
        name: of the sampler as a field of SamplerSettings ("top_k", "min_p", "temperature" …),
            "penalties" and "dry" for these, "model" for the first stage, before any sampler.
        remaining: how many tokens can still be chosen.
        candidates: the likeliest of them, best first.
        cut: the least probability, as in the stage before, that stayed; None when nothing was
            cut.
    """

    name: str
    remaining: int
    candidates: tuple[Candidate, ...]
    cut: float | None = None


@dataclass(frozen=True, slots=True)
class NextToken:
    """How one token was, or would be, chosen.

    Attributes:
        index: of the token in the answer, from 0; the number of tokens: the one to come.
        chosen: the token that stands there, or None for the one to come.
        stages: "model" first, then each sampler that acts, in order.
    """

    index: int
    chosen: AnswerToken | None
    stages: tuple[SamplerStage, ...]
