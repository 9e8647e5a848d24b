from __future__ import annotations

from pathlib import Path

import pytest

from desktop.domain.job import JobState, QuantizationRequest, destinations
from desktop.domain.quantization import ConversionRequest


def test_a_level_has_a_file_of_its_own() -> None:
    request = QuantizationRequest(Path("/a.gguf"), Path("/models/a"), "A", ("Q4_K_M", "Q8_0"))
    files = (Path("/models/a/A-Q4_K_M.gguf"), Path("/models/a/A-Q8_0.gguf"))
    assert (request.destination("Q4_K_M"), destinations(request)) == (files[0], files)
    assert destinations(ConversionRequest(Path("/a"), files[0])) == files[:1]


@pytest.mark.parametrize("state", JobState)
def test_what_neither_waits_nor_runs_has_ended(state: JobState) -> None:
    assert state.ended is not (state in ("waiting", "running"))
