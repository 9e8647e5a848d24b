"""A Hugging Face checkpoint folder: config.json and one or more safetensors files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from converters.config import read_config
from converters.errors import ConversionError
from converters.json_file import read_json
from converters.safetensors import StoredTensor, read_tensors

_INDEX = "model.safetensors.index.json"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint whose files are all there.

    Attributes:
        values: config.json.
        tensors: by name, in the order of llama.cpp's converter: files by name, then tensors.
    """

    folder: Path
    values: dict[str, Any]
    tensors: dict[str, StoredTensor]


def open_checkpoint(folder: Path) -> Checkpoint:
    """Read what a checkpoint folder holds; weights are left where they are.

    Raises: ConversionError when something is missing, cut off or contradicts itself.
    """
    if not folder.is_dir():
        raise ConversionError(
            f"{folder} is no folder.", "Choose the folder of a Hugging Face checkpoint."
        )
    values = read_config(folder / "config.json")
    if "quantization_config" in values:
        method = values["quantization_config"]
        name = method.get("quant_method") if isinstance(method, dict) else method
        raise ConversionError(
            f"The weights of this checkpoint are quantized already ({name}).",
            "Choose the checkpoint it was made from, in F16, BF16 or F32.",
        )
    index = _index(folder / _INDEX)
    files = sorted(set(index.values())) or sorted(
        path.name for path in folder.glob("model*.safetensors")
    )
    if not files:
        raise ConversionError(
            f"{folder} holds no model.safetensors.",
            "Choose a checkpoint in the safetensors format; older .bin files can run programs.",
        )
    tensors: dict[str, StoredTensor] = {}
    for tensor in _stored(folder, files):
        if tensor.name in tensors:
            raise ConversionError(
                f"The tensor {tensor.name} is both in {tensors[tensor.name].path.name} and in "
                f"{tensor.path.name}.",
                "Remove files of another checkpoint from the folder.",
            )
        tensors[tensor.name] = tensor
    _compare(index, tensors)
    return Checkpoint(folder, values, tensors)


def _stored(folder: Path, files: list[str]) -> Iterator[StoredTensor]:
    for name in files:
        yield from sorted(read_tensors(folder / name), key=lambda tensor: tensor.name)


def _index(path: Path) -> dict[str, str]:
    """Which file holds which tensor; {} when the checkpoint is one file."""
    values = read_json(path)
    files = values.get("weight_map", {})
    if (values and not files) or not isinstance(files, dict):
        raise ConversionError(f"{path.name} names no files.", "Download it again.")
    for name in files.values():
        if not isinstance(name, str) or Path(name).name != name or "\\" in name:
            raise ConversionError(
                f"{path.name} names the file {name!r}, which is outside of the folder.",
                "Do not use this checkpoint.",
            )
    return files


def _compare(index: dict[str, str], tensors: dict[str, StoredTensor]) -> None:
    if not index:
        return
    for name, file in index.items():
        if name not in tensors or tensors[name].path.name != file:
            raise ConversionError(
                f"The tensor {name} is not in {file}, where {_INDEX} says it is.",
                f"Download {file} again.",
            )
    for name, tensor in tensors.items():
        if name not in index:
            raise ConversionError(
                f"The tensor {name} in {tensor.path.name} is not mentioned in {_INDEX}.",
                "Remove files of another checkpoint from the folder.",
            )
