"""The vocabulary of a SentencePiece model (tokenizer.model), read without its library.

The file is a protocol buffer: a sequence of fields, each a number with a type and a value. Of all
of it we need the pieces (field 1): text, score and type.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

from converters.errors import ConversionError
from converters.gguf_header import Header
from converters.json_file import read_json
from converters.special_tokens import add_special_tokens

_SPACE = "▁"  # how SentencePiece writes a space
_ADDED_SCORE = -1000.0
_PADDING_SCORE = -10000.0


class TokenType(IntEnum):
    """What llama.cpp does with a token; SentencePiece has the same numbers."""

    NORMAL = 1
    UNKNOWN = 2
    CONTROL = 3
    USER_DEFINED = 4
    UNUSED = 5
    BYTE = 6


@dataclass(slots=True)
class Piece:
    """A token with its score."""

    text: str
    score: float
    type: TokenType


def add_sentencepiece(
    header: Header, folder: Path, size: int, *, from_tokenizer_json: bool = False
) -> None:
    """Set the vocabulary from tokenizer.model and what was added to it later.

    Args:
        size: how many tokens the model has; ids nobody names become padding.
        from_tokenizer_json: take tokens added in tokenizer.json too, and all of them as they are,
            which is how Phi-3 wants it.
    """
    pieces = [Piece(f"[PAD{index}]", _PADDING_SCORE, TokenType.UNUSED) for index in range(size)]
    for index, piece in enumerate(read_pieces(folder / "tokenizer.model")[:size]):
        # A piece of the user's own is an ordinary one to llama.cpp.
        kind = TokenType.NORMAL if piece.type is TokenType.USER_DEFINED else piece.type
        pieces[index] = Piece(piece.text, piece.score, kind)
    for index, text, special in _added(folder, from_tokenizer_json):
        if index >= size:
            continue
        literal = special is None or from_tokenizer_json
        if special or (not literal and looks_special(text)):
            pieces[index] = Piece(text, _ADDED_SCORE, TokenType.CONTROL)
        else:
            shown = text if literal else text.replace(_SPACE, " ")
            pieces[index] = Piece(shown, _ADDED_SCORE, TokenType.USER_DEFINED)
    add_pieces(header, pieces)
    add_special_tokens(header, folder, size)


def add_pieces(header: Header, pieces: list[Piece]) -> None:
    """Set the vocabulary of a SentencePiece tokenizer."""
    header.string("tokenizer.ggml.model", "llama")
    header.string("tokenizer.ggml.pre", "default")
    header.strings("tokenizer.ggml.tokens", [piece.text for piece in pieces])
    header.f32s("tokenizer.ggml.scores", [piece.score for piece in pieces])
    header.i32s("tokenizer.ggml.token_type", [piece.type for piece in pieces])


def looks_special(text: str) -> bool:
    """Whether an added token is a control token although its file does not say so."""
    return text in ("<pad>", "<mask>", "<2mass>", "[@BOS@]") or bool(
        re.fullmatch(r"<\|.*\|>|<｜.*｜>|<unused.*>", text, re.DOTALL)
    )


def _added(folder: Path, from_tokenizer_json: bool) -> Iterator[tuple[int, str, bool | None]]:
    """Ids and texts of tokens added after training, and whether they are special, if known."""
    for text, index in read_json(folder / "added_tokens.json").items():
        yield int(index), text, None
    settings = read_json(folder / "tokenizer_config.json")
    for number, token in (settings.get("added_tokens_decoder") or {}).items():
        yield int(number), _text(token["content"]), bool(token.get("special"))
    if from_tokenizer_json:
        for token in read_json(folder / "tokenizer.json").get("added_tokens") or ():
            yield int(token["id"]), _text(token["content"]), bool(token.get("special"))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a token is {value!r}")
    return value


def read_pieces(path: Path) -> list[Piece]:
    """All pieces of a SentencePiece model, their ids being their places.

    Raises: ConversionError when the file is missing or none.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ConversionError(
            f"{path.parent} has no {path.name}, the model's tokenizer.",
            "Download the tokenizer's files too.",
        ) from None
    try:
        pieces = [_piece(value) for number, value in _fields(data) if number == 1]
    except (LookupError, ValueError, TypeError, struct.error):
        pieces = []
    if not pieces:
        raise ConversionError(
            f"{path.name} is no SentencePiece model, or is damaged.", "Download the file again."
        )
    return pieces


def _piece(data: Any) -> Piece:
    values = dict(_fields(data))
    (score,) = struct.unpack("<f", values.get(2, b"\0\0\0\0"))
    return Piece(bytes(values[1]).decode(), score, TokenType(values.get(3, TokenType.NORMAL)))


def _fields(data: bytes) -> Iterator[tuple[int, Any]]:
    """Numbers and values of a message; values are integers or bytes."""
    position = 0

    def varint() -> int:
        nonlocal position
        value = shift = 0
        while True:
            byte = data[position]
            position += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while position < len(data):
        tag = varint()
        kind = tag & 7
        if kind == 0:
            yield tag >> 3, varint()
            continue
        length = {1: 8, 2: -1, 5: 4}[kind] if kind in (1, 2, 5) else None
        if length is None:
            raise ValueError
        if length < 0:
            length = varint()
        if position + length > len(data):
            raise ValueError
        yield tag >> 3, data[position : position + length]
        position += length
