"""Cases and runs of prompts in the database, each answer kept by itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.answer import Answer
from desktop.domain.conversation import StopReason
from desktop.domain.errors import InvalidInput
from desktop.domain.job import JobState
from desktop.domain.matching import Expectation, MatchRule
from desktop.domain.prompt import PromptContent, PromptDraft
from desktop.domain.prompt_case import PromptCase
from desktop.domain.prompt_run import (
    Place,
    PromptResult,
    PromptRunRequest,
    RunModel,
    RunVersion,
)
from desktop.storage.database import Database
from desktop.storage.prompt_runs import StoredPromptRuns
from desktop.storage.prompts import StoredPrompts

ANSWER = Answer("5\ud800", "because", StopReason.END_OF_TURN, 3, 10, 2, 1.5, 9.25, 1 / 3)
CASES = (
    PromptCase("sum", {"a": "2", "b": "ü"}, Expectation("5", MatchRule.BLEU, 0.75), 4),
    PromptCase("look", {}, None, 5),
)


@pytest.fixture
def prompt_id(database: Database) -> int:
    return StoredPrompts(database).add(PromptDraft("Sum", PromptContent("{a}+{b}"))).id


@pytest.fixture
def store(database: Database) -> StoredPromptRuns:
    return StoredPromptRuns(database, clock=lambda: 1000.0)


@pytest.fixture
def request_of(prompt_id: int) -> PromptRunRequest:
    versions = (RunVersion(7, 1), RunVersion(9, 2))
    return PromptRunRequest(prompt_id, versions, CASES, (Path("/a.gguf"), Path("/b.gguf")), 3)


def test_cases_come_back_in_the_order_they_were_made(store, prompt_id) -> None:
    saved = [store.save_case(prompt_id, replace(case, id=0)) for case in CASES]
    assert store.cases(prompt_id) == saved
    assert [replace(case, id=0) for case in saved] == [replace(case, id=0) for case in CASES]
    changed = replace(saved[0], name="new", expectation=None)
    assert store.save_case(prompt_id, changed) == changed
    assert store.cases(prompt_id) == [changed, saved[1]]
    store.remove_case(changed.id)
    assert store.cases(prompt_id) == [saved[1]]
    with pytest.raises(InvalidInput):
        store.save_case(prompt_id, changed)
    with pytest.raises(InvalidInput):
        store.save_case(prompt_id + 1, saved[1])


def test_a_run_comes_back_as_it_was(store, request_of) -> None:
    added = store.add(request_of)
    assert (added.state, added.created_at) == (JobState.WAITING, 1000.0)
    assert store.get(added.id) == added
    assert added.request == request_of


def test_every_answer_is_there_at_once(store, request_of) -> None:
    number = store.add(request_of).id
    good = PromptResult(Place(7, 0, 0), 0, ANSWER, True, 0.75)
    bad = PromptResult(Place(9, 1, 0), 2, None, False, problem="It failed.")
    unjudged = PromptResult(Place(7, 1, 1), 0, ANSWER, None)
    for result in (bad, unjudged, replace(good, score=0.1), good):
        store.put_result(number, result)
    store.put_model(number, 1, RunModel(Path("/b.gguf"), "It died.", "Try again."))
    store.update(number, JobState.FAILED, "The disk is full.", "Free some.")
    found = store.get(number)
    assert found.results == (good, unjudged, bad)
    assert found.models == (
        RunModel(Path("/a.gguf")),
        RunModel(Path("/b.gguf"), "It died.", "Try again."),
    )
    assert (found.state, found.problem, found.advice) == (
        JobState.FAILED,
        "The disk is full.",
        "Free some.",
    )


def test_runs_of_one_prompt_newest_first(store, request_of, database) -> None:
    other = StoredPrompts(database).add(PromptDraft("Other", PromptContent("x"))).id
    first, second = store.add(request_of), store.add(request_of)
    store.add(replace(request_of, prompt_id=other))
    store.put_result(first.id, PromptResult(Place(7, 0, 0), 0, ANSWER, True))
    assert store.list(request_of.prompt_id) == [second, first]  # quickly: without results
    assert len(store.get(first.id).results) == 1


def test_what_ran_when_quern_ended_was_interrupted(store, request_of) -> None:
    waiting, running, done = (store.add(request_of).id for _ in range(3))
    store.update(running, JobState.RUNNING)
    store.update(done, JobState.DONE)
    store.take_up()
    states = [store.get(number).state for number in (waiting, running, done)]
    assert states == [JobState.INTERRUPTED, JobState.INTERRUPTED, JobState.DONE]


def test_removing_a_run_takes_its_answers_along(store, request_of, database) -> None:
    number = store.add(request_of).id
    store.put_result(number, PromptResult(Place(7, 0, 0), 0, ANSWER, True))
    store.put_model(number, 0, RunModel(Path("/a.gguf"), "x"))
    store.remove(number)
    with pytest.raises(InvalidInput):
        store.get(number)
    with database.reading() as db:
        for table in ("prompt_results", "prompt_run_models"):
            assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
