"""Chains of prompts, with a scripted engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core.answering import AnsweringModels
from desktop.core.job_control import JobControl
from desktop.core.prompt_chains import PromptChains, asked_for
from desktop.core.prompt_library import PromptLibrary
from desktop.domain.errors import Cancelled, EngineDied, InvalidInput, QuernError
from desktop.domain.job import JobProgress, JobState
from desktop.domain.model import LoadConfig
from desktop.domain.prompt import (
    ChainLink,
    FieldKind,
    Prompt,
    PromptContent,
    PromptDraft,
    PromptField,
)
from desktop.domain.prompt_run import ChainRequest, ChainRun
from desktop.storage.database import Database
from desktop.storage.prompt_chains import StoredPromptChains
from desktop.storage.prompts import StoredPrompts

MODEL = Path("a.gguf")


class Bench:
    def __init__(self, database: Database, make_engine, tmp_path: Path) -> None:
        self.library = PromptLibrary(StoredPrompts(database), tmp_path)
        self.engines = []

        def make():
            self.engines.append(make_engine())
            return self.engines[-1]

        self.chains = PromptChains(
            StoredPromptChains(database), self.library, AnsweringModels(make), LoadConfig
        )
        self.told: list[JobProgress] = []
        self.seen: list[ChainRun] = []

    def add(self, key: str, text: str, *then: str, system: str = "", fields=()) -> Prompt:
        content = PromptContent(text, system, fields, then=ChainLink(*then) if then else None)
        return self.library.add(PromptDraft(key.title(), content, key=key))

    def go(self, prompt: Prompt, control: JobControl | None = None, **values: str) -> ChainRun:
        return self.chains.run(
            ChainRequest(prompt.id, MODEL, values),
            control or JobControl(),
            self.told.append,
            self.seen.append,
        )


@pytest.fixture
def bench(database: Database, make_engine, tmp_path: Path) -> Bench:
    return Bench(database, make_engine, tmp_path)


def three(bench: Bench) -> Prompt:
    bench.add("third", "say {topic}: {draft} / {critique}")
    bench.add("second", "say bad {draft}", "third", "critique", system="You judge {topic}.")
    return bench.add("first", "say {topic} draft", "second", "draft")


def test_each_answer_goes_into_the_next_prompt_and_stays(bench: Bench) -> None:
    run = bench.go(three(bench), topic="mills")
    assert run.state is JobState.DONE and run.titles == ("First", "Second", "Third")
    assert [step.answer.text.strip() for step in run.steps] == [
        "mills draft",
        "bad mills draft",
        "mills: mills draft / bad mills draft",
    ]
    assert run.steps[1].text == "say bad mills draft"
    assert run.steps[1].system_prompt == "You judge mills."
    assert all(step.answer.completion_tokens and step.answer.seconds > 0 for step in run.steps)
    assert len(bench.engines) == 1  # one loaded model
    assert bench.chains.list(run.request.prompt_id) == [run]
    assert bench.told == [
        JobProgress(0.0, "a: loading"),
        JobProgress(0.0, "First"),
        JobProgress(1 / 3, "Second"),
        JobProgress(2 / 3, "Third"),
        JobProgress(1.0, ""),
    ]
    assert [len(one.steps) for one in bench.seen] == [0, 1, 2, 3, 3]


def test_only_what_no_answer_gives_is_asked_for(bench: Bench) -> None:
    first = three(bench)
    assert [known.name for known in asked_for(bench.chains.steps(first.id))] == ["topic"]


def test_a_chain_of_one_is_the_prompt_alone(bench: Bench) -> None:
    prompt = bench.add("only", "say {x}")
    assert [step.prompt.key for step in bench.chains.steps(prompt.id)] == ["only"]
    assert bench.go(prompt, x="y").steps[0].answer.text.strip() == "y"


def test_a_chain_that_cannot_be_run_says_why(bench: Bench) -> None:
    lost = bench.add("lost", "say x", "nowhere", "y")
    with pytest.raises(InvalidInput, match="not there"):
        bench.chains.steps(lost.id)
    bench.add("b", "say {x}", "a", "x")
    circle = bench.add("a", "say {x}", "b", "x")
    with pytest.raises(InvalidInput, match="never ends"):
        bench.chains.steps(circle.id)
    itself = bench.add("self", "say {x}", "self", "x")
    with pytest.raises(InvalidInput, match="never ends"):
        bench.chains.steps(itself.id)
    fieldless = bench.add("c", "say {x}", "lost", "z")
    with pytest.raises(InvalidInput, match="no placeholder “z”"):
        bench.chains.steps(fieldless.id)


def test_what_is_missing_is_said_before_anything_is_asked(bench: Bench) -> None:
    first = three(bench)
    with pytest.raises(InvalidInput, match=r"“topic” is missing\. Fill in"):
        bench.go(first)
    assert bench.engines == [] and bench.chains.list(first.id) == []


def test_an_answer_may_go_into_a_choice(bench: Bench) -> None:
    mood = PromptField("mood", FieldKind.CHOICE, choices=("glad", "sad"))
    bench.add("reply", "say so {mood}", fields=(mood,))
    first = bench.add("mood", "say {mood-text}", "reply", "mood")
    assert bench.go(first, **{"mood-text": "sad"}).steps[1].text == "say so sad"
    with pytest.raises(InvalidInput, match="must be one of"):
        bench.go(first, **{"mood-text": "angry"})
    failed, _ = bench.chains.list(first.id)
    assert failed.state is JobState.FAILED and len(failed.steps) == 1


@pytest.mark.parametrize(("verb", "kind"), [("fail", QuernError), ("crash now", EngineDied)])
def test_a_step_that_fails_says_so_and_the_ones_before_stay(bench: Bench, verb, kind) -> None:
    bench.add("second", f"{verb} {{draft}}")
    first = bench.add("first", "say ok", "second", "draft")
    with pytest.raises(kind):
        bench.go(first)
    (run,) = bench.chains.list(first.id)
    assert run.state is JobState.FAILED and run.problem
    assert run.steps[0].answer.text.strip() == "ok"
    assert run.steps[1].answer is None and run.steps[1].problem
    assert run.steps[1].text == f"{verb} ok"


def test_a_step_answered_with_nothing_ends_the_chain(bench: Bench) -> None:
    bench.add("second", "say {draft}")
    first = bench.add("first", "say ", "second", "draft")
    with pytest.raises(InvalidInput, match="answered with nothing"):
        bench.go(first)
    (run,) = bench.chains.list(first.id)
    assert run.state is JobState.FAILED and len(run.steps) == 1


def test_cancelling_keeps_what_is_done(bench: Bench) -> None:
    first = three(bench)
    control = JobControl()
    request = ChainRequest(first.id, MODEL, {"topic": "mills"})
    with pytest.raises(Cancelled):
        bench.chains.run(
            request,
            control,
            bench.told.append,
            lambda run: control.cancel() if len(run.steps) == 1 else None,
        )
    (run,) = bench.chains.list(first.id)
    assert run.state is JobState.CANCELLED and len(run.steps) == 1


def test_a_model_that_cannot_be_loaded_fails_the_chain(bench: Bench) -> None:
    request = ChainRequest(three(bench).id, Path("bad.gguf"), {"topic": "mills"})
    with pytest.raises(QuernError):
        bench.chains.run(request, JobControl(), bench.told.append, bench.seen.append)
    (run,) = bench.chains.list(request.prompt_id)
    assert (run.state, run.problem) == (JobState.FAILED, "The file is damaged.")
    bench.chains.remove(run.id)
    assert bench.chains.list(request.prompt_id) == []


def test_what_ran_when_quern_ended_was_interrupted(bench: Bench, database: Database) -> None:
    first = three(bench)
    StoredPromptChains(database).add(ChainRequest(first.id, MODEL, {"topic": "x"}), ("First",))
    bench.chains.take_up()
    assert bench.chains.list(first.id)[0].state is JobState.INTERRUPTED
