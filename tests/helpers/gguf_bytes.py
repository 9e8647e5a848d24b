"""GGUF files put together byte by byte: quickly, or as no writer would."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from desktop.hub.gguf_reader import TENSOR_TYPES

LEVEL_TYPES = {"F32": 0, "F16": 1, "Q4_0": 2, "Q8_0": 8}
_ALIGNMENT = 32


def text(value: str | bytes) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return struct.pack("<Q", len(data)) + data


def entry(key: str, kind: int, value: bytes) -> bytes:
    """One of the metadata; `kind` as in the format: 4 a u32, 8 a text, 9 an array."""
    return text(key) + struct.pack("<I", kind) + value


def number(key: str, value: int) -> bytes:
    return entry(key, 4, struct.pack("<I", value))


def string(key: str, value: str) -> bytes:
    return entry(key, 8, text(value))


def strings(key: str, values: Sequence[str]) -> bytes:
    return entry(key, 9, struct.pack("<IQ", 8, len(values)) + b"".join(map(text, values)))


def tensor(name: str, shape: tuple[int, ...], kind: int, offset: int) -> bytes:
    """One line of the tensor table."""
    return text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset)


def header(entries: Sequence[bytes] = (), tensors: Sequence[bytes] = (), version: int = 3) -> bytes:
    numbers = struct.pack("<IQQ", version, len(tensors), len(entries))
    return b"GGUF" + numbers + b"".join(entries) + b"".join(tensors)


@dataclass(frozen=True)
class LevelFile:
    """A quantization level of a model whose weights are all zero. Good for its header only."""

    level: str
    tokens: int = 15_000
    word: str = "word"
    layers: int = 4
    width: int = 256
    name: str = "Wheat"
    template: str = "{{ messages }}"
    context: int = 4096

    def content(self) -> bytes:
        kind = LEVEL_TYPES[self.level]
        weights, size = TENSOR_TYPES[kind]
        names = ["token_embd", *(f"blk.{n}.attn_q" for n in range(self.layers))]
        row = -(-self.width * self.width // weights * size // _ALIGNMENT) * _ALIGNMENT
        entries = (
            string("general.architecture", "llama"),
            string("general.name", self.name),
            number("llama.context_length", self.context),
            number("llama.block_count", self.layers),
            string("tokenizer.ggml.model", "gpt2"),
            strings("tokenizer.ggml.tokens", [f"{self.word}{n}" for n in range(self.tokens)]),
            entry("tokenizer.ggml.token_type", 9, struct.pack("<IQ", 5, self.tokens))
            + bytes(4 * self.tokens),
            strings("tokenizer.ggml.merges", [f"m{n} {self.word}" for n in range(self.tokens)]),
            string("tokenizer.chat_template", self.template),
            number("general.file_type", kind),
        )
        table = [
            tensor(f"{name}.weight", (self.width, self.width), kind, n * row)
            for n, name in enumerate(names)
        ]
        beginning = header(entries, table)
        return beginning + bytes(-len(beginning) % _ALIGNMENT) + bytes(row * len(names))
