from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop.cli import main as command_line
from desktop.engine import client
from desktop.engine.client import Engine
from tests.helpers.fake_worker import COMMAND


@dataclass(frozen=True)
class Outcome:
    status: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def _scripted_engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.node.get_closest_marker("engine") is None:
        monkeypatch.setattr(client, "default_worker_command", lambda: COMMAND)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "quern home"


@pytest.fixture
def quern(home: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Runs the command line in this process, with a scripted engine and a home of its own."""

    def run(*words: str) -> Outcome:
        status = command_line.main([*words, "--home", str(home)])
        captured = capsys.readouterr()
        return Outcome(status, captured.out, captured.err)

    return run


@pytest.fixture
def engine():
    engine = Engine(COMMAND)
    engine.start()
    yield engine
    engine.close()
