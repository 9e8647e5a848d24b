from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path

import numpy as np
import pytest

import converters
from converters.errors import ConversionError
from tests.converters.conftest import contents, convert, ignore, leftovers, never
from tests.helpers.gguf_logits import logits
from tests.helpers.tiny_adapters import ADAPTERS, ALPHA, RANK, matrices, write_adapter
from tests.helpers.tiny_checkpoints import CHECKPOINTS, weights, write_safetensors

GOLDEN = json.loads(Path(__file__).with_name("golden_adapters.json").read_text())
QUERY = "base_model.model.model.layers.0.self_attn.q_proj"


def lora(adapter, base, **changes):
    options = {"progress": ignore, "cancelled": never, **changes}
    return converters.lora(adapter, base, adapter.with_suffix(".gguf"), **options)


@pytest.mark.parametrize("name", list(GOLDEN))
def test_the_file_is_the_one_llama_cpps_own_converter_writes(name, write, tmp_path):
    result = lora(write_adapter(name, tmp_path), write(name))
    assert hashlib.sha256(result.path.read_bytes()).hexdigest() == GOLDEN[name]
    assert result.tensors == 2 * len(ADAPTERS[name])


def test_gpt2_is_the_only_adapter_the_reference_is_not_compared_with():
    # llama.cpp's converter swaps its matrices, and llama.cpp then refuses its file.
    assert set(ADAPTERS) - set(GOLDEN) == {"tiny-gpt2"}


def test_config_alone_is_enough_of_the_base(write, tmp_path):
    base = write("tiny-qwen2")
    for path in base.iterdir():
        if path.name != "config.json":
            path.unlink()
    adapter = write_adapter("tiny-qwen2", tmp_path)
    whole = lora(adapter, base).path.read_bytes()
    adapter.with_suffix(".gguf").unlink()
    assert lora(adapter, base / "config.json").path.read_bytes() == whole


def test_a_rank_stabilised_scale_becomes_the_alpha_that_gives_it(write, tmp_path):
    adapter = write_adapter("tiny-qwen2", tmp_path, use_rslora=True)
    values = contents(lora(adapter, write("tiny-qwen2")).path).values
    assert values["adapter.lora.alpha"] / RANK == pytest.approx(ALPHA / math.sqrt(RANK))


@pytest.mark.engine
@pytest.mark.parametrize(
    ("name", "stabilised"), [*((name, False) for name in ADAPTERS), ("tiny-llama", True)]
)
def test_the_adapter_does_what_merging_it_would_do(name, stabilised, write, tmp_path):
    base = write(name, lambda checkpoint: setattr(checkpoint, "dtype", "F32"))
    adapter = lora(write_adapter(name, tmp_path, use_rslora=stabilised), base).path
    plain = convert(base).path.rename(tmp_path / "plain.gguf")
    merge_into(base, ALPHA / (math.sqrt(RANK) if stabilised else RANK))
    merged = convert(base).path
    without, applied, expected = logits([plain], [plain, adapter], [merged])
    assert np.abs(applied - expected).max() < 0.01 < np.abs(applied - without).max()


