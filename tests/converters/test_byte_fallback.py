from __future__ import annotations

import pytest

from converters.byte_fallback import is_byte_fallback
from converters.sentencepiece import TokenType
from tests.converters.conftest import converted


def test_kinds_of_tokens(write):
    values = converted(write("tiny-llama-json")).values
    tokens, types = values["tokenizer.ggml.tokens"], values["tokenizer.ggml.token_type"]
    kinds = dict(zip(tokens, types, strict=True))
    assert values["tokenizer.ggml.model"] == "llama"
    assert kinds["<s>"] == TokenType.CONTROL
    assert kinds["<0x0A>"] == TokenType.BYTE
    assert kinds["▁the"] == TokenType.NORMAL
    assert kinds["<|user|>"] == TokenType.USER_DEFINED
    assert set(values["tokenizer.ggml.scores"]) == {-1000.0}


def test_llamas_own_special_tokens_are_known_without_settings(write):
    values = converted(
        write("tiny-llama-json", lambda c: c.files.pop("tokenizer_config.json"))
    ).values
    assert values["tokenizer.ggml.token_type"][:4] == [TokenType.CONTROL] * 3 + [TokenType.BYTE]


@pytest.mark.parametrize(
    "description",
    [
        {},
        {"model": {"type": "BPE", "byte_fallback": False}, "decoder": {"type": "Sequence"}},
        {"model": {"type": "Unigram", "byte_fallback": True}, "decoder": {"type": "Sequence"}},
        {"model": {"type": "BPE", "byte_fallback": True}, "decoder": {"type": "ByteLevel"}},
    ],
)
def test_other_tokenizers_are_none(description):
    assert not is_byte_fallback(description)
