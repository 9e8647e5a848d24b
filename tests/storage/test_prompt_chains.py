"""Chains that were run, in the database."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.answer import Answer
from desktop.domain.conversation import StopReason
from desktop.domain.job import JobState
from desktop.domain.prompt import PromptContent, PromptDraft
from desktop.domain.prompt_run import ChainRequest, ChainStepResult
from desktop.storage.database import Database
from desktop.storage.prompt_chains import StoredPromptChains
from desktop.storage.prompts import StoredPrompts

ANSWER = Answer("text", "", StopReason.MAX_TOKENS, 3, 10, 2, 1.5, 9.25, 0.5)


@pytest.fixture
def store(database: Database) -> StoredPromptChains:
    return StoredPromptChains(database, clock=lambda: 1000.0)


@pytest.fixture
def request_of(database: Database) -> ChainRequest:
    prompt = StoredPrompts(database).add(PromptDraft("First", PromptContent("{topic}")))
    return ChainRequest(prompt.id, Path("/m.gguf"), {"topic": "mills\n"})


def test_a_chain_comes_back_with_its_steps(store, request_of) -> None:
    run = store.add(request_of, ["First", "Second"])
    assert store.list(request_of.prompt_id) == [run]
    first = ChainStepResult("First", 3, "mills\n", "", ANSWER)
    second = ChainStepResult("Second", 4, "text?", "Be kind.", None, "It failed.")
    store.put_step(run.id, 0, first)
    store.put_step(run.id, 1, second)
    store.update(replace(run, state=JobState.FAILED, problem="It failed.", advice="Again."))
    (found,) = store.list(request_of.prompt_id)
    assert found == replace(
        run, state=JobState.FAILED, problem="It failed.", advice="Again.", steps=(first, second)
    )


def test_a_chain_that_ran_when_quern_ended_was_interrupted(store, request_of) -> None:
    done = store.add(request_of, ["First"])
    store.update(replace(done, state=JobState.DONE))
    store.add(request_of, ["First"])
    store.take_up()
    states = [run.state for run in store.list(request_of.prompt_id)]
    assert states == [JobState.INTERRUPTED, JobState.DONE]


def test_removing_a_chain_takes_its_steps_along(store, request_of, database) -> None:
    run = store.add(request_of, ["First"])
    store.put_step(run.id, 0, ChainStepResult("First", 3, "mills", "", ANSWER))
    store.remove(run.id)
    assert store.list(request_of.prompt_id) == []
    with database.reading() as db:
        assert db.execute("SELECT count(*) FROM prompt_chain_steps").fetchone() == (0,)