def merge_into(base: Path, scale: float) -> None:
    """Write the checkpoint again with the adapter's products added to its matrices."""
    checkpoint = CHECKPOINTS[base.name]()
    checkpoint.dtype = "F32"
    pairs = ADAPTERS[base.name]
    tensors = {}
    for tensor, shape in checkpoint.tensors.items():
        values = weights(tensor, shape, checkpoint)
        layer = tensor.removesuffix(".weight")
        if layer in pairs:
            a, b = matrices(layer, pairs[layer])
            change = np.float32(scale) * (b @ a)
            values = values + (change.T if base.name == "tiny-gpt2" else change)
        tensors[tensor] = ("F32", values)
    for path in base.glob("*.safetensors*"):
        path.unlink()
    write_safetensors(base / "model.safetensors", tensors)


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("peft_type", "LOHA", "of the kind LOHA, not LoRA"),
        ("use_dora", True, "DoRA"),
        ("modules_to_save", ["lm_head"], "modules_to_save"),
        ("alpha_pattern", {"q_proj": 4}, "alpha_pattern"),
        ("trainable_token_indices", [5], "trainable_token_indices"),
        ("lora_bias", True, "lora_bias"),
        ("alora_invocation_tokens", [1, 2], "aLoRA"),
        ("bias", "all", "changes biases"),
        ("lora_alpha", None, "states no lora_alpha"),
        ("lora_alpha", 0, "states no lora_alpha"),
    ],
)
def test_what_llama_cpp_cannot_do_is_refused_by_name(setting, value, sentence, write, tmp_path):
    adapter = write_adapter("tiny-qwen2", tmp_path, **{setting: value})
    with pytest.raises(ConversionError, match=sentence):
        lora(adapter, write("tiny-qwen2"))
    assert leftovers(tmp_path) == []


def replace(adapter, **changes):
    """Replace the adapter's tensors: shapes by the name behind the query layer's."""
    tensors = {"lora_A.weight": (8, 64), "lora_B.weight": (64, 8), **changes}
    write_safetensors(
        adapter / "adapter_model.safetensors",
        {
            name if name.startswith("base_model") else f"{QUERY}.{name}": ("F32", np.ones(shape, "<f4"))
            for name, shape in tensors.items()
            if shape
        },
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"lora_magnitude_vector": (64,)}, "lora_magnitude_vector in adapter_model.*is no part"),
        (
            {
                "base_model.model.model.embed_tokens.lora_embedding_A": (8, 4),
                "base_model.model.model.embed_tokens.lora_embedding_B": (64, 8),
            },
            "lora_embedding_A in adapter_model.*is no part",
        ),
        (
            {"base_model.model.model.layers.7.mlp.up_proj.lora_A.weight": (8, 64)},
            "is for a layer a qwen2 model does not have",
        ),
        (
            {
                "base_model.model.lm_head.lora_A.weight": (8, 64),
                "base_model.model.lm_head.lora_B.weight": (314, 8),
            },
            r"changes the embeddings \(lm_head",
        ),
        ({"lora_B.weight": None}, "one is missing"),
        ({"lora_B.weight": (63, 8)}, "do not fit the model's"),
        ({"lora_B.weight": (64, 4)}, "do not fit the model's"),
        ({"lora_A.weight": (8, 65)}, "do not fit the model's"),
        ({"lora_A.weight": (8, 64, 1)}, "do not fit the model's"),
        ({"lora_A.weight": (0, 64), "lora_B.weight": (64, 0)}, "do not fit the model's"),
        ({"lora_A.weight": None, "lora_B.weight": None}, "is empty"),
    ],
)
def test_tensors_that_do_not_fit_are_named(changes, sentence, write, tmp_path):
    adapter = write_adapter("tiny-qwen2", tmp_path)
    replace(adapter, **changes)
    with pytest.raises(ConversionError, match=sentence):
        lora(adapter, write("tiny-qwen2"))


def test_a_rank_stabilised_adapter_of_several_ranks_is_refused(write, tmp_path):
    adapter = write_adapter("tiny-qwen2", tmp_path, use_rslora=True)
    up = "base_model.model.model.layers.0.mlp.up_proj"
    replace(adapter, **{f"{up}.lora_A.weight": (4, 64), f"{up}.lora_B.weight": (96, 4)})
    with pytest.raises(ConversionError, match="several ranks"):
        lora(adapter, write("tiny-qwen2"))


def test_what_is_no_adapter_is_refused(write):
    base = write("tiny-qwen2")
    with pytest.raises(ConversionError, match=r"has no adapter_config\.json"):
        lora(base, base)


def test_a_base_that_is_none_is_refused(tmp_path):
    adapter = write_adapter("tiny-qwen2", tmp_path)
    with pytest.raises(ConversionError, match=r"has no config\.json"):
        lora(adapter, tmp_path)
