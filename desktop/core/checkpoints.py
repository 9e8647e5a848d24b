"""What a checkpoint folder holds, as far as that can be told without reading the weights."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop.domain.errors import EnvironmentFault, InvalidInput

_STORED_TYPES = {"bfloat16": "bf16", "float16": "f16", "float32": "f32"}
_BITS = {"f32": 32.0, "f16": 16.0, "bf16": 16.0, "q8_0": 8.5}
_TOKENIZERS = ("tokenizer.json", "tokenizer.model")
_HUB_CACHE = "snapshots"  # whose folders are named by commits
_HUB_FOLDER = "models--"


@dataclass(frozen=True, slots=True)
class CheckpointFolder:
    """A checkpoint of a class that can be converted.

    Attributes:
        name: what a file made of it is called by, without level.
        architecture: its class, e.g. "LlamaForCausalLM".
        type: what its weights are stored as: "f32", "f16" or "bf16"; the last where it does not
            say.
        size: bytes of the weights.
    """

    path: Path
    name: str
    architecture: str
    type: str
    size: int

    def converted_size(self, outtype: str) -> int:
        """Bytes of the GGUF file, to within a few percent."""
        return round(self.size * _BITS[outtype] / _BITS[self.type])


def look_at_checkpoint(folder: Path) -> CheckpointFolder:
    """Look at config.json, and at headers and sizes of the files with weights. Blocking.

    Raises: InvalidInput when it is no checkpoint, of a class that cannot be converted, or not all
        there; EnvironmentFault when it cannot be read.
    """
    from converters.checkpoint import open_checkpoint
    from converters.config import architecture_of, read_config
    from converters.errors import ConversionError
    from converters.registry import architectures

    try:
        architecture = architecture_of(read_config(folder / "config.json"))
        if architecture not in architectures():
            raise InvalidInput(
                f"Models of the class {architecture} cannot be converted yet.",
                f"The classes known are {', '.join(architectures())}.",
            )
        checkpoint = open_checkpoint(folder)
        weights = {tensor.path for tensor in checkpoint.tensors.values()}
        size = sum(path.stat().st_size for path in weights)
    except ConversionError as error:
        raise InvalidInput(error.message, error.advice) from error
    except OSError as error:
        raise EnvironmentFault(
            f"{folder} cannot be read: {error.strerror or error}.", "Check the disk it is on."
        ) from error
    if not any((folder / name).is_file() for name in _TOKENIZERS):
        raise InvalidInput(
            f"{folder} has no {' or '.join(_TOKENIZERS)}, the model's tokenizer.",
            "Download the tokenizer's files too.",
        )
    values = checkpoint.values
    stored = str(values.get("torch_dtype") or values.get("dtype"))
    kind = _STORED_TYPES.get(stored, "bf16")
    return CheckpointFolder(folder, _name_of(folder), architecture, kind, size)


def _name_of(folder: Path) -> str:
    folder = folder.absolute()
    if folder.parent.name == _HUB_CACHE and folder.parents[1].name.startswith(_HUB_FOLDER):
        return folder.parents[1].name.rpartition("--")[2]
    return folder.name
