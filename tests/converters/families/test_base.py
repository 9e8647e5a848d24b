from __future__ import annotations

import pytest

from converters.errors import ConversionError
from tests.converters.conftest import convert, converted


def rope(**values):
    def change(checkpoint):
        checkpoint.config["rope_scaling"] = values

    return change


def keys(contents, name):
    return {
        key.removeprefix(f"{name}."): value
        for key, value in contents.values.items()
        if key.startswith(name)
    }


def test_rope_that_is_stretched_evenly(write):
    found = converted(write("tiny-qwen2", rope(type="linear", factor=2.0)))
    assert keys(found, "qwen2.rope") == {
        "scaling.type": "linear",
        "scaling.factor": 2.0,
        "freq_base": 10000.0,
    }


def test_yarn_with_all_it_may_state(write):
    found = converted(
        write(
            "tiny-qwen2",
            rope(
                rope_type="yarn",
                factor=4.0,
                original_max_position_embeddings=128,
                extrapolation_factor=1.0,
                attention_factor=1.5,
                beta_fast=32,
                beta_slow=1,
            ),
        )
    )
    assert keys(found, "qwen2.rope.scaling") == {
        "type": "yarn",
        "factor": 4.0,
        "original_context_length": 128,
        "yarn_ext_factor": 1.0,
        "yarn_attn_factor": 1.5,
        "yarn_beta_fast": 32.0,
        "yarn_beta_slow": 1.0,
    }


@pytest.mark.parametrize("kind", ["default", "dynamic", "something new"])
def test_other_rope_states_its_base_alone(kind, write):
    found = converted(write("tiny-qwen2", rope(rope_type=kind, factor=2.0)))
    assert keys(found, "qwen2.rope") == {"freq_base": 10000.0}


@pytest.mark.parametrize("factor", ["2", True, [2]])
def test_a_factor_that_is_no_number_is_refused(factor, write):
    with pytest.raises(ConversionError, match="states factor as"):
        convert(write("tiny-qwen2", rope(rope_type="linear", factor=factor)))


def test_a_model_for_embeddings_is_refused(write):
    def pool(checkpoint):
        checkpoint.files["modules.json"] = [{"type": "sentence_transformers.models.Pooling"}]

    with pytest.raises(ConversionError, match="a model for embeddings"):
        convert(write("tiny-qwen2", pool))


def test_norms_vectors_and_biases_stay_f32_whatever_is_asked(write):
    types = converted(write("tiny-qwen3"), "q8_0").types
    assert {types[name] for name in types if "norm" in name} == {"F32"}
    assert types["blk.0.attn_q.weight"] == "Q8_0"
    types = converted(write("tiny-qwen2"), "q8_0").types
    assert types["blk.0.attn_q.bias"] == "F32"


def test_a_head_that_is_its_own_must_be_there(write):
    def lose(checkpoint):
        checkpoint.config["tie_word_embeddings"] = False

    with pytest.raises(ConversionError, match=r"lm_head\.weight is missing"):
        convert(write("tiny-qwen2", lose))


def test_biases_of_all_parts_are_taken_where_they_are(write):
    def bias(checkpoint):
        for name, shape in list(checkpoint.tensors.items()):
            if "_proj" in name:
                checkpoint.tensors[name.replace("weight", "bias")] = shape[:1]

    found = converted(write("tiny-llama3", bias))
    for part in ("attn_q", "attn_output", "ffn_gate", "ffn_down"):
        assert f"blk.1.{part}.bias" in found.tensors
