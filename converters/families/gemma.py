"""The first Gemma: embeddings tied to the head, norms stored as their distance from one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

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
from converters.rows import add_one
from converters.sentencepiece import add_sentencepiece
from converters.special_tokens import add_end_of_turn

_END_OF_TURN = 107


class Gemma(Family):
    """Gemma as first released."""

    architecture = "gemma"
    defaults: ClassVar[Mapping[str, Any]] = {
        "head_dim": 256,
        "max_position_embeddings": 8192,
        "num_key_value_heads": 16,
        "rms_norm_eps": 1e-6,
        "tie_word_embeddings": True,
    }
    # A tied head is not used, though some tools store it again.
    ignored = (*Family.ignored, "lm_head.weight")
    # Norms of a layer, theirs: ours.
    norms: ClassVar[Mapping[str, str]] = {
        "input_layernorm": "attn_norm",
        "post_attention_layernorm": "ffn_norm",
    }

    def tensors(self, config: Config) -> dict[str, TensorSpec]:
        specs = embeddings(config) | norm(config, "model.norm", "output_norm", add_one)
        for layer in range(config.layers):
            for theirs, ours in self.norms.items():
                specs |= norm(
                    config, f"model.layers.{layer}.{theirs}", f"blk.{layer}.{ours}", add_one
                )
            specs |= attention(config, layer, bias=False)
            specs |= gated_feed_forward(config, layer)
        return specs

    def add_parameters(self, header: Header, config: Config, file_type: int) -> None:
        name = self.architecture
        header.u32(f"{name}.context_length", config.integer("max_position_embeddings"))
        header.u32(f"{name}.embedding_length", config.integer("hidden_size"))
        header.u32(f"{name}.block_count", config.layers)
        header.u32(f"{name}.feed_forward_length", config.integer("intermediate_size"))
        header.u32(f"{name}.attention.head_count", config.heads)
        header.u32(f"{name}.attention.head_count_kv", config.key_heads)
        header.f32(f"{name}.attention.layer_norm_rms_epsilon", config.number("rms_norm_eps"))
        header.u32(f"{name}.attention.key_length", config.head_width)
        header.u32(f"{name}.attention.value_length", config.head_width)
        header.u32("general.file_type", file_type)

    def add_vocabulary(self, header: Header, folder: Path, config: Config) -> list[str]:
        add_sentencepiece(header, folder, config.integer("vocab_size"))
        add_end_of_turn(header, folder, _END_OF_TURN)
        header.boolean("tokenizer.ggml.add_space_prefix", False)
        return []


FAMILY = Gemma()
