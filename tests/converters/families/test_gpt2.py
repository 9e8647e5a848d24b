from __future__ import annotations

import numpy as np
import pytest

from tests.converters.conftest import converted
from tests.helpers.tiny_checkpoints import CHECKPOINTS, weights


def test_matrices_are_stored_outputs_first(write):
    found = converted(write("tiny-gpt2")).tensors["blk.1.attn_qkv.weight"]
    name = "transformer.h.1.attn.c_attn.weight"
    theirs = weights(name, (64, 192), CHECKPOINTS["tiny-gpt2"]())
    assert np.array_equal(found, theirs.T)


def test_positions_stay_f32(write):
    assert converted(write("tiny-gpt2"), "q8_0").types["position_embd.weight"] == "F32"


def test_names_may_lack_their_first_word_and_masks_are_left_out(write):
    def older(checkpoint):
        checkpoint.tensors = {
            name.removeprefix("transformer."): shape for name, shape in checkpoint.tensors.items()
        }
        checkpoint.tensors["h.0.attn.bias"] = (1, 1, 128, 128)

    found = converted(write("tiny-gpt2", older))
    assert len(found.tensors) == len(CHECKPOINTS["tiny-gpt2"]().tensors)
    assert "blk.0.attn_qkv.bias" in found.tensors


@pytest.mark.parametrize("name", ["n_ctx", "n_positions"])
def test_the_length_of_the_context_has_two_names(name, write):
    values = converted(write("tiny-gpt2", lambda c: c.config.pop(name))).values
    assert values["gpt2.context_length"] == 128


def test_a_wider_feed_forward_part_is_stated(write):
    def widen(checkpoint):
        checkpoint.config["n_inner"] = 96
        for name, shape in checkpoint.tensors.items():
            checkpoint.tensors[name] = tuple(96 if n == 256 else n for n in shape)

    assert converted(write("tiny-gpt2", widen)).values["gpt2.feed_forward_length"] == 96
