"""What is told of a run is in the database already."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core.prompt_run_record import PromptRunRecord
from desktop.domain.errors import ModelFileInvalid
from desktop.domain.job import JobState
from desktop.domain.prompt import PromptContent, PromptDraft
from desktop.domain.prompt_case import PromptCase
from desktop.domain.prompt_run import Place, PromptResult, PromptRun, PromptRunRequest, RunVersion
from desktop.storage.database import Database
from desktop.storage.prompt_runs import StoredPromptRuns
from desktop.storage.prompts import StoredPrompts


@pytest.fixture
def store(database: Database) -> StoredPromptRuns:
    return StoredPromptRuns(database)


@pytest.fixture
def run(database: Database, store: StoredPromptRuns) -> PromptRun:
    prompt = StoredPrompts(database).add(PromptDraft("Sum", PromptContent("{a}")))
    models, cases = (Path("a.gguf"), Path("b.gguf")), (PromptCase("one", {}),)
    versions = (RunVersion(7, 1), RunVersion(8, 2))
    return store.add(PromptRunRequest(prompt.id, versions, cases, models, samples=2))


def test_each_change_is_stored_before_it_is_told(run, store) -> None:
    told: list[PromptRun] = []

    def check(now: PromptRun) -> None:
        assert store.get(run.id) == now
        told.append(now)

    record = PromptRunRecord(store, run, check)
    record.set_state(JobState.RUNNING)
    record.put(PromptResult(Place(7, 0, 0), 0, None, None, problem="It failed."))
    record.set_problem(1, ModelFileInvalid("It is damaged.", "Get it again."))
    record.set_problem(1, None)
    record.set_state(JobState.FAILED, "The disk is full.", "Free some.")
    assert len(told) == 5
    assert told[2].models[1].problem == "It is damaged." and not told[3].models[1].problem


def test_only_what_is_missing_is_asked_for(run, store) -> None:
    record = PromptRunRecord(store, run, lambda _run: None)
    assert len(record.missing(0)) == 4
    record.put(PromptResult(Place(7, 0, 0), 1, None, None))
    assert record.missing(0) == [
        (Place(7, 0, 0), 0),
        (Place(8, 0, 0), 0),
        (Place(8, 0, 0), 1),
    ]
    assert len(record.missing(1)) == 4
