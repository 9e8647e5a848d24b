"""Llama 2 and 3, and what shares their form: TinyLlama, SmolLM2 and many more."""

from __future__ import annotations

import math
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from converters.byte_fallback import add_byte_fallback, is_byte_fallback
from converters.byte_pair import add_byte_pair
from converters.config import Config, as_number
from converters.errors import ConversionError
from converters.families.base import (
    Family,
    TensorSpec,
    attention,
    embeddings,
    gated_feed_forward,
    norm,
)
from converters.gguf_header import Header
from converters.json_file import read_json
from converters.rows import interleave
from converters.sentencepiece import add_sentencepiece
from converters.special_tokens import add_end_of_turn

_CODE_LLAMA = 32016  # the vocabulary of Code Llama, which can fill gaps
_CODE_LLAMA_END = 32010  # what ends a filled gap
_SMOL = 49152  # the vocabulary of SmolLM2 and Granite, whose texts have no token at the beginning


class Llama(Family):
    """Rows of queries and keys are rotated in pairs of neighbours."""

    architecture = "llama"
    states_head_width = True
    defaults: ClassVar = {
        "max_position_embeddings": 2048,
        "rms_norm_eps": 1e-6,
        "rope_theta": 10000.0,
    }

    def tensors(self, config: Config) -> dict[str, TensorSpec]:
        specs = embeddings(config) | norm(config, "model.norm", "output_norm")
        bias = bool(config.get("attention_bias"))
        for layer in range(config.layers):
            theirs, ours = f"model.layers.{layer}", f"blk.{layer}"
            specs |= norm(config, f"{theirs}.input_layernorm", f"{ours}.attn_norm")
            specs |= norm(config, f"{theirs}.post_attention_layernorm", f"{ours}.ffn_norm")
            specs |= attention(
                config,
                layer,
                queries=interleave(config.heads),
                keys=interleave(config.key_heads),
                bias=bias,
            )
            specs |= gated_feed_forward(config, layer)
        return specs

    def check(self, folder: Path) -> None:
        super().check(folder)
        if (folder / "tekken.json").is_file() and not (folder / "tokenizer.json").is_file():
            raise ConversionError(
                f"{folder} holds Mistral's own tekken.json, but no tokenizer.json.",
                "Choose the checkpoint in the Hugging Face format.",
            )

    def generated(self, config: Config) -> dict[str, NDArray[np.float32]]:
        if str(config.full_rope.get("rope_type")).lower() != "llama3":
            return {}
        return {"rope_freqs.weight": _llama3_factors(config)}

    def add_parameters(self, header: Header, config: Config, file_type: int) -> None:
        super().add_parameters(header, config, file_type)
        header.u32("llama.vocab_size", config.integer("vocab_size"))
        header.u32("llama.rope.dimension_count", config.head_width)

    def add_vocabulary(self, header: Header, folder: Path, config: Config) -> list[str]:
        size = config.integer("vocab_size")
        prefix = read_json(folder / "tokenizer_config.json").get("add_prefix_space")
        if isinstance(prefix, bool):
            header.boolean("tokenizer.ggml.add_space_prefix", prefix)
        notes: list[str] = []
        if (folder / "tokenizer.model").is_file():
            add_sentencepiece(header, folder, size)
        elif is_byte_fallback(read_json(folder / "tokenizer.json")):
            add_byte_fallback(header, folder)
        else:
            notes = add_byte_pair(header, folder, size)
        if size == _CODE_LLAMA:
            add_end_of_turn(header, folder, _CODE_LLAMA_END)
        if size == _SMOL:
            header.boolean("tokenizer.ggml.add_bos_token", False)
        return notes


def _llama3_factors(config: Config) -> NDArray[np.float32]:
    """How much slower than in training each pair of elements turns, for long contexts.

    The order of the steps in single precision is that of the reference: another order gives other
    last bits.
    """
    rope = config.full_rope

    def value(name: str, default: float) -> float:
        return as_number(name, rope.get(name, default))

    single = np.float32
    width = config.head_width
    exponents = np.arange(0, width, 2, dtype=single) / single(width)
    frequencies = single(1) / np.power(single(value("rope_theta", 10000.0)), exponents)
    factor = value("factor", 8.0)
    low = value("low_freq_factor", 1.0)
    high = value("high_freq_factor", 4.0)
    trained = value("original_max_position_embeddings", 8192)
    if low <= 0 or high <= low or factor <= 0:
        raise ConversionError(
            "The rope_scaling of config.json contradicts itself.", "Download config.json again."
        )
    factors = []
    for frequency in frequencies:
        wavelength = single(2 * math.pi) / frequency
        if wavelength < single(trained / high):
            factors.append(single(1))
        elif wavelength > single(trained / low):
            factors.append(single(factor))
        else:
            smooth = (single(trained) / wavelength - single(low)) / single(high - low)
            factors.append(single(1) / ((single(1) - smooth) / single(factor) + smooth))
    return np.array(factors, dtype=single)


FAMILY = Llama()
