"""What a checkpoint is, and what it costs to quantize what is quantized already."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.core.checkpoints import CheckpointFolder
from desktop.domain.model import ModelInfo
from desktop.domain.quantization_levels import UNQUANTIZED_TYPES
from desktop.ui.formats import data_size, fill


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
