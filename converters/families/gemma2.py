"""Gemma 2: soft caps, a sliding window in every other layer, norms behind each part as well."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from converters.config import Config
from converters.families.gemma import Gemma
from converters.gguf_header import Header
from converters.sentencepiece import add_sentencepiece


class Gemma2(Gemma):
    """Gemma 2."""

    architecture = "gemma2"
    defaults: ClassVar = {
        **Gemma.defaults,
        "num_key_value_heads": 4,
        "attn_logit_softcapping": 50.0,
        "final_logit_softcapping": 30.0,
        "sliding_window": 4096,
    }
    norms: ClassVar = {
        "input_layernorm": "attn_norm",
        "post_attention_layernorm": "post_attention_norm",
        "pre_feedforward_layernorm": "ffn_norm",
        "post_feedforward_layernorm": "post_ffw_norm",
    }

    def add_parameters(self, header: Header, config: Config, file_type: int) -> None:
        super().add_parameters(header, config, file_type)
        header.f32("gemma2.attn_logit_softcapping", config.number("attn_logit_softcapping"))
        header.f32("gemma2.final_logit_softcapping", config.number("final_logit_softcapping"))
        header.u32("gemma2.attention.sliding_window", config.integer("sliding_window"))

    def add_vocabulary(self, header: Header, folder: Path, config: Config) -> list[str]:
        add_sentencepiece(header, folder, config.integer("vocab_size"))
        header.boolean("tokenizer.ggml.add_space_prefix", False)
        return []


FAMILY = Gemma2()
