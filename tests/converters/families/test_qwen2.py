from __future__ import annotations

import numpy as np

from tests.converters.conftest import converted
from tests.helpers.tiny_checkpoints import CHECKPOINTS, sentencepiece_files, weights


def test_rows_are_kept_and_biases_taken(write):
    found = converted(write("tiny-qwen2"), "bf16")
    checkpoint = CHECKPOINTS["tiny-qwen2"]()
    name = "model.layers.0.self_attn.q_proj.weight"
    bits = weights(name, checkpoint.tensors[name], checkpoint)
    assert found.tensors["blk.0.attn_q.weight"].tobytes() == bits.tobytes()
    assert found.tensors["blk.0.attn_q.bias"].dtype == np.float32
    assert "output.weight" not in found.tensors


def test_a_sentencepiece_model_goes_first(write):
    def replace(checkpoint):
        files = sentencepiece_files()
        checkpoint.files["tokenizer.model"] = files["tokenizer.model"]

    assert converted(write("tiny-qwen2", replace)).values["tokenizer.ggml.model"] == "llama"
