"""Qwen2 and Qwen2.5: Llama's form with biases, rotated in halves as llama.cpp's NeoX kind."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from converters.byte_pair import add_byte_pair
from converters.config import Config
from converters.families.base import (
    Family,
    TensorSpec,
    attention,
    embeddings,
    gated_feed_forward,
    norm,
)
from converters.gguf_header import Header
from converters.sentencepiece import add_sentencepiece


class Qwen2(Family):
    """Queries, keys and values have biases."""

    architecture = "qwen2"
    defaults: ClassVar = {
        "max_position_embeddings": 32768,
        "num_key_value_heads": 32,
        "rms_norm_eps": 1e-6,
        "rope_theta": 10000.0,
    }
    bias = True

    def tensors(self, config: Config) -> dict[str, TensorSpec]:
        specs = embeddings(config) | norm(config, "model.norm", "output_norm")
        for layer in range(config.layers):
            theirs, ours = f"model.layers.{layer}", f"blk.{layer}"
            specs |= norm(config, f"{theirs}.input_layernorm", f"{ours}.attn_norm")
            specs |= norm(config, f"{theirs}.post_attention_layernorm", f"{ours}.ffn_norm")
            specs |= attention(config, layer, bias=self.bias)
            specs |= gated_feed_forward(config, layer)
        return specs

    def add_vocabulary(self, header: Header, folder: Path, config: Config) -> list[str]:
        size = config.integer("vocab_size")
        if (folder / "tokenizer.model").is_file():
            add_sentencepiece(header, folder, size)
            return []
        return add_byte_pair(header, folder, size)


FAMILY = Qwen2()
