"""What the application and an engine child say about the tokens of an answer: which they are, and
how each was chosen.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop.domain.next_token import AnswerToken, NextToken
from desktop.domain.sampling import SamplerSettings
from desktop.engine.protocol import ChatTurn, Reply, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitAnswer(Request):
    """The tokens of an answer: those that were chosen, when the model wrote it last, else those
    that its text splits into. The last of `messages` is the answer. Reply: AnswerSplit."""

    messages: tuple[ChatTurn, ...]
    template_arguments: dict[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainToken(Request):
    """How the token `index` of an answer is chosen with `sampler`. Reply: TokenExplained.

    The last of `messages` is the answer; what is not kept of it is evaluated again.

    Args:
        count: candidates to tell of each stage, at most; those in `wanted` (token ids) are told
            in any case.
    """

    messages: tuple[ChatTurn, ...]
    index: int
    sampler: SamplerSettings
    template_arguments: dict[str, bool] = field(default_factory=dict)
    count: int = 40
    wanted: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSplit(Reply):
    """Answers SplitAnswer."""

    tokens: tuple[AnswerToken, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenExplained(Reply):
    """Answers ExplainToken."""

    token: NextToken


TokenRequest = SplitAnswer | ExplainToken
