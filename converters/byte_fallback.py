"""A SentencePiece vocabulary that is only there as tokenizer.json, as some Llama models have it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from converters.byte_pair import load_tokenizer, special_texts
from converters.gguf_header import Header
from converters.sentencepiece import Piece, TokenType, add_pieces
from converters.special_tokens import add_special_tokens

_SCORE = -1000.0  # the true ones are lost
_USUAL = {"<unk>", "<s>", "</s>"}  # Llama's special tokens, when no file names any


def is_byte_fallback(description: dict[str, Any]) -> bool:
    """Whether this tokenizer.json was made from a SentencePiece model."""
    match description:
        case {"model": {"type": "BPE", "byte_fallback": True}, "decoder": {"type": "Sequence"}}:
            return True
    return False


def add_byte_fallback(header: Header, folder: Path) -> None:
    """Set the vocabulary; ids behind the tokenizer's are left to llama.cpp."""
    tokenizer, _ = load_tokenizer(folder)
    special = set(special_texts(folder)) or _USUAL
    base = tokenizer.get_vocab_size(with_added_tokens=False)
    texts = {index: text for text, index in tokenizer.get_vocab(with_added_tokens=True).items()}
    pieces = []
    for index in sorted(texts):
        text = texts[index]
        if text in special:
            kind = TokenType.CONTROL
        elif index >= base:
            kind = TokenType.USER_DEFINED
        else:
            kind = TokenType.NORMAL
        if index < base and re.fullmatch(r"<0x[0-9A-Fa-f]{2}>", text):
            kind = TokenType.BYTE
        pieces.append(Piece(text, _SCORE, kind))
    add_pieces(header, pieces)
    add_special_tokens(header, folder, len(pieces))
