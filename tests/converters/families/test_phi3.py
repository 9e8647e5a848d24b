from __future__ import annotations

import math

import numpy as np
import pytest

from converters.errors import ConversionError
from tests.converters.conftest import convert, converted


def test_long_contexts_get_both_sets_of_factors(write):
    found = converted(write("tiny-phi3"))
    assert list(found.tensors)[:2] == ["rope_factors_long.weight", "rope_factors_short.weight"]
    assert np.allclose(found.tensors["rope_factors_long.weight"], 1 + 0.1 * np.arange(8))
    expected = math.sqrt(1 + math.log(4) / math.log(256))
    assert found.values["phi3.rope.scaling.attn_factor"] == pytest.approx(expected)


def test_phi4_has_no_window_and_rotates_a_part(write):
    values = converted(write("tiny-phi4")).values
    assert values["phi3.attention.sliding_window"] == 0
    assert values["phi3.rope.dimension_count"] == 12
    assert values["tokenizer.ggml.model"] == "gpt2"


def test_a_context_no_longer_than_in_training_needs_no_scale(write):
    def shorten(checkpoint):
        checkpoint.config["max_position_embeddings"] = 256

    assert converted(write("tiny-phi3", shorten)).values["phi3.rope.scaling.attn_factor"] == 1.0


def test_the_class_of_phi4s_tokenizer_goes_by_more_than_one_name(write):
    def rename(checkpoint):
        checkpoint.files["tokenizer_config.json"]["tokenizer_class"] = "GPT2TokenizerFast"

    assert converted(write("tiny-phi4", rename)).values["tokenizer.ggml.model"] == "gpt2"


@pytest.mark.parametrize("share", [0, -1, 1.5])
def test_no_more_than_all_can_be_rotated(share, write):
    def spoil(checkpoint):
        checkpoint.config["partial_rotary_factor"] = share

    with pytest.raises(ConversionError, match="states partial_rotary_factor as"):
        convert(write("tiny-phi4", spoil))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"long_factor": [1.0] * 7}, "long_factor of rope_scaling in config.json should be 8"),
        ({"short_factor": None}, "short_factor of rope_scaling in config.json should be 8"),
        ({"short_factor": ["1"] * 8}, "states short_factor as"),
        ({"type": "linear"}, "the rope_scaling 'linear', which Phi-3 does not have"),
    ],
)
def test_factors_that_do_not_fit_are_refused(change, sentence, write):
    def spoil(checkpoint):
        checkpoint.config["rope_scaling"].update(change)

    with pytest.raises(ConversionError, match=sentence):
        convert(write("tiny-phi3", spoil))
