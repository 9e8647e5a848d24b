"""What the source is, in one line each."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.core.checkpoints import CheckpointFolder
from desktop.domain.model import ModelInfo
from desktop.domain.quantization_levels import UNQUANTIZED_TYPES
from desktop.ui.formats import count, data_size, fill


def model_facts(info: ModelInfo) -> str:
    """Family, weights, level and size of a GGUF file."""
    weights = fill(_tr("%1 weights"), count(info.parameters))
    return " · ".join((info.architecture, weights, info.level, data_size(info.file_size)))


def checkpoint_facts(folder: CheckpointFolder) -> str:
    """Class, type and size of a checkpoint."""
    parts = (_tr("Checkpoint"), folder.architecture, folder.type.upper(), data_size(folder.size))
    return " · ".join(parts)


def twice(info: ModelInfo) -> bool:
    """Whether a model is quantized already."""
    return any(tensor.type not in UNQUANTIZED_TYPES for tensor in info.tensors)


def requantizing(info: ModelInfo) -> str:
    """What it costs to quantize a model that is quantized already."""
    text = _tr("This is quantized already, to %1: quality would be lost twice. %2")
    advice = _tr("Better start from its F16 or BF16 file, or from the checkpoint.")
    return fill(text, info.level, advice)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Quantize", text)
