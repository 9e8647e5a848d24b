"""Conversations: a tree of messages, of which one path from the root to `head` is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from desktop.domain.errors import InvalidInput
from desktop.domain.sampling import SamplerSettings

TITLE_LENGTH = 60


class Role(StrEnum):
    """Who speaks."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


class StopReason(StrEnum):
    """Why an answer ended."""

    END_OF_TURN = "end_of_turn"
    STOP_STRING = "stop_string"
    MAX_TOKENS = "max_tokens"
    CANCELLED = "cancelled"
    FAILED = "failed"


class MessageState(StrEnum):
    """`STREAMING` found at start-up means that the application died while answering."""

    DONE = "done"
    STREAMING = "streaming"
    STOPPED = "stopped"
    FAILED = "failed"


class AnswerFacts(NamedTuple):
    """How an answer came about, stored with it and shown on request. Times in milliseconds.

    A named tuple, like Message: opening a long conversation makes thousands, and they take a
    quarter of a dataclass's time.
    """

    model_name: str
    model_path: str
    level: str
    sampler: SamplerSettings
    seed: int
    stop_reason: StopReason
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    ttft_ms: float = 0.0
    tokens_per_second: float = 0.0
    context: int = 0
    context_used: int = 0
    dropped_messages: int = 0
    shifted_tokens: int = 0
    template_arguments: Mapping[str, bool] = MappingProxyType({})

    def to_json(self) -> dict[str, Any]:
        return self._asdict() | {
            "sampler": self.sampler.to_json(),
            "stop_reason": self.stop_reason.value,
            "template_arguments": dict(self.template_arguments),
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> AnswerFacts:
        """Read what `to_json` wrote, also by a newer Quern: unknown names are ignored.

        Raises: InvalidInput.
        """
        values = {name: value for name, value in values.items() if name in cls._fields}
        try:
            sampler = values["sampler"]
            if not isinstance(sampler, SamplerSettings):
                sampler = SamplerSettings.from_json(sampler)
            stop_reason = StopReason(values["stop_reason"])
            return cls(**values | {"sampler": sampler, "stop_reason": stop_reason})
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise InvalidInput("The facts of an answer cannot be read.") from error


class Message(NamedTuple):
    """One message of a conversation's tree.

    `parent_id` None is a first message. Messages of one parent are alternatives (branches) of each
    other. `created_at` is seconds since the epoch. `problem` is the sentence shown when the answer
    failed. `prompt_version_id` is the version of a prompt that a message was made with, or that an
    answer answers.
    """

    id: int
    conversation_id: int
    parent_id: int | None
    role: Role
    text: str
    created_at: float
    reasoning: str = ""
    state: MessageState = MessageState.DONE
    problem: str = ""
    facts: AnswerFacts | None = None
    prompt_version_id: int | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """Where a message stands among its alternatives: `index` counts from 1."""

    index: int = 1
    count: int = 1


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation without its messages. Times are seconds since the epoch."""

    id: int
    title: str
    created_at: float
    updated_at: float
    system_prompt: str = ""
    pinned: bool = False
    draft: str = ""
    head_id: int | None = None
    sampler: SamplerSettings = field(default_factory=SamplerSettings)
    model_path: str = ""
    template_arguments: dict[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeletedMessages:
    """What an Undo needs: the message whose deletion took everything below it along."""

    conversation_id: int
    message_id: int
    head_id: int | None
    count: int


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A conversation found: `excerpt` is plain text around the first match, with the matched words
    between U+0002 and U+0003; `message_id` None when only the title matched."""

    conversation: Conversation
    message_id: int | None
    excerpt: str


def title_of(text: str) -> str:
    """The first line that says something, cut at a word to at most TITLE_LENGTH characters."""
    line = next((" ".join(line.split()) for line in text.splitlines() if line.strip()), "")
    if len(line) <= TITLE_LENGTH:
        return line
    cut = line[: TITLE_LENGTH - 1]
    at_word = cut.rpartition(" ")[0]
    return f"{at_word if len(at_word) > TITLE_LENGTH // 2 else cut}…"
