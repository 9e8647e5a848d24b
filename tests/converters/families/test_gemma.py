from __future__ import annotations

import numpy as np

from tests.converters.conftest import converted
from tests.helpers.tiny_checkpoints import CHECKPOINTS, weights


def test_norms_become_the_scale_itself(write):
    found = converted(write("tiny-gemma")).tensors["blk.0.attn_norm.weight"]
    checkpoint = CHECKPOINTS["tiny-gemma"]()
    bits = weights("model.layers.0.input_layernorm.weight", (64,), checkpoint)
    stored = (bits.astype(np.uint32) << 16).view(np.float32)
    assert np.array_equal(found, stored + 1)


def test_the_tied_head_is_left_out_although_it_is_stored(write):
    assert "lm_head.weight" in CHECKPOINTS["tiny-gemma"]().tensors
    assert "output.weight" not in converted(write("tiny-gemma")).tensors


def test_turns_end_with_a_token_of_their_own(write):
    values = converted(write("tiny-gemma")).values
    assert values["tokenizer.ggml.eot_token_id"] == 107
    assert values["tokenizer.ggml.add_space_prefix"] is False
