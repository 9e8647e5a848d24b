"""Messages as lines: one JSON object each, typed by the annotations of the message classes.

A wrong type or a missing field is refused at the border, on either side of the pipe.
"""

from __future__ import annotations

import json
import types
import typing
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

from desktop.engine import evaluation_messages, job_messages, protocol, token_messages
from desktop.engine.protocol import (
    Cancel,
    Event,
    Pause,
    Quit,
    Reply,
    Request,
    Resume,
    TextChunk,
)

# A client makes Died for itself: no child can say it.
_MESSAGE_TYPES: dict[str, type[Any]] = {
    name: cls
    for module in (protocol, job_messages, evaluation_messages, token_messages)
    for name, cls in vars(module).items()
    if isinstance(cls, type)
    and issubclass(cls, (Request, Event, Cancel, Pause, Resume, Quit))
    and cls not in (Request, Event, Reply, protocol.Died)
}


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
    """The message in a line.

    Raises: ValueError when it is not one of ours; it says why without the line, which may hold what
        a person wrote.
    """
    try:
        values = json.loads(line)
        cls = _MESSAGE_TYPES[values.pop("type")]
        return _build(cls, values)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"not a protocol message: {error}") from error


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
        raise TypeError(f"expected {wanted.__name__}, got {type(value).__name__}")
    return value
