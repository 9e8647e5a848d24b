"""What a person asked for, between domain values and JSON."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.domain.quantization import QuantizeOptions, TensorOverride
from desktop.storage.rows import to_text

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def request_to_text(request: DataclassInstance) -> str:
    """A request as JSON; paths become text, tuples lists."""
    return to_text(_plain(asdict(request)))


def options_of(values: dict[str, Any]) -> QuantizeOptions:
    """From what `request_to_text` made of them."""
    imatrix = values["imatrix"]
    overrides = tuple(TensorOverride(**override) for override in values["overrides"])
    read = {"imatrix": Path(imatrix) if imatrix else None, "overrides": overrides}
    return QuantizeOptions(**values | read)


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
