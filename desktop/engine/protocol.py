"""What the application and its engine children say to each other.

One JSON object a line, UTF-8. The parent sends requests, each with an `id`; the child answers a
request with any number of progress events and exactly one terminal event (a subclass of
`Reply`). `Cancel` and `Quit` have no reply: a cancelled request ends with its own terminal event.

Messages are frozen dataclasses; `encode` and `decode` translate by their annotations, so a wrong
type or a missing field is refused at the border. A change of meaning raises PROTOCOL_VERSION.
"""

from __future__ import annotations

import json
import types
import typing
from dataclasses import dataclass, field, fields, is_dataclass
from enum import Enum, StrEnum
from functools import cache
from pathlib import Path
from typing import Any

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

PROTOCOL_VERSION = 1


class EngineState(StrEnum):
    """The one state of an engine, as the parent sees it."""

    STARTING = "starting"
    IDLE = "idle"
    LOADING = "loading"
    READY = "ready"
    GENERATING = "generating"
    CLOSED = "closed"
    DIED = "died"


class ErrorCode(StrEnum):
    """Which error class a `Failed` becomes in the parent."""

    INVALID_INPUT = "invalid_input"
    MODEL_FILE_INVALID = "model_file_invalid"
    MODEL_FILE_MISSING = "model_file_missing"
    MODEL_TOO_BIG = "model_too_big"
    MODEL_LOAD_FAILED = "model_load_failed"
    CHAT_TEMPLATE_BROKEN = "chat_template_broken"
    CONTEXT_TOO_SMALL = "context_too_small"
    EVALUATION_FAILED = "evaluation_failed"
    CANCELLED = "cancelled"
    BUG = "bug"


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
class Render(Request):
    """Apply the chat template. Reply: Rendered."""

    messages: tuple[ChatTurn, ...]
    template_arguments: dict[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokenize(Request):
    """Split text into tokens of the loaded model. Reply: Tokenized."""

    text: str
    add_special: bool = False
    parse_special: bool = False


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
    """Versions (`engine`: llama-cpp-python, `build`: llama.cpp) and what there is to compute on."""

    protocol: int
    engine: str
    build: str
    devices: tuple[Device, ...]
    physical_cores: int


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
class Rendered(Reply):
    """The prompt as text and its length in tokens."""

    text: str
    tokens: int


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
    prompt_ms: float
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


# --- to and from lines ------------------------------------------------------------------------

_MESSAGE_TYPES: dict[str, type[Any]] = {
    cls.__name__: cls
    for cls in (
        Hello, Inspect, Estimate, Load, Unload, Render, Tokenize, Generate, Measure, Cancel, Quit,
        LoadProgress, PromptProgress, ContextTrimmed, ContextShifted, TextChunk, MeasureProgress,
        HelloReply, Inspected, Estimated, Loaded, Unloaded, Rendered, Tokenized, Generated,
        Measured, Failed,
    )
}  # fmt: skip


def encode(message: Any) -> bytes:
    """One message as one line, newline included. Text with lone surrogates is carried unharmed."""
    if type(message) is TextChunk:
        return _encode_text_chunk(message)
    values = {f.name: _plain(getattr(message, f.name)) for f in fields(message)}
    return json.dumps({"type": type(message).__name__, **values}).encode("ascii") + b"\n"


def _encode_text_chunk(chunk: TextChunk) -> bytes:
    """The same, for the one message that is sent while somebody waits for each of its tokens."""
    return (
        f'{{"type": "TextChunk", "id": {chunk.id}, "text": {json.dumps(chunk.text)}, '
        f'"reasoning": {"true" if chunk.reasoning else "false"}, '
        f'"completion_tokens": {chunk.completion_tokens}, '
        f'"tokens_per_second": {chunk.tokens_per_second:.3f}, '
        f'"ttft_ms": {chunk.ttft_ms:.3f}, "context_used": {chunk.context_used}}}\n'
    ).encode("ascii")


def decode(line: bytes) -> Any:
    """The message in a line. Raises: ValueError when it is not one of ours."""
    try:
        values = json.loads(line)
        cls = _MESSAGE_TYPES[values.pop("type")]
        return _build(cls, values)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"not a protocol message: {line[:200]!r} ({error})") from error


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Path):
        return str(value)
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


@cache
def _hints(cls: type[Any]) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _build(wanted: Any, value: Any) -> Any:
    """`value` (from JSON) as the annotation `wanted` says. Raises: TypeError, ValueError."""
    origin = typing.get_origin(wanted)
    if origin in (types.UnionType, typing.Union):
        if value is None:
            return None
        (inner,) = (arg for arg in typing.get_args(wanted) if arg is not type(None))
        return _build(inner, value)
    if origin is tuple:
        item = typing.get_args(wanted)[0]
        return tuple(_build(item, entry) for entry in value)
    if origin is dict:
        item = typing.get_args(wanted)[1]
        return {str(key): _build(item, entry) for key, entry in value.items()}
    if isinstance(wanted, type) and is_dataclass(wanted):
        hints = _hints(wanted)
        unknown = value.keys() - hints.keys()
        if unknown:
            raise TypeError(f"unknown fields {sorted(unknown)}")
        return wanted(**{name: _build(hints[name], entry) for name, entry in value.items()})
    if issubclass(wanted, (Enum, Path)):
        return wanted(value)
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise TypeError(f"expected {wanted.__name__}, got {value!r:.80}")
    return value
