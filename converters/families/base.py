"""What a family tells about its models, and what most of them have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from converters.config import Config, as_number
from converters.encoding import Encoding
from converters.errors import ConversionError
from converters.gguf_header import Header
from converters.rows import Transform, keep

_ROPE_KINDS = {"linear": "linear", "yarn": "yarn", "longrope": "longrope", "su": "longrope"}
_YARN = {
    "extrapolation_factor": "yarn_ext_factor",
    "attention_factor": "yarn_attn_factor",
    "beta_fast": "yarn_beta_fast",
    "beta_slow": "yarn_beta_slow",
}


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """A tensor of a family's checkpoints.

    Attributes:
        target: its name in GGUF.
        shape: what it must have, rows first; of a tensor whose rows are cut the least.
        transform: what is done to it.
        required: whether a checkpoint without it is damaged.
        exact: whether more rows than `shape` says are an error.
    """

    target: str
    shape: tuple[int, ...]
    transform: Transform = keep
    required: bool = True
    exact: bool = True


class Family(ABC):
    """A model family.

    Attributes:
        architecture: its name in GGUF, which begins its keys.
        defaults: what its class takes for granted when config.json is silent.
        ignored: endings of names of tensors that llama.cpp has no use for.
        foreign: beginnings of names that belong to other parts, like an image encoder.
        states_head_width: whether the width of heads is set even if config.json leaves it out.
    """

    architecture: ClassVar[str]
    defaults: ClassVar[Mapping[str, Any]] = {}
    ignored: ClassVar[tuple[str, ...]] = (
        ".rotary_emb.inv_freq",
        ".attention.bias",
        ".attention.masked_bias",
    )
    foreign: ClassVar[tuple[str, ...]] = ()
    states_head_width: ClassVar[bool] = False

    @abstractmethod
    def tensors(self, config: Config) -> dict[str, TensorSpec]:
        """Everything a checkpoint may hold, by its name there."""

    @abstractmethod
    def add_vocabulary(self, header: Header, folder: Path, config: Config) -> list[str]:
        """Set the tokenizer's keys; gives notes for the person."""

    def source_name(self, name: str) -> str:
        """The name of a checkpoint's tensor as `tensors` has it."""
        return name

    def check(self, folder: Path) -> None:
        """Raise ConversionError when this is no language model llama.cpp could run."""
        modules = folder / "modules.json"
        if modules.is_file() and b"Pooling" in modules.read_bytes():
            raise ConversionError(
                f"{folder} is a model for embeddings, which cannot be chatted with.",
                "Choose a language model.",
            )

    def begin(self, header: Header, config: Config) -> None:  # noqa: ARG002 - Phi-3 needs it
        """Set the keys that come before all others."""
        header.string("general.architecture", self.architecture)

    def generated(self, config: Config) -> dict[str, NDArray[np.float32]]:  # noqa: ARG002
        """Tensors made from config.json, which come first in the file."""
        return {}

    def encoding(self, target: str, shape: tuple[int, ...], wanted: Encoding) -> Encoding:
        """What a tensor is stored as: what llama.cpp reads as F32 stays F32."""
        if len(shape) == 1 or target.endswith("_norm.weight") or not target.endswith(".weight"):
            return Encoding.F32
        return wanted if wanted.fits(shape) else Encoding.F16

    def add_parameters(self, header: Header, config: Config, file_type: int) -> None:
        """Set the architecture's keys.

        Args:
            file_type: llama.cpp's number of what most tensors are stored as.
        """
        name = self.architecture
        header.u32(f"{name}.block_count", config.layers)
        header.u32(f"{name}.context_length", config.integer("max_position_embeddings"))
        header.u32(f"{name}.embedding_length", config.integer("hidden_size"))
        header.u32(f"{name}.feed_forward_length", config.integer("intermediate_size"))
        header.u32(f"{name}.attention.head_count", config.heads)
        header.u32(f"{name}.attention.head_count_kv", config.key_heads)
        self._add_rope(header, config)
        header.f32(f"{name}.attention.layer_norm_rms_epsilon", config.number("rms_norm_eps"))
        if self.states_head_width or config.get("head_dim") is not None:
            header.u32(f"{name}.attention.key_length", config.head_width)
            header.u32(f"{name}.attention.value_length", config.head_width)
        header.u32("general.file_type", file_type)

    def _add_rope(self, header: Header, config: Config) -> None:
        name = f"{self.architecture}.rope"
        rope = config.full_rope
        kind = _ROPE_KINDS.get(str(rope.get("rope_type")))
        factor = rope.get("factor")
        if kind == "longrope" or (kind and factor is not None):
            header.string(f"{name}.scaling.type", kind)
        if kind in ("linear", "yarn") and factor is not None:
            header.f32(f"{name}.scaling.factor", as_number("factor", factor))
        if kind == "yarn" and factor is not None:
            header.u32(
                f"{name}.scaling.original_context_length",
                Config(rope, {}).integer("original_max_position_embeddings"),
            )
            for theirs, ours in _YARN.items():
                if rope.get(theirs) is not None:
                    header.f32(f"{name}.scaling.{ours}", as_number(theirs, rope[theirs]))
        if rope.get("rope_theta") is not None:
            header.f32(f"{name}.freq_base", as_number("rope_theta", rope["rope_theta"]))
        local = config.rope.get("sliding_attention")
        if isinstance(local, dict) and local.get("rope_theta") is not None:
            header.f32(f"{name}.freq_base_swa", as_number("rope_theta", local["rope_theta"]))


