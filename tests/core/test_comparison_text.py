from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core.comparison_text import count_chunks
from desktop.core.job_control import JobRunner
from desktop.domain.errors import EngineDied
from desktop.engine.client import Engine
from tests.helpers.fake_evaluator import COMMAND


@pytest.fixture
def runner() -> JobRunner:
    return JobRunner(lambda: Engine(COMMAND))


def test_the_chunks_of_a_text_are_counted(runner, tmp_path: Path):
    path = tmp_path / "m-F16.gguf"
    path.write_bytes(b"model")
    assert count_chunks(runner, path, "word " * 17) == 17
    assert count_chunks(runner, path, "") == 0


def test_what_is_wrong_with_the_model_is_told(runner, tmp_path: Path):
    with pytest.raises(EngineDied):
        count_chunks(runner, tmp_path / "crashload-F16.gguf", "word")
