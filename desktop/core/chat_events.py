"""What is told of a conversation while it is answered."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.domain.conversation import Message
from desktop.domain.errors import QuernError


@dataclass(frozen=True, slots=True)
class MessageAdded:
    """The person's message stands at the end of the conversation."""

    message: Message


@dataclass(frozen=True, slots=True)
class PathChanged:
    """Another branch is shown: the conversation's path has to be read again."""

    conversation_id: int


@dataclass(frozen=True, slots=True)
class AnswerStarted:
    """`message` is new, or (`continued`) one that goes on growing."""

    message: Message
    continued: bool


@dataclass(frozen=True, slots=True)
class PromptRead:
    """`done` of `total` prompt tokens are evaluated; `cached` of them needed no evaluation."""

    message_id: int
    done: int
    total: int
    cached: int


@dataclass(frozen=True, slots=True)
class AnswerText:
    """New text of the answer, with the figures so far (see TextChunk).

    `start` is how many characters of the answer (or of its reasoning) came before, so that a view
    opened in the middle of an answer can tell what it already has.
    """

    message_id: int
    text: str
    reasoning: bool
    start: int
    tokens_per_second: float
    ttft_ms: float
    context_used: int


@dataclass(frozen=True, slots=True)
class MessagesDropped:
    """The model no longer sees the `count` oldest messages."""

    message_id: int
    count: int


@dataclass(frozen=True, slots=True)
class TokensDropped:
    """The context filled up while answering; `count` old tokens were let go so far."""

    message_id: int
    count: int


@dataclass(frozen=True, slots=True)
class AnswerEnded:
    """The answer is complete, stopped or failed."""

    message: Message
    error: QuernError | None


ChatEvent = (
    MessageAdded
    | PathChanged
    | AnswerStarted
    | PromptRead
    | AnswerText
    | MessagesDropped
    | TokensDropped
    | AnswerEnded
)