def attention(
    config: Config, layer: int, *, queries: Transform = keep, keys: Transform = keep, bias: bool
) -> dict[str, TensorSpec]:
    """The attention of most families: four matrices, each perhaps with a bias."""
    hidden = config.integer("hidden_size")
    query_width = config.heads * config.head_width
    key_width = config.key_heads * config.head_width
    theirs = f"model.layers.{layer}.self_attn"
    ours = f"blk.{layer}.attn"
    return {
        f"{theirs}.q_proj.weight": TensorSpec(f"{ours}_q.weight", (query_width, hidden), queries),
        f"{theirs}.k_proj.weight": TensorSpec(f"{ours}_k.weight", (key_width, hidden), keys),
        f"{theirs}.v_proj.weight": TensorSpec(f"{ours}_v.weight", (key_width, hidden)),
        f"{theirs}.o_proj.weight": TensorSpec(f"{ours}_output.weight", (hidden, query_width)),
        f"{theirs}.q_proj.bias": TensorSpec(f"{ours}_q.bias", (query_width,), queries, bias),
        f"{theirs}.k_proj.bias": TensorSpec(f"{ours}_k.bias", (key_width,), keys, bias),
        f"{theirs}.v_proj.bias": TensorSpec(f"{ours}_v.bias", (key_width,), required=bias),
        f"{theirs}.o_proj.bias": TensorSpec(f"{ours}_output.bias", (hidden,), required=False),
    }


def gated_feed_forward(config: Config, layer: int) -> dict[str, TensorSpec]:
    """The feed-forward part of most families: gate, up and down."""
    hidden, wide = config.integer("hidden_size"), config.integer("intermediate_size")
    theirs, ours = f"model.layers.{layer}.mlp", f"blk.{layer}.ffn"
    shapes = {"gate": (wide, hidden), "up": (wide, hidden), "down": (hidden, wide)}
    specs = {}
    for part, shape in shapes.items():
        specs[f"{theirs}.{part}_proj.weight"] = TensorSpec(f"{ours}_{part}.weight", shape)
        specs[f"{theirs}.{part}_proj.bias"] = TensorSpec(
            f"{ours}_{part}.bias", shape[:1], required=False
        )
    return specs


def norm(
    config: Config, theirs: str, ours: str, transform: Transform = keep
) -> dict[str, TensorSpec]:
    """A norm as wide as the model."""
    spec = TensorSpec(f"{ours}.weight", (config.integer("hidden_size"),), transform)
    return {f"{theirs}.weight": spec}


def embeddings(config: Config) -> dict[str, TensorSpec]:
    """The table of tokens, and the head that is a second one unless both are tied."""
    shape = (config.integer("vocab_size"), config.integer("hidden_size"))
    return {
        "model.embed_tokens.weight": TensorSpec("token_embd.weight", shape),
        "lm_head.weight": TensorSpec(
            "output.weight", shape, required=config.get("tie_word_embeddings") is False
        ),
    }
