"""GPT-2: learned positions, matrices stored inputs first."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from converters.byte_pair import add_byte_pair
from converters.config import Config
from converters.encoding import Encoding
from converters.families.base import Family, TensorSpec
from converters.gguf_header import Header
from converters.rows import Transform, keep, transpose


class GPT2(Family):
    """GPT-2, with or without “transformer.” before its tensors' names."""

    architecture = "gpt2"
    defaults: ClassVar = {"layer_norm_epsilon": 1e-5}
    # Masks that older checkpoints store with each layer.
    ignored = (*Family.ignored, ".attn.bias", ".attn.masked_bias")

    def source_name(self, name: str) -> str:
        return name.removeprefix("transformer.")

    def tensors(self, config: Config) -> dict[str, TensorSpec]:
        width = config.integer("n_embd")
        wide = config.integer("n_inner", default=4 * width)
        vocabulary = config.integer("vocab_size")
        specs = {
            "wte.weight": TensorSpec("token_embd.weight", (vocabulary, width)),
            "wpe.weight": TensorSpec("position_embd.weight", (_context(config), width)),
            "lm_head.weight": TensorSpec("output.weight", (vocabulary, width), required=False),
        }

        def add(theirs: str, ours: str, shape: tuple[int, ...], transform: Transform) -> None:
            specs[f"{theirs}.weight"] = TensorSpec(f"{ours}.weight", shape, transform)
            specs[f"{theirs}.bias"] = TensorSpec(f"{ours}.bias", shape[-1:])

        add("ln_f", "output_norm", (width,), keep)
        for layer in range(config.layers):
            theirs, ours = f"h.{layer}", f"blk.{layer}"
            add(f"{theirs}.ln_1", f"{ours}.attn_norm", (width,), keep)
            add(f"{theirs}.ln_2", f"{ours}.ffn_norm", (width,), keep)
            add(f"{theirs}.attn.c_attn", f"{ours}.attn_qkv", (width, 3 * width), transpose)
            add(f"{theirs}.attn.c_proj", f"{ours}.attn_output", (width, width), transpose)
            add(f"{theirs}.mlp.c_fc", f"{ours}.ffn_up", (width, wide), transpose)
            add(f"{theirs}.mlp.c_proj", f"{ours}.ffn_down", (wide, width), transpose)
        return specs

    def encoding(self, target: str, shape: tuple[int, ...], wanted: Encoding) -> Encoding:
        if target == "position_embd.weight":
            return Encoding.F32
        return super().encoding(target, shape, wanted)

    def add_parameters(self, header: Header, config: Config, file_type: int) -> None:
        width = config.integer("n_embd")
        header.u32("gpt2.block_count", config.layers)
        header.u32("gpt2.context_length", _context(config))
        header.u32("gpt2.embedding_length", width)
        header.u32("gpt2.feed_forward_length", config.integer("n_inner", default=4 * width))
        header.u32("gpt2.attention.head_count", config.integer("n_head"))
        header.f32("gpt2.attention.layer_norm_epsilon", config.number("layer_norm_epsilon"))
        header.u32("general.file_type", file_type)

    def add_vocabulary(self, header: Header, folder: Path, config: Config) -> list[str]:
        return add_byte_pair(header, folder, config.integer("vocab_size"))


def _context(config: Config) -> int:
    return config.integer("n_ctx", "n_positions")


FAMILY = GPT2()
