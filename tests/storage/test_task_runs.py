"""Runs in the database, answer by answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.errors import InvalidInput
from desktop.domain.job import JobState
from desktop.domain.matching import Expectation, MatchRule
from desktop.domain.needle import NeedleRequest
from desktop.domain.task_run import AskedModel, TaskAnswer, TaskRequest
from desktop.domain.task_set import Task, TaskSet
from desktop.storage.database import Database
from desktop.storage.task_runs import StoredTaskRuns

PATHS = (Path("/m/a.gguf"), Path("/m/b.gguf"))
REQUEST = TaskRequest(
    TaskSet("Mine", (Task("1 + 1", Expectation("2", MatchRule.NUMBER)),), "Be brief."), PATHS, 64, 2
)
MODELS = (AskedModel(0, "F16", PATHS[0], 10), AskedModel(1, "Q4_0", PATHS[1], 5, "Bad.", "Go."))
ANSWER = TaskAnswer(0, "It is 2.", True, 1.0, "", True, 4, 5.5, 20.5, 0.25)


@pytest.fixture
def runs(database: Database, clock) -> StoredTaskRuns:
    return StoredTaskRuns(database, clock)


@pytest.mark.parametrize("request_", [REQUEST, NeedleRequest(PATHS, (512, 256), 3, 4, 1)])
def test_a_run_comes_back_as_it_was(runs: StoredTaskRuns, request_) -> None:
    added = runs.add(request_, MODELS)
    assert added.state is JobState.WAITING
    assert runs.get(added.id) == added
    assert runs.list() == [added]


def test_answers_and_problems_are_kept(runs: StoredTaskRuns) -> None:
    number = runs.add(REQUEST, MODELS).id
    runs.put_answer(number, 0, replace(ANSWER, text="old"))
    runs.put_answer(number, 0, ANSWER)
    runs.update_model(number, replace(MODELS[1], bytes=7, problem="", advice=""))
    runs.update(number, JobState.FAILED, {"Seed": "0"}, "It broke.", "Mend it.")
    run = runs.get(number)
    assert run.models[0].answers == {0: ANSWER}
    assert run.models[1] == replace(MODELS[1], bytes=7, problem="", advice="")
    assert (run.state, run.problem, run.advice) == (JobState.FAILED, "It broke.", "Mend it.")
    assert run.facts == {"Seed": "0"}


def test_the_list_leaves_texts_out(runs: StoredTaskRuns) -> None:
    number = runs.add(REQUEST, MODELS).id
    runs.put_answer(number, 0, ANSWER)
    (run,) = runs.list()
    assert run.models[0].answers == {0: replace(ANSWER, text="")}


def test_what_ran_when_quern_ended_was_interrupted(runs: StoredTaskRuns) -> None:
    running, done = runs.add(REQUEST, MODELS), runs.add(REQUEST, MODELS)
    runs.update(running.id, JobState.RUNNING, {}, "", "")
    runs.update(done.id, JobState.DONE, {}, "", "")
    runs.take_up()
    assert [run.state for run in runs.list()] == [JobState.DONE, JobState.INTERRUPTED]


def test_a_removed_run_takes_its_answers_along(runs: StoredTaskRuns, database: Database) -> None:
    number = runs.add(REQUEST, MODELS).id
    runs.put_answer(number, 0, ANSWER)
    runs.remove(number)
    with pytest.raises(InvalidInput):
        runs.get(number)
    with database.reading() as db:
        for table in ("asked_models", "task_answers"):
            assert db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0
