"""Converts a PEFT LoRA adapter: pairs of small matrices that are added to a model's own.

llama.cpp scales what an adapter adds by alpha / rank, with one alpha for the whole file. What PEFT
can train beyond that is refused, because llama.cpp would run it wrongly without a word.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from converters.config import Config, architecture_of, as_number, read_config
from converters.encoding import Encoding
from converters.errors import ConversionError
from converters.families.base import Family, TensorSpec
from converters.gguf_header import Header
from converters.gguf_output import PlannedTensor, write_gguf
from converters.job import Converted, Progress
from converters.json_file import read_json
from converters.metadata import add_metadata
from converters.model import QUANTIZATION_VERSION
from converters.output import check_target
from converters.registry import family_of
from converters.rows import transpose
from converters.safetensors import DTYPES, StoredTensor, read_tensors

_SETTINGS = "adapter_config.json"
_WEIGHTS = "adapter_model.safetensors"
_PREFIX = "base_model.model."
_PARTS = {".lora_A.weight": "a", ".lora_B.weight": "b"}
_TRAIN_OTHERWISE = "Train the adapter without it, or merge it into its model and convert that."

# What adapter_config.json may ask for and llama.cpp cannot do, with a name for it.
_UNKNOWN = {
    "use_dora": "weight decomposition (DoRA)",
    "modules_to_save": "whole layers beside the adapter (modules_to_save)",
    "alpha_pattern": "a strength of its own for some layers (alpha_pattern)",
    "trainable_token_indices": "new tokens (trainable_token_indices)",
    "lora_bias": "biases (lora_bias)",
    "alora_invocation_tokens": "a text that switches it on (aLoRA)",
    "use_qalora": "quantized adapters (QALoRA)",
}


@dataclass(slots=True)
class _Pair:
    """The two matrices that are added to `spec`'s one as their product b × a."""

    spec: TensorSpec
    parts: dict[str, StoredTensor] = field(default_factory=dict)


def convert_adapter(
    adapter: Path,
    base: Path,
    destination: Path,
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> Converted:
    """Convert an adapter folder to a GGUF file; see `converters.lora`."""
    check_target(destination)
    adapter = adapter.resolve()
    settings = _settings(adapter)
    values = read_config(base / "config.json" if base.is_dir() else base)
    family = family_of(architecture_of(values))
    config = Config(values, family.defaults)
    pairs = _pairs(adapter, family, config)
    tensors = [tensor for pair in pairs for tensor in _planned(pair)]
    header = Header()
    header.string("general.architecture", family.architecture)
    count = sum(math.prod(pair.spec.shape) for pair in pairs)
    add_metadata(header, "adapter", adapter, -count, [("adapter.type", "lora")])
    ranks = {pair.parts["a"].shape[0] for pair in pairs}
    header.f32("adapter.lora.alpha", _alpha(settings, ranks))
    header.u32("general.quantization_version", QUANTIZATION_VERSION)
    size = write_gguf(destination, header, tensors, progress, cancelled)
    return Converted((destination,), size, len(tensors))


def _settings(adapter: Path) -> dict[str, Any]:
    """adapter_config.json, of an adapter llama.cpp can run."""
    settings = read_json(adapter / _SETTINGS)
    if not settings:
        raise ConversionError(
            f"{adapter} has no {_SETTINGS}, so it is no PEFT adapter.",
            "Choose the folder that holds it.",
        )
    kind = settings.get("peft_type")
    if kind != "LORA":
        raise ConversionError(f"The adapter is of the kind {kind}, not LoRA.", _TRAIN_OTHERWISE)
    for name, described in _UNKNOWN.items():
        if settings.get(name):
            raise ConversionError(
                f"The adapter uses {described}, which llama.cpp cannot do.", _TRAIN_OTHERWISE
            )
    if settings.get("bias", "none") != "none":
        raise ConversionError(
            "The adapter changes biases, which llama.cpp cannot do.", _TRAIN_OTHERWISE
        )
    return settings


def _alpha(settings: dict[str, Any], ranks: set[int]) -> float:
    """The alpha that makes llama.cpp's alpha / rank the scale the adapter was trained with."""
    alpha = settings.get("lora_alpha")
    if alpha is None or as_number("lora_alpha", alpha) <= 0:
        raise ConversionError(f"{_SETTINGS} states no lora_alpha.", "Download the file again.")
    if not settings.get("use_rslora"):
        return float(alpha)
    if len(ranks) > 1:
        raise ConversionError(
            "The adapter is rank-stabilised and has several ranks, which llama.cpp cannot do.",
            _TRAIN_OTHERWISE,
        )
    # Trained with alpha / sqrt(rank).
    return float(alpha) * math.sqrt(ranks.pop())


def _pairs(adapter: Path, family: Family, config: Config) -> list[_Pair]:
    """The pairs of matrices, in the order in which they are stored."""
    specs = family.tensors(config)
    pairs: dict[str, _Pair] = {}
    for tensor in read_tensors(adapter / _WEIGHTS):
        ending = next((ending for ending in _PARTS if tensor.name.endswith(ending)), None)
        if ending is None or not tensor.name.startswith(_PREFIX):
            raise ConversionError(
                f"{tensor.described} is no part of a LoRA adapter llama.cpp can run.",
                _TRAIN_OTHERWISE,
            )
        name = tensor.name.removeprefix(_PREFIX).removesuffix(ending)
        target = family.source_name(f"{name}.weight")
        if target not in specs or target.endswith(family.ignored):
            raise ConversionError(
                f"{tensor.described} is for a layer a {family.architecture} model does not have.",
                "Choose the model this adapter was trained for.",
            )
        pair = pairs.setdefault(target, _Pair(specs[target]))
        pair.parts[_PARTS[ending]] = tensor
    if not pairs:
        raise ConversionError(f"{_WEIGHTS} is empty.", "Download the file again.")
    for name, pair in pairs.items():
        _check(name, pair, config)
    return list(pairs.values())


def _check(name: str, pair: _Pair, config: Config) -> None:
    tied = pair.spec.target == "output.weight" and config.get("tie_word_embeddings")
    if pair.spec.target == "token_embd.weight" or tied:
        raise ConversionError(
            f"The adapter changes the embeddings ({name}), which llama.cpp cannot do.",
            _TRAIN_OTHERWISE,
        )
    if len(pair.parts) < len(_PARTS):
        raise ConversionError(
            f"Of the pair of matrices for {name} one is missing in {_WEIGHTS}.",
            "Download the file again.",
        )
    shape = pair.spec.shape[::-1] if pair.spec.transform is transpose else pair.spec.shape
    a, b = pair.parts["a"], pair.parts["b"]
    if (
        not {a.dtype, b.dtype} <= set(DTYPES)
        or len(a.shape) != 2
        or a.shape[0] == 0
        or a.shape[1] != shape[-1]
        or b.shape != (shape[0], a.shape[0])
    ):
        raise ConversionError(
            f"The matrices for {name} in {_WEIGHTS} do not fit the model's.",
            "Choose the model this adapter was trained for.",
        )


def _planned(pair: _Pair) -> list[PlannedTensor]:
    """Both matrices as llama.cpp wants them.

    What moves rows of the model's matrix moves those of b. Where Hugging Face stores the matrix
    inputs first, a and b are stored outputs first all the same.
    """
    a, b = pair.parts["a"], pair.parts["b"]
    rows = b if pair.spec.transform is transpose else pair.spec.transform(b)
    return [
        PlannedTensor(f"{pair.spec.target}.lora_a", a, Encoding.F32),
        PlannedTensor(f"{pair.spec.target}.lora_b", rows, Encoding.F32),
    ]
