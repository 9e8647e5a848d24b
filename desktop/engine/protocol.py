"""What the application and its engine children say to each other.

One JSON object a line, UTF-8. The parent sends requests, each with an `id`; the child answers a
request with any number of progress events and exactly one terminal event (a subclass of
`Reply`). `Cancel`, `Pause`, `Resume` and `Quit` have no reply: a cancelled request ends with its
own terminal event.

Messages are frozen dataclasses, which `wire.py` turns into lines and back; those about jobs stand
in `job_messages.py`. A change of meaning raises PROTOCOL_VERSION.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from desktop.domain.conversation import Role, StopReason
from desktop.domain.model import (
    Device,
    LoadConfig,
    LoadedModel,
    MemoryEstimate,
    ModelInfo,
    ThreadSpeed,
)
from desktop.domain.sampling import SamplerSettings
from desktop.engine.error_codes import ErrorCode

PROTOCOL_VERSION = 1


# --- values inside messages -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChatTurn:
    """One message as the chat template gets it."""

    role: Role
    content: str
    reasoning: str = ""


# --- requests ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the parent asks. `id` is unique for the life of a child."""

    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello(Request):
    """Ask who is there. Reply: HelloReply."""

    protocol: int = PROTOCOL_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspect(Request):
    """Read a GGUF header without loading. Reply: Inspected."""

    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate(Request):
    """What loading would take, without reading the weights. Reply: Estimated."""

    path: Path
    config: LoadConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Load(Request):
    """Load a model, replacing the one loaded. Events: LoadProgress. Reply: Loaded.

    `allow_overcommit` loads even when the estimate exceeds what is free.
    """

    path: Path
    config: LoadConfig
    allow_overcommit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unload(Request):
    """Free the model. Reply: Unloaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokenize(Request):
    """Split text into tokens of the loaded model; what looks like a special token is text, too.
    Reply: Tokenized."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Generate(Request):
    """Answer a conversation.

    With `continue_answer` the last message is an unfinished answer of the assistant, which the
    model goes on writing; only what is new is streamed.
    Events: PromptProgress, ContextTrimmed, TextChunk, ContextShifted. Reply: Generated.
    """

    messages: tuple[ChatTurn, ...]
    sampler: SamplerSettings
    template_arguments: dict[str, bool] = field(default_factory=dict)
    continue_answer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(Request):
    """Time reading a prompt and generating, at each thread count. Events: MeasureProgress.
    Reply: Measured."""

    threads: tuple[int, ...]
    prompt_tokens: int = 256
    tokens: int = 32
    repetitions: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """Stop the request `target` (or, if it has ended, do nothing)."""

    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Hold up the job `target` before its next step (or, if it has ended, do nothing)."""

    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """Let the job `target` go on, which was paused."""

    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quit:
    """Leave. The child also leaves when its pipe closes."""


# --- progress events --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`id` is the request's."""

    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadProgress(Event):
    """How much of the weights is loaded, 0 to 1."""

    fraction: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptProgress(Event):
    """Tokens of the prompt evaluated so far; `cached` of `total` needed no evaluation."""

    done: int
    total: int
    cached: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextTrimmed(Event):
    """The conversation is longer than the context: its `dropped_messages` oldest messages (the
    system prompt not counted) are not seen by the model."""

    dropped_messages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextShifted(Event):
    """The context filled up while answering: `dropped_tokens` old tokens were let go."""

    dropped_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TextChunk(Event):
    """New text, coalesced over 16 ms. `completion_tokens` and speed are totals so far."""

    text: str
    reasoning: bool
    completion_tokens: int
    tokens_per_second: float
    ttft_ms: float
    context_used: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureProgress(Event):
    """Steps done of all steps."""

    done: int
    total: int


# --- terminal events --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(Event):
    """The last event of a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HelloReply(Reply):
    """Versions (`engine`: llama-cpp-python, `build`: llama.cpp) and what there is to compute on.

    `cpu_variant` is the processor variant in use of a build for any machine ("zen4"), or "".
    """

    protocol: int
    engine: str
    build: str
    devices: tuple[Device, ...]
    physical_cores: int
    cpu_variant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected(Reply):
    """Answers Inspect."""

    info: ModelInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimated(Reply):
    """Answers Estimate."""

    estimate: MemoryEstimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded(Reply):
    """Answers Load."""

    model: LoadedModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Unloaded(Reply):
    """Answers Unload."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokenized(Reply):
    """Answers Tokenize."""

    tokens: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated(Reply):
    """The answer is complete (or was cancelled: see `stop_reason`). Times in milliseconds.

    `prompt_tokens` counts the whole prompt, `cached_tokens` those found in the KV cache.
    `python_us_per_token` is our own share: time per token outside llama.cpp's functions.
    """

    stop_reason: StopReason
    seed: int
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    ttft_ms: float
    tokens_per_second: float
    context_used: int
    dropped_messages: int = 0
    shifted_tokens: int = 0
    python_us_per_token: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured(Reply):
    """Answers Measure, in the order asked."""

    speeds: tuple[ThreadSpeed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed(Reply):
    """The request could not be done. `message` and `advice` are for a person."""

    code: ErrorCode
    message: str
    advice: str = ""
    details: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Died(Reply):
    """The child ended without answering. Made by the client, never sent over the pipe.

    `exit_code` is as `subprocess` gives it (negative: a signal); `log_lines` the last of stderr.
    """

    message: str
    advice: str
    exit_code: int
    log_lines: tuple[str, ...] = ()
