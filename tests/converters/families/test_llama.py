from __future__ import annotations

import numpy as np
import pytest

from converters.errors import ConversionError
from tests.converters.conftest import convert, converted
from tests.helpers.tiny_checkpoints import CHECKPOINTS, weights


def test_rows_of_queries_and_keys_are_put_into_pairs(write):
    found = converted(write("tiny-llama3"))
    checkpoint = CHECKPOINTS["tiny-llama3"]()
    for part, heads in (("q", 4), ("k", 2)):
        name = f"model.layers.1.self_attn.{part}_proj.weight"
        theirs = weights(name, checkpoint.tensors[name], checkpoint).astype(np.float32)
        ours = found.tensors[f"blk.1.attn_{part}.weight"]
        for head in range(heads):
            block, paired = theirs[head * 16 :][:16], ours[head * 16 :][:16]
            assert np.array_equal(paired[::2], block[:8])
            assert np.array_equal(paired[1::2], block[8:])


def test_biases_of_queries_follow_their_rows(write):
    def bias(checkpoint):
        checkpoint.config["attention_bias"] = True
        for layer in range(2):
            for part, width in (("q", 64), ("k", 32), ("v", 32)):
                checkpoint.tensors[f"model.layers.{layer}.self_attn.{part}_proj.bias"] = (width,)

    found = converted(write("tiny-llama3", bias)).tensors["blk.0.attn_q.bias"]
    name = "model.layers.0.self_attn.q_proj.bias"
    theirs = weights(name, (64,), CHECKPOINTS["tiny-llama3"]()).astype(np.float32)
    assert np.array_equal(found[:16:2], theirs[:8])


def test_long_contexts_get_a_factor_for_each_pair(write):
    found = converted(write("tiny-llama3"))
    factors = found.tensors["rope_freqs.weight"]
    assert len(factors) == 8
    assert factors[0] == 1.0  # turns fast: left alone
    assert factors[-1] == 8.0  # turns slowly: stretched all the way
    assert any(1 < factor < 8 for factor in factors)
    assert next(iter(found.tensors)) == "rope_freqs.weight"


@pytest.mark.parametrize(
    "change", [{"low_freq_factor": 0}, {"high_freq_factor": 1.0}, {"factor": 0}]
)
def test_factors_that_contradict_each_other_are_refused(change, write):
    def spoil(checkpoint):
        checkpoint.config["rope_scaling"].update(change)

    with pytest.raises(ConversionError, match="contradicts itself"):
        convert(write("tiny-llama3", spoil))


def test_the_end_of_a_filled_gap_is_set_for_code_llamas_vocabulary(write):
    def enlarge(checkpoint):
        checkpoint.config["vocab_size"] = 32016
        for name in ("model.embed_tokens.weight", "lm_head.weight"):
            checkpoint.tensors[name] = (32016, 64)

    found = converted(write("tiny-llama", enlarge), "q8_0")
    assert found.values["tokenizer.ggml.eot_token_id"] == 32010


def test_mistrals_own_tokenizer_is_refused_by_name(write):
    def replace(checkpoint):
        del checkpoint.files["tokenizer.model"]
        checkpoint.files["tekken.json"] = {}

    with pytest.raises(ConversionError, match=r"tekken\.json, but no tokenizer\.json"):
        convert(write("tiny-mistral", replace))


def test_tables_of_older_checkpoints_are_left_out(write):
    def older(checkpoint):
        checkpoint.tensors["model.layers.0.self_attn.rotary_emb.inv_freq"] = (8,)

    assert len(converted(write("tiny-llama", older)).tensors) == 21
