"""Qwen3: Qwen2 without biases, and with a norm over each head's queries and keys."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from converters.config import Config
from converters.errors import ConversionError
from converters.families.base import TensorSpec
from converters.families.qwen2 import Qwen2


class Qwen3(Qwen2):
    """Its heads are wider than the model divided by their number."""

    architecture = "qwen3"
    defaults: ClassVar = {**Qwen2.defaults, "head_dim": 128}
    bias = False

    def tensors(self, config: Config) -> dict[str, TensorSpec]:
        specs = super().tensors(config)
        shape = (config.head_width,)
        for layer in range(config.layers):
            theirs, ours = f"model.layers.{layer}.self_attn", f"blk.{layer}.attn"
            specs[f"{theirs}.q_norm.weight"] = TensorSpec(f"{ours}_q_norm.weight", shape)
            specs[f"{theirs}.k_norm.weight"] = TensorSpec(f"{ours}_k_norm.weight", shape)
        return specs

    def check(self, folder: Path) -> None:
        super().check(folder)
        if "qwen3-reranker" in folder.name.lower():
            raise ConversionError(
                f"{folder} is a model that ranks documents, which cannot be chatted with.",
                "Choose a language model.",
            )


FAMILY = Qwen3()
