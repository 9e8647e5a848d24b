"""What is known of a run, kept and told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core.task_record import TaskRecord
from desktop.domain.errors import ModelFileInvalid
from desktop.domain.job import JobState
from desktop.domain.matching import Expectation
from desktop.domain.task_run import AskedModel, TaskAnswer, TaskRequest, TaskRun
from desktop.domain.task_set import Task, TaskSet
from desktop.storage.database import Database
from desktop.storage.task_runs import StoredTaskRuns

PATHS = (Path("a.gguf"), Path("b.gguf"))
REQUEST = TaskRequest(TaskSet("Mine", (Task("p", Expectation("x")),) * 2), PATHS)
MODELS = tuple(AskedModel(number, f"L{number}", path) for number, path in enumerate(PATHS))


@pytest.fixture
def store(database: Database) -> StoredTaskRuns:
    return StoredTaskRuns(database)


@pytest.fixture
def told() -> list[TaskRun]:
    return []


@pytest.fixture
def record(store: StoredTaskRuns, told: list[TaskRun]) -> TaskRecord:
    return TaskRecord(store, store.add(REQUEST, MODELS), told.append)


def test_everything_is_kept_and_told(record: TaskRecord, store, told: list[TaskRun]) -> None:
    record.set_state(JobState.RUNNING)
    record.put_facts({"Seed": "0"})
    record.describe(0, 10)
    record.add(0, TaskAnswer(0, "x", True, 1.0))
    record.fail(1, ModelFileInvalid("It is damaged.", "Get it again."))
    assert len(told) == 5 and told[-1] == record.run == store.get(record.run.id)
    assert record.model(0).bytes == 10 and record.model(1).advice == "Get it again."
    assert (record.run.state, record.run.facts) == (JobState.RUNNING, {"Seed": "0"})


def test_what_failed_before_is_tried_again(record: TaskRecord) -> None:
    record.fail(0, ModelFileInvalid("It is damaged."))
    record.describe(0, 10)
    assert not record.model(0).problem


def test_progress_counts_answers_and_failed_models(record: TaskRecord) -> None:
    assert record.progress("a").fraction == 0.0
    record.add(0, TaskAnswer(1))
    assert (record.progress("b").fraction, record.progress("b").step) == (0.25, "b")
    record.fail(1, ModelFileInvalid("It is damaged."))
    assert record.progress("c").fraction == 0.75


def test_open_tasks_are_those_without_an_answer(record: TaskRecord) -> None:
    seen = []
    for task in record.open_tasks(0):
        seen.append(task)
        record.add(0, TaskAnswer(task))
    assert seen == [0, 1] and list(record.open_tasks(0)) == []
    assert list(record.open_tasks(1)) == [0, 1]
