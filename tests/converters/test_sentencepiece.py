from __future__ import annotations

import pytest

from converters.errors import ConversionError
from converters.sentencepiece import TokenType, looks_special, read_pieces
from tests.converters.conftest import convert, converted
from tests.helpers.tiny_checkpoints import added, pieces, sentencepiece_model


def test_pieces_are_read_with_score_and_type(tmp_path):
    path = tmp_path / "tokenizer.model"
    path.write_bytes(sentencepiece_model(pieces()))
    found = read_pieces(path)
    assert [(piece.text, piece.type) for piece in found] == [
        (text, kind) for text, _, kind in pieces()
    ]
    assert [piece.score for piece in found] == [score for _, score, _ in pieces()]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a model",
        sentencepiece_model(pieces())[:-70_000] + b"\x0a\xff\xff\xff\xff\x0f",
        b"\x0a\x03\x0a\x01\xff",  # a piece that is no text
        b"\x0a\x05\x0a\x01a\x18\x63",  # a type that does not exist
        b"\x0a\x02\x18\x01",  # a piece without text
        b"\x0a\x04\x0a\x01a\x15",  # a score that is cut off
        b"\x80" * 20,
        b"\x0b",  # a kind of field that does not exist
    ],
)
def test_another_file_is_refused(data, tmp_path):
    path = tmp_path / "tokenizer.model"
    path.write_bytes(data)
    with pytest.raises(ConversionError, match=r"tokenizer\.model is no SentencePiece model"):
        read_pieces(path)


def test_a_missing_tokenizer_is_named(write):
    source = write("tiny-gemma")
    (source / "tokenizer.model").unlink()
    with pytest.raises(ConversionError, match=r"tiny-gemma has no tokenizer\.model"):
        convert(source)


def test_ids_nobody_names_become_padding(write):
    def enlarge(checkpoint):
        checkpoint.config["vocab_size"] += 2
        size = checkpoint.config["vocab_size"]
        for name in ("model.embed_tokens.weight", "lm_head.weight"):
            checkpoint.tensors[name] = (size, 64)

    values = converted(write("tiny-mistral", enlarge)).values
    size = len(values["tokenizer.ggml.tokens"])
    assert values["tokenizer.ggml.tokens"][-1] == f"[PAD{size - 1}]"
    assert values["tokenizer.ggml.token_type"][-1] == TokenType.UNUSED
    assert values["tokenizer.ggml.scores"][-1] == -10000.0


def test_added_tokens_take_the_place_of_pieces(write):
    def add(checkpoint):
        decoder = checkpoint.files["tokenizer_config.json"]["added_tokens_decoder"]
        for number, text, special in ((5, "▁own", False), (6, "<|x|>", False), (7, "y", True)):
            decoder[str(number)] = added(number, text, special=special)
        size = checkpoint.config["vocab_size"]
        checkpoint.files["added_tokens.json"] = {"<|z|>": 8, "next": size, "far": 10**6}

    values = converted(write("tiny-mistral", add)).values
    tokens, types = values["tokenizer.ggml.tokens"], values["tokenizer.ggml.token_type"]
    assert tokens[5:9] == [" own", "<|x|>", "y", "<|z|>"]
    assert types[5:9] == [
        TokenType.USER_DEFINED,
        TokenType.CONTROL,
        TokenType.CONTROL,
        TokenType.USER_DEFINED,
    ]


@pytest.mark.parametrize("value", [{"x": "y"}, {"5": {}}, {"5": 7}, [1]])
def test_added_tokens_described_wrongly_are_refused(value, write):
    def spoil(checkpoint):
        checkpoint.files["tokenizer_config.json"]["added_tokens_decoder"] = value

    with pytest.raises(ConversionError, match="cannot be understood"):
        convert(write("tiny-mistral", spoil))


@pytest.mark.parametrize("text", ["<pad>", "<|im_end|>", "<｜User｜>", "<unused12>"])
def test_some_tokens_look_special(text):
    assert looks_special(text)


@pytest.mark.parametrize("text", ["<tool_call>", "a<|b|>", "<|b|>c", "unused"])
def test_others_do_not(text):
    assert not looks_special(text)
