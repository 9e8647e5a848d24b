"""What a model said to one question, asked outside a conversation."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.domain.conversation import StopReason


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer and what it took.

    Attributes:
        text: without its reasoning.
        seed: the one it was made with.
        ttft_ms: milliseconds until the first token.
        seconds: from question to end.
    """

    text: str
    reasoning: str
    stop_reason: StopReason
    seed: int
    prompt_tokens: int
    completion_tokens: int
    ttft_ms: float
    tokens_per_second: float
    seconds: float
