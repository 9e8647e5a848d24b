from __future__ import annotations

import pytest

from converters.errors import ConversionError
from tests.converters.conftest import convert, converted


def test_only_the_language_model_is_converted(write):
    found = converted(write("tiny-gemma3-images"))
    assert found.values["general.architecture"] == "gemma3"
    assert all(name.startswith(("blk.", "output_norm", "token_embd")) for name in found.tensors)


def test_rows_behind_the_vocabulary_are_left_out(write):
    found = converted(write("tiny-gemma3-images"))
    assert len(found.tensors["token_embd.weight"]) == len(found.values["tokenizer.ggml.tokens"])


def test_too_few_rows_are_refused(write):
    def shrink(checkpoint):
        checkpoint.tensors["language_model.model.embed_tokens.weight"] = (100, 64)

    with pytest.raises(ConversionError, match=r"embed_tokens\.weight in .* is 100 × 64"):
        convert(write("tiny-gemma3-images", shrink))


def test_layers_with_a_window_turn_by_a_base_of_their_own(write):
    values = converted(write("tiny-gemma3")).values
    assert values["gemma3.rope.freq_base"] == 1_000_000.0
    assert values["gemma3.rope.freq_base_swa"] == 10_000.0
    assert values["gemma3.attention.sliding_window"] == 64


def test_a_model_without_windows_states_none(write):
    def widen(checkpoint):
        checkpoint.config["sliding_window_pattern"] = 1
        checkpoint.config["final_logit_softcapping"] = 20.0

    values = converted(write("tiny-gemma3", widen)).values
    assert "gemma3.attention.sliding_window" not in values
    assert values["gemma3.final_logit_softcapping"] == 20.0
