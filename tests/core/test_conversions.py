from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core.conversions import Conversions
from desktop.core.job_control import JobControl, JobRunner
from desktop.domain.errors import InvalidInput, ModelFileInvalid
from desktop.domain.job import JobProgress
from desktop.domain.quantization import ConversionRequest
from tests.helpers.fake_worker import MEMORY


@pytest.fixture
def conversions(make_engine) -> Conversions:
    return Conversions(JobRunner(make_engine))


def test_a_conversion_tells_how_far_it_is_and_what_to_know(conversions, tmp_path: Path) -> None:
    told: list[JobProgress] = []
    made = tmp_path / "models" / "new.gguf"  # the folder is not there before the first file
    request = ConversionRequest(tmp_path, made, "bf16")
    result = conversions.run(request, JobControl(), told.append)
    assert result.paths == (made,) and made.is_file() and result.notes == ("A note.",)
    assert told[-1] == JobProgress(1.0, "Converting blk.4", memory=MEMORY)


def test_a_type_nobody_knows_is_refused(conversions, tmp_path: Path) -> None:
    request = ConversionRequest(tmp_path, tmp_path / "new.gguf", "q4_k_m")
    with pytest.raises(InvalidInput, match="no type to convert to"):
        conversions.run(request, JobControl(), lambda _: None)


def test_a_failure_is_raised(conversions, tmp_path: Path) -> None:
    request = ConversionRequest(tmp_path / "bad", tmp_path / "new.gguf")
    with pytest.raises(ModelFileInvalid):
        conversions.run(request, JobControl(), lambda _: None)
    assert not (tmp_path / "new.gguf").exists()
