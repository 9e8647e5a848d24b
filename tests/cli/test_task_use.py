"""What `quern tasks` and `quern needle` share."""

from __future__ import annotations

import argparse

import pytest

from desktop.cli.task_use import add_run_options, tell
from desktop.domain.job import JobState
from tests.core.test_task_report import RUN


def test_the_first_model_is_the_base() -> None:
    parser = argparse.ArgumentParser()
    add_run_options(parser)
    options = parser.parse_args(["a", "b", "--threads", "2"])
    assert (options.models, options.threads, options.json) == (["a", "b"], 2, False)


def test_results_are_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert RUN.state is JobState.DONE
    tell(RUN, argparse.Namespace(json=False, report=None))
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split()[:5] == ["F16", "2", "of", "2", "100.0"]
    assert "Note: Q4_0: 1 not judged. It failed." in lines
