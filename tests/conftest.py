"""Fixtures for every test. Nothing here needs Qt: core tests run without it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Before anything imports Qt or llama.cpp.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_SCALE_FACTOR", "1")
os.environ["GGML_NO_BACKTRACE"] = "1"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-screenshots", action="store_true", help="approve what the pages look like now"
    )


@pytest.fixture(autouse=True)
def _home_is_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test may read or write the home folder of whoever runs it."""
    away = tmp_path / "somebody's home"
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(away))
    for name in ("OLLAMA_MODELS", "HF_HOME", "HF_HUB_CACHE"):
        monkeypatch.setenv(name, str(away / name.lower()))
