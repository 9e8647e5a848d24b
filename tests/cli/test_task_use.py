"""What `quern tasks` and `quern needle` share."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.cli.task_use import add_run_options, tell
from desktop.domain.errors import EngineFault
from desktop.domain.job import JobState
from desktop.domain.matching import Expectation
from desktop.domain.task_run import AskedModel, TaskAnswer, TaskRequest, TaskRun
from desktop.domain.task_set import Task, TaskSet

PATHS = (Path("a.gguf"), Path("b.gguf"))
RUN = TaskRun(
    1,
    TaskRequest(TaskSet("Mine", (Task("p", Expectation("x")),)), PATHS),
    JobState.DONE,
    (
        AskedModel(0, "F16", PATHS[0], answers={0: TaskAnswer(0, "x", True, 1.0)}),
        AskedModel(1, "Q4_0", PATHS[1], answers={0: TaskAnswer(0, problem="It failed.")}),
    ),
)


def test_the_first_model_is_the_base() -> None:
    parser = argparse.ArgumentParser()
    add_run_options(parser)
    options = parser.parse_args(["a", "b", "--threads", "2"])
    assert (options.models, options.threads, options.json) == (["a", "b"], 2, False)


def test_results_are_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    tell(RUN, argparse.Namespace(json=False, report=None))
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split()[:5] == ["F16", "1", "of", "1", "100.0"]
    assert "Note: Q4_0: 1 not judged. It failed." in lines


def test_when_no_model_could_be_asked_it_failed(capsys: pytest.CaptureFixture[str]) -> None:
    models = tuple(replace(model, problem="It is broken.", answers={}) for model in RUN.models)
    for as_json in (True, False):
        with pytest.raises(EngineFault, match="It is broken"):
            tell(replace(RUN, models=models), argparse.Namespace(json=as_json, report=None))
        assert capsys.readouterr().out
