"""Writes tiny PEFT LoRA adapters for the tiny checkpoints, the same bytes each time."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from tests.helpers.tiny_checkpoints import CHECKPOINTS, LAYERS, write_safetensors

RANK, ALPHA = 8, 16

Shapes = dict[str, tuple[int, int]]


def _shapes(name: str, *layers: str) -> Shapes:
    """Outputs and inputs of layers, by the layer's name."""
    tensors = CHECKPOINTS[name]().tensors
    shapes = {layer: tensors[f"{layer}.weight"] for layer in layers}
    if name == "tiny-gpt2":
        shapes = {layer: shape[::-1] for layer, shape in shapes.items()}
    return {layer: (shape[0], shape[1]) for layer, shape in shapes.items()}


def _all_of(layer: int) -> list[str]:
    attention = [f"model.layers.{layer}.self_attn.{part}_proj" for part in "qkvo"]
    return attention + [f"model.layers.{layer}.mlp.{part}_proj" for part in ("gate", "up", "down")]


# Outputs and inputs of the layers each adapter changes.
ADAPTERS: dict[str, Shapes] = {
    "tiny-llama": _shapes("tiny-llama", *(name for n in range(LAYERS) for name in _all_of(n))),
    "tiny-qwen2": _shapes("tiny-qwen2", *_all_of(1)),
    "tiny-gemma2": _shapes("tiny-gemma2", *_all_of(0)),
    "tiny-phi3": _shapes(
        "tiny-phi3", "model.layers.0.self_attn.qkv_proj", "model.layers.1.mlp.gate_up_proj"
    ),
    "tiny-gpt2": _shapes("tiny-gpt2", "transformer.h.0.attn.c_attn", "transformer.h.1.mlp.c_proj"),
}


def matrices(layer: str, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """The pair (rank, inputs) and (outputs, rank) of a layer."""
    return _values(f"{layer}.a", (RANK, shape[1])), _values(f"{layer}.b", (shape[0], RANK))


def _values(name: str, shape: tuple[int, int]) -> np.ndarray:
    data = hashlib.shake_256(name.encode()).digest(2 * shape[0] * shape[1])
    return np.frombuffer(data, "<i2").astype("<f4").reshape(shape) / np.float32(2**17)


def write_adapter(name: str, parent: Path, **settings: Any) -> Path:
    """Write the adapter of a checkpoint into a folder of its name."""
    folder = parent / f"{name}-lora"
    folder.mkdir(parents=True)
    tensors = {}
    for layer, shape in ADAPTERS[name].items():
        a, b = matrices(layer, shape)
        tensors[f"base_model.model.{layer}.lora_A.weight"] = ("F32", a)
        tensors[f"base_model.model.{layer}.lora_B.weight"] = ("F32", b)
    write_safetensors(folder / "adapter_model.safetensors", dict(sorted(tensors.items())))
    config = {
        "base_model_name_or_path": f"quern/{name}",
        "bias": "none",
        "fan_in_fan_out": name == "tiny-gpt2",
        "lora_alpha": ALPHA,
        "peft_type": "LORA",
        "r": RANK,
        **settings,
    }
    (folder / "adapter_config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder
