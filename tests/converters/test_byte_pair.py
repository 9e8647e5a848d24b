from __future__ import annotations

import json

import pytest

from converters.errors import ConversionError
from converters.sentencepiece import TokenType
from tests.converters.conftest import convert, converted


def edit_tokenizer(source, change):
    path = source / "tokenizer.json"
    tokenizer = json.loads(path.read_text())
    change(tokenizer)
    path.write_text(json.dumps(tokenizer))


def test_kinds_of_tokens(write):
    values = converted(write("tiny-qwen2")).values
    kinds = dict(
        zip(values["tokenizer.ggml.tokens"], values["tokenizer.ggml.token_type"], strict=True)
    )
    assert kinds["the"] == TokenType.NORMAL
    assert kinds["<|im_end|>"] == TokenType.CONTROL
    assert kinds["<tool_call>"] == TokenType.USER_DEFINED
    assert kinds[" own"] == TokenType.USER_DEFINED
    assert kinds["[PAD313]"] == TokenType.UNUSED


def test_merges_keep_their_order_in_both_forms_they_are_written_in(write):
    source = write("tiny-gpt2")
    pairs = converted(source).values["tokenizer.ggml.merges"]
    assert pairs[:2] == ["t h", "th e"]
    source.with_suffix(".gguf").unlink()
    edit_tokenizer(
        source,
        lambda t: t["model"].update(merges=[" ".join(pair) for pair in t["model"]["merges"]]),
    )
    assert converted(source).values["tokenizer.ggml.merges"] == pairs


def test_a_missing_tokenizer_is_named(write):
    source = write("tiny-qwen2")
    (source / "tokenizer.json").unlink()
    with pytest.raises(ConversionError, match=r"tiny-qwen2 has no tokenizer\.json"):
        convert(source)


def test_a_damaged_tokenizer_is_named(write):
    source = write("tiny-qwen2")
    edit_tokenizer(source, lambda t: t["model"].update(type="Other"))
    with pytest.raises(ConversionError, match=r"tokenizer\.json cannot be understood"):
        convert(source)


def test_a_tokenizer_that_makes_its_library_panic_is_refused(write, capfd):
    source = write("tiny-qwen2")
    edit_tokenizer(source, lambda t: t["model"].update(continuing_subword_prefix="much longer"))
    with pytest.raises(ConversionError, match=r"tokenizer\.json cannot be understood"):
        convert(source)
    assert "panicked" in capfd.readouterr().err


@pytest.mark.parametrize("value", [5, "x", [5], {"processors": [5]}])
def test_files_that_hold_anything_anywhere_are_refused(value, write):
    def spoil(checkpoint):
        checkpoint.files["tokenizer_config.json"]["added_tokens_decoder"] = value

    with pytest.raises(ConversionError, match="cannot be understood"):
        convert(write("tiny-qwen2", spoil))


def test_a_tokenizer_without_merges_is_refused(write):
    source = write("tiny-gpt2")
    edit_tokenizer(source, lambda t: t["model"].update(merges=[]))
    with pytest.raises(ConversionError, match="has no merges"):
        convert(source)


def test_a_tokenizer_too_big_for_the_model_is_refused(write):
    def shrink(checkpoint):
        checkpoint.config["vocab_size"] = 300
        checkpoint.tensors["transformer.wte.weight"] = (300, 64)

    with pytest.raises(
        ConversionError, match=r"the number 304, but config\.json says there are 300"
    ):
        convert(write("tiny-gpt2", shrink))


def test_a_token_only_the_settings_name_is_special(write):
    def name(checkpoint):
        checkpoint.files["tokenizer_config.json"]["pad_token"] = "the"
        checkpoint.files["tokenizer_config.json"]["additional_special_tokens"] = ["and"]

    values = converted(write("tiny-phi4", name)).values
    tokens, types = values["tokenizer.ggml.tokens"], values["tokenizer.ggml.token_type"]
    assert types[tokens.index("the")] == types[tokens.index("and")] == TokenType.CONTROL


def test_the_older_file_of_special_tokens_counts_when_the_newer_says_nothing(write):
    def older(checkpoint):
        del checkpoint.files["tokenizer_config.json"]["added_tokens_decoder"]
        checkpoint.files["special_tokens_map.json"] = {"pad_token": {"content": "the"}}

    values = converted(write("tiny-phi4", older)).values
    tokens, types = values["tokenizer.ggml.tokens"], values["tokenizer.ggml.token_type"]
    assert types[tokens.index("the")] == TokenType.CONTROL


def test_a_class_of_tokenizers_has_special_tokens_without_saying_so(write):
    def fall_back(checkpoint):
        checkpoint.files["tokenizer_config.json"]["tokenizer_class"] = "LlamaTokenizerFast"

    values = converted(write("tiny-llama3", fall_back)).values
    assert values["tokenizer.ggml.tokens"][307] == "<unk>"


def test_a_vocabulary_of_smollms_size_begins_no_text(write):
    def enlarge(checkpoint):
        checkpoint.config["vocab_size"] = 49152
        checkpoint.tensors["model.embed_tokens.weight"] = (49152, 64)

    values = converted(write("tiny-llama3", enlarge), "q8_0").values
    assert values["tokenizer.ggml.add_bos_token"] is False
