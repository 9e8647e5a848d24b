"""What a file says about itself: name, size, licence, where it comes from, how to sample."""

from __future__ import annotations

import logging
import math
import struct
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

from gguf import GGUFValueType, GGUFWriter, Metadata, size_label

from converters.gguf_header import Header
from converters.json_file import read_json


def add_metadata(
    header: Header, kind: str, folder: Path, parameters: int, keys: Sequence[tuple[str, str]] = ()
) -> None:
    """Set the general keys from the model card, config.json and the folder's name.

    Args:
        kind: "model" or "adapter" (general.type).
        parameters: how many there are; negative when that is an estimate.
        keys: texts that follow the type.
    """
    header.string("general.type", kind)
    for key, text in keys:
        header.string(key, text)
    for key, value in _described(folder, parameters):
        # A recommended temperature that is no number recommends nothing.
        with suppress(TypeError, ValueError, OverflowError, struct.error):
            _add(header, key, value)


def count_parameters(shapes: Sequence[tuple[int, ...]]) -> int:
    """How many numbers tensors of these shapes hold."""
    return sum(math.prod(shape) for shape in shapes)


def _described(folder: Path, parameters: int) -> list[tuple[str, Any]]:
    """Keys and values as gguf's own heuristics find them."""
    logging.getLogger("metadata").setLevel(logging.CRITICAL)  # it logs what cards lack
    try:
        return _keys(_find(folder, parameters), folder, parameters)
    except Exception:  # noqa: BLE001 - a model card is anybody's YAML, and none of it is needed
        return _keys(Metadata(), folder, parameters)


def _keys(found: Metadata, folder: Path, parameters: int) -> list[tuple[str, Any]]:
    found.name = found.name or folder.name
    if found.size_label is None and parameters > 0:
        found.size_label = size_label(parameters, 0, 0, 0)
    collected = GGUFWriter(None, "")
    found.set_gguf_meta_model(collected)
    return [
        (key, value) for key, value in collected.kv_data[0].items() if key != "general.architecture"
    ]


def _find(folder: Path, parameters: int) -> Metadata:
    """What the files and the folder's name tell."""
    found = Metadata.load(None, folder, None, parameters)
    repository = _repository(folder)
    if repository is not None:
        # The folder is named by a commit: read the repository's name in its place.
        named = Metadata.apply_metadata_heuristic(
            Metadata(),
            Metadata.load_model_card(folder),
            Metadata.load_hf_parameters(folder),
            Path(repository),
            parameters,
        )
        for field in fields(Metadata):
            if not field.name.startswith("sampling_"):
                setattr(found, field.name, getattr(named, field.name))
    if found.sampling_penalty_repeat is None:
        # The name that generation_config.json really uses, which gguf 0.19.0 does not look for.
        generation = read_json(folder / "generation_config.json")
        found.sampling_penalty_repeat = generation.get("repetition_penalty")
    return found


def _repository(folder: Path) -> str | None:
    """The repository a folder in Hugging Face's cache belongs to."""
    if folder.parent.name != "snapshots":
        return None
    kind, _, name = folder.parents[1].name.rpartition("--")
    return name if kind.startswith("models--") else None


def _add(header: Header, key: str, value: Any) -> None:
    match value.type:
        case GGUFValueType.STRING:
            header.string(key, str(value.value))
        case GGUFValueType.UINT32:
            header.u32(key, int(value.value))
        case GGUFValueType.INT32:
            header.i32(key, int(value.value))
        case GGUFValueType.FLOAT32:
            header.f32(key, float(value.value))
        case GGUFValueType.ARRAY:
            header.strings(key, [str(text) for text in value.value])
