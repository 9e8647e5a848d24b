"""Requests as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from desktop.domain.quantization import QuantizeOptions, TensorOverride
from desktop.storage.requests import options_of, request_to_text


@pytest.mark.parametrize(
    "options",
    [
        QuantizeOptions(),
        QuantizeOptions(
            imatrix=Path("a b.gguf"),
            threads=3,
            overrides=(TensorOverride("x", "Q8_0"), TensorOverride("y", "F16")),
            keep_output=True,
        ),
    ],
)
def test_options_come_back_as_they_were(options: QuantizeOptions) -> None:
    assert options_of(json.loads(request_to_text(options))) == options


def test_paths_and_tuples_become_what_json_has() -> None:
    options = QuantizeOptions(imatrix=Path("i"), overrides=(TensorOverride("x", "F16"),))
    read = json.loads(request_to_text(options))
    assert read["imatrix"] == "i"
    assert read["overrides"] == [asdict(options.overrides[0])]
