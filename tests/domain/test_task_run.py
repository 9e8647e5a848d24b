"""Runs of questions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.errors import InvalidInput
from desktop.domain.job import JobState
from desktop.domain.matching import Expectation
from desktop.domain.needle import NeedleRequest
from desktop.domain.task_run import AskedModel, TaskAnswer, TaskRequest, TaskRun
from desktop.domain.task_set import Task, TaskSet

PATH = Path("a.gguf")
SET = TaskSet("Mine", (Task("p", Expectation("x")),) * 2)


def test_a_run_is_called_by_what_it_asks() -> None:
    run = TaskRun(1, TaskRequest(SET, (PATH,)), JobState.DONE)
    assert (run.name, run.questions) == ("Mine", 2)
    needle = replace(run, request=NeedleRequest((PATH,), (512, 1024), 5, 2))
    assert (needle.name, needle.questions) == ("Needle in a haystack", 20)


def test_a_run_goes_on_only_when_something_is_unanswered() -> None:
    answers = {0: TaskAnswer(0)}
    run = TaskRun(1, TaskRequest(SET, (PATH,)), JobState.CANCELLED, (AskedModel(0, "F16", PATH),))
    assert run.resumable
    assert not replace(run, state=JobState.RUNNING).resumable
    half = replace(run, models=(AskedModel(0, "F16", PATH, answers=answers),))
    assert half.resumable and half.measured and not run.measured
    whole = replace(run, models=(AskedModel(0, "F16", PATH, answers=answers | {1: TaskAnswer(1)}),))
    assert not whole.resumable


def test_an_answer_of_no_length_is_refused() -> None:
    with pytest.raises(InvalidInput):
        TaskRequest(SET, (PATH,), max_tokens=0)
