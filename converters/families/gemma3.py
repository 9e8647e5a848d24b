"""Gemma 3, and of a model that sees images the part that reads and writes text."""

from __future__ import annotations

from typing import ClassVar

from converters.config import Config
from converters.families.base import Family, TensorSpec
from converters.families.gemma2 import Gemma2
from converters.gguf_header import Header
from converters.rows import add_one, first_rows


class Gemma3(Gemma2):
    """Gemma 3."""

    architecture = "gemma3"
    # The smaller models' files state only what differs from these.
    defaults: ClassVar = {
        "head_dim": 256,
        "hidden_size": 2304,
        "intermediate_size": 9216,
        "max_position_embeddings": 131072,
        "num_attention_heads": 8,
        "num_hidden_layers": 26,
        "num_key_value_heads": 4,
        "rms_norm_eps": 1e-6,
        "rope_local_base_freq": 10000.0,
        "rope_theta": 1_000_000.0,
        "sliding_window": 4096,
        "tie_word_embeddings": True,
        "vocab_size": 262_208,
    }
    ignored = Family.ignored
    foreign = (
        "vision_tower.",
        "multi_modal_projector.",
        "model.vision_tower.",
        "model.multi_modal_projector.",
    )

    def source_name(self, name: str) -> str:
        return name.replace("language_model.", "")

    def tensors(self, config: Config) -> dict[str, TensorSpec]:
        specs = super().tensors(config)
        shape = (config.integer("vocab_size"), config.integer("hidden_size"))
        specs["model.embed_tokens.weight"] = TensorSpec(
            "token_embd.weight", shape, first_rows(shape[0]), exact=False
        )
        for layer in range(config.layers):
            for part in ("q", "k"):
                specs[f"model.layers.{layer}.self_attn.{part}_norm.weight"] = TensorSpec(
                    f"blk.{layer}.attn_{part}_norm.weight", (config.head_width,), add_one
                )
        return specs

    def add_parameters(self, header: Header, config: Config, file_type: int) -> None:
        Family.add_parameters(self, header, config, file_type)
        if config.get("final_logit_softcapping"):
            header.f32("gemma3.final_logit_softcapping", config.number("final_logit_softcapping"))
        if config.get("sliding_window_pattern") != 1:
            header.u32("gemma3.attention.sliding_window", config.integer("sliding_window"))


FAMILY = Gemma3()
