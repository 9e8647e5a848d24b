from __future__ import annotations

import io
from pathlib import Path

import pytest

from desktop.cli.job_use import bar, named_file
from desktop.cli.progress import Progress
from desktop.domain.job import JobProgress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_follows_the_job() -> None:
    now, terminal = iter([0.0, 10.0]), Terminal()
    report = bar(Progress("Working", stream=terminal, clock=lambda: next(now)))
    report(JobProgress(0.25, "anything"))
    assert "25%" in terminal.getvalue() and "30 s left" in terminal.getvalue()


def test_a_file_is_named_from_here_or_from_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/somebody")
    assert named_file("new.gguf") == tmp_path / "new.gguf"
    assert named_file("~/new.gguf") == Path("/home/somebody/new.gguf")
