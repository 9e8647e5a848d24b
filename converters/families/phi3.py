"""Phi-3 and Phi-4: queries, keys and values in one matrix, gate and up in another."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from converters.byte_pair import add_byte_pair
from converters.config import Config, as_number
from converters.errors import ConversionError
from converters.families.base import Family, TensorSpec, embeddings, norm
from converters.gguf_header import Header
from converters.json_file import read_json
from converters.sentencepiece import add_sentencepiece

_LONG = ("su", "longrope", "yarn")  # the names its long contexts had over time


class Phi3(Family):
    """Long contexts have two sets of factors, for short and for long texts."""

    architecture = "phi3"
    defaults: ClassVar = {
        "max_position_embeddings": 4096,
        "original_max_position_embeddings": 4096,
        "rms_norm_eps": 1e-5,
        "rope_theta": 10000.0,
    }

    def tensors(self, config: Config) -> dict[str, TensorSpec]:
        specs = embeddings(config) | norm(config, "model.norm", "output_norm")
        hidden, wide = config.integer("hidden_size"), config.integer("intermediate_size")
        width = config.head_width
        all_heads = (config.heads + 2 * config.key_heads) * width
        for layer in range(config.layers):
            theirs, ours = f"model.layers.{layer}", f"blk.{layer}"
            specs |= norm(config, f"{theirs}.input_layernorm", f"{ours}.attn_norm")
            specs |= norm(config, f"{theirs}.post_attention_layernorm", f"{ours}.ffn_norm")
            shapes = {
                "self_attn.qkv_proj": ("attn_qkv", (all_heads, hidden)),
                "self_attn.o_proj": ("attn_output", (hidden, config.heads * width)),
                "mlp.gate_up_proj": ("ffn_up", (2 * wide, hidden)),
                "mlp.down_proj": ("ffn_down", (hidden, wide)),
            }
            for part, (target, shape) in shapes.items():
                specs[f"{theirs}.{part}.weight"] = TensorSpec(f"{ours}.{target}.weight", shape)
        return specs

    def begin(self, header: Header, config: Config) -> None:
        super().begin(header, config)
        if config.rope.get("long_factor"):
            trained = _trained_length(config)
            scale = config.integer("max_position_embeddings") / trained
            factor = math.sqrt(1 + math.log(scale) / math.log(trained)) if scale > 1 else 1.0
            header.f32("phi3.rope.scaling.attn_factor", factor)

    def generated(self, config: Config) -> dict[str, NDArray[np.float32]]:
        rope = config.rope
        if not rope.get("long_factor"):
            return {}
        if rope.get("rope_type") not in _LONG:
            raise ConversionError(
                f"config.json states the rope_scaling {rope.get('rope_type')!r}, which Phi-3 does "
                "not have.",
                "Download config.json again.",
            )
        count = _rotated(config) // 2
        return {
            "rope_factors_long.weight": _factors(rope, "long_factor", count),
            "rope_factors_short.weight": _factors(rope, "short_factor", count),
        }

    def add_parameters(self, header: Header, config: Config, file_type: int) -> None:
        header.u32("phi3.context_length", config.integer("max_position_embeddings"))
        header.u32("phi3.rope.scaling.original_context_length", _trained_length(config))
        header.u32("phi3.embedding_length", config.integer("hidden_size"))
        header.u32("phi3.feed_forward_length", config.integer("intermediate_size"))
        header.u32("phi3.block_count", config.layers)
        header.u32("phi3.attention.head_count", config.heads)
        header.u32("phi3.attention.head_count_kv", config.key_heads)
        header.f32("phi3.attention.layer_norm_rms_epsilon", config.number("rms_norm_eps"))
        header.u32("phi3.rope.dimension_count", _rotated(config))
        header.f32(
            "phi3.rope.freq_base", as_number("rope_theta", config.full_rope.get("rope_theta"))
        )
        header.u32("general.file_type", file_type)
        # Phi-4 has no window, which llama.cpp tells from the zero.
        window = config.get("sliding_window")
        header.u32(
            "phi3.attention.sliding_window",
            0 if window is None else config.integer("sliding_window"),
        )

    def add_vocabulary(self, header: Header, folder: Path, config: Config) -> list[str]:
        size = config.integer("vocab_size")
        tokenizer = read_json(folder / "tokenizer_config.json").get("tokenizer_class")
        # Phi-4 has a byte-pair tokenizer, whose class goes by more than one name.
        if tokenizer == "GPT2Tokenizer" or not (folder / "tokenizer.model").is_file():
            return add_byte_pair(header, folder, size)
        add_sentencepiece(header, folder, size, from_tokenizer_json=True)
        return []


def _trained_length(config: Config) -> int:
    return Config(config.rope, {}).integer("original_max_position_embeddings")


def _rotated(config: Config) -> int:
    """How many elements of each head are rotated."""
    share = as_number("partial_rotary_factor", config.rope.get("partial_rotary_factor", 1.0))
    if not 0 < share <= 1:
        raise ConversionError(
            f"config.json states partial_rotary_factor as {share}.", "Download config.json again."
        )
    return int(share * config.integer("hidden_size")) // config.heads


def _factors(rope: dict[str, Any], name: str, count: int) -> NDArray[np.float32]:
    values = rope.get(name)
    if not isinstance(values, list) or len(values) != count:
        raise ConversionError(
            f"The {name} of rope_scaling in config.json should be {count} numbers.",
            "Download config.json again.",
        )
    return np.array([as_number(name, value) for value in values], dtype=np.float32)


FAMILY = Phi3()
