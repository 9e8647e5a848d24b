"""Trying versions of a prompt on cases, with a scripted engine."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.answering import AnsweringModel, AnsweringModels
from desktop.core.job_control import JobControl
from desktop.core.prompt_asking import LONGEST_ANSWER
from desktop.core.prompt_library import PromptLibrary
from desktop.core.prompt_runs import PromptRuns
from desktop.domain.errors import Cancelled, EngineDied, InvalidInput, StorageFault
from desktop.domain.job import JobProgress, JobState
from desktop.domain.matching import Expectation, MatchRule
from desktop.domain.model import LoadConfig
from desktop.domain.paths import starter_model_path
from desktop.domain.prompt import Prompt, PromptContent, PromptDraft
from desktop.domain.prompt_case import PromptCase
from desktop.domain.prompt_run import PromptRun, PromptRunRequest, RunVersion
from desktop.domain.sampling import SamplerSettings
from desktop.engine.client import Engine
from desktop.storage.database import Database
from desktop.storage.prompt_runs import StoredPromptRuns
from desktop.storage.prompts import StoredPrompts

A, B = Path("a.gguf"), Path("b.gguf")
RED = PromptCase("red", {"word": "red"}, Expectation("red"))
BLUE = PromptCase("blue", {"word": "blue"}, Expectation("green", MatchRule.EXACT))
LOOK = PromptCase("look", {"word": "grey"})


class Bench:
    def __init__(self, database: Database, make_engine, tmp_path: Path) -> None:
        self.library = PromptLibrary(StoredPrompts(database), tmp_path)
        self.store = StoredPromptRuns(database)
        self.runs = PromptRuns(
            self.store, self.library, AnsweringModels(make_engine), lambda: LoadConfig(context=512)
        )
        self.told: list[JobProgress] = []
        self.seen: list[PromptRun] = []

    def prompt(self, *texts: str, sampler: SamplerSettings | None = None) -> Prompt:
        """A prompt with a version for each text."""
        first, *others = texts
        prompt = self.library.add(PromptDraft("Colour", PromptContent(first, sampler=sampler)))
        for text in others:
            prompt = self.library.save(prompt.id, PromptContent(text, sampler=sampler))
        return prompt

    def request(self, prompt: Prompt, *cases: PromptCase, models=(A,), samples=1):
        versions = sorted(self.library.versions(prompt.id), key=lambda one: one.number)
        chosen = tuple(RunVersion(one.id, one.number) for one in versions)
        return PromptRunRequest(prompt.id, chosen, cases, models, samples)

    def go(self, run: PromptRun, control: JobControl | None = None) -> PromptRun:
        return self.runs.run(
            run.id, control or JobControl(), self.told.append, on_change=self.seen.append
        )


@pytest.fixture
def bench(database: Database, make_engine, tmp_path: Path) -> Bench:
    return Bench(database, make_engine, tmp_path)


def answers(run: PromptRun) -> list[str]:
    return [one.answer.text.strip() if one.answer else one.problem for one in run.results]


def test_each_version_meets_each_case_with_each_model(bench: Bench) -> None:
    prompt = bench.prompt("say {word}", "say not {word}")
    run = bench.runs.create(bench.request(prompt, RED, BLUE, LOOK, models=(A, B)))
    done = bench.go(run)
    assert done.state is JobState.DONE and len(done.results) == 12
    assert answers(done)[:6] == ["red", "blue", "grey", "not red", "not blue", "not grey"]
    assert [one.passed for one in done.results[:3]] == [True, False, None]
    assert bench.runs.get(run.id) == done
    assert [one.id for one in bench.runs.list(prompt.id)] == [run.id]
    fractions = [one.fraction for one in bench.told]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0
    steps = [one.step for one in bench.told]
    assert steps[:2] == ["a: loading", "a: version 1, red"]
    assert "b: version 2, blue" in steps


def test_one_answer_is_greedy_and_keeps_the_form(bench: Bench, monkeypatch) -> None:
    asked = heard(monkeypatch)
    sampler = SamplerSettings(temperature=1.5, mirostat=2, grammar='root ::= "a"', max_tokens=9)
    bench.go(bench.runs.create(bench.request(bench.prompt("say {word}", sampler=sampler), RED)))
    (used,) = asked
    assert used == replace(sampler, temperature=0.0, mirostat=0, seed=1)


def test_several_answers_are_drawn_each_with_a_seed_of_its_own(bench: Bench, monkeypatch) -> None:
    asked = heard(monkeypatch)
    prompt = bench.prompt("say {word}", sampler=SamplerSettings(temperature=0.6))
    done = bench.go(bench.runs.create(bench.request(prompt, RED, samples=3)))
    assert [one.sample for one in done.results] == [0, 1, 2]
    assert [one.answer.seed for one in done.results] == [1, 2, 3]
    assert {used.temperature for used in asked} == {0.6}
    assert {used.max_tokens for used in asked} == {LONGEST_ANSWER}  # none may go on for ever


def test_a_model_that_cannot_be_used_says_so_and_the_rest_goes_on(bench: Bench) -> None:
    models = (Path("bad.gguf"), Path("kill.gguf"), B)
    run = bench.runs.create(bench.request(bench.prompt("say {word}"), RED, models=models))
    done = bench.go(run)
    assert done.state is JobState.DONE
    assert done.models[0].problem == "The file is damaged."
    assert done.models[1].problem and done.models[1].advice
    assert [one.place.model for one in done.results] == [2]
    assert done.resumable


def test_a_model_that_crashes_keeps_what_it_answered(bench: Bench) -> None:
    cases = [replace(RED, values={"word": word}) for word in ("say red", "crash now", "say red")]
    done = bench.go(bench.runs.create(bench.request(bench.prompt("{word}"), *cases, models=(A, B))))
    assert [one.place for one in done.results] == [
        (done.request.versions[0].id, 0, 0),
        (done.request.versions[0].id, 1, 0),
    ]
    assert all(model.problem for model in done.models)


def test_a_model_that_failed_is_tried_again_when_the_run_goes_on(bench: Bench, monkeypatch) -> None:
    """What it answered before is kept, and so is what others did."""
    real, failing = AnsweringModel.answer, [True]

    def answer(self, turns, *arguments, **options):
        if failing and "blue" in turns[-1].content:
            raise EngineDied("It died.", "Try again.")
        return real(self, turns, *arguments, **options)

    monkeypatch.setattr(AnsweringModel, "answer", answer)
    run = bench.runs.create(bench.request(bench.prompt("say {word}"), RED, BLUE, LOOK))
    stopped = bench.go(run)
    assert (answers(stopped), stopped.models[0].problem) == (["red"], "It died.")
    assert bench.go(run) == stopped
    failing.clear()
    done = bench.go(run)
    assert answers(done) == ["red", "blue", "grey"]
    assert done.results[0] == stopped.results[0]
    assert not done.models[0].problem and not done.resumable


def test_a_case_that_cannot_be_answered_does_not_end_the_others(bench: Bench) -> None:
    cases = [replace(RED, values=values) for values in ({"word": "fail"}, {}, {"word": "say red"})]
    done = bench.go(bench.runs.create(bench.request(bench.prompt("{word}"), *cases)))
    assert answers(done) == [
        "The model failed. Try another.",
        "“word” is missing.",
        "red",
    ]
    assert [one.passed for one in done.results] == [False, False, True]
    assert not done.models[0].problem


def test_a_value_another_version_has_no_place_for_is_left_out(bench: Bench) -> None:
    prompt = bench.prompt("say {word}", "say red")
    done = bench.go(bench.runs.create(bench.request(prompt, RED)))
    assert answers(done) == ["red", "red"]


def test_what_is_there_when_it_is_cancelled_stays_and_is_not_asked_again(bench: Bench) -> None:
    run = bench.runs.create(bench.request(bench.prompt("say {word}"), RED, BLUE, LOOK))
    control = JobControl()

    def stop(now: PromptRun) -> None:
        if len(now.results) == 2:
            control.cancel()

    with pytest.raises(Cancelled):
        bench.runs.run(run.id, control, bench.told.append, stop)
    stopped = bench.runs.get(run.id)
    assert (stopped.state, answers(stopped)) == (JobState.CANCELLED, ["red", "blue"])
    done = bench.go(run)
    assert (done.state, answers(done)) == (JobState.DONE, ["red", "blue", "grey"])
    assert bench.told[-2].fraction == pytest.approx(2 / 3)


def test_cancelling_stops_an_answer_that_goes_on(bench: Bench) -> None:
    slow = replace(LOOK, values={"word": "slow 100000"})
    run = bench.runs.create(bench.request(bench.prompt("{word}"), slow))
    control = JobControl()

    def report(progress: JobProgress) -> None:
        if "version" in progress.step:
            threading.Timer(0.05, control.cancel).start()

    with pytest.raises(Cancelled):
        bench.runs.run(run.id, control, report, bench.seen.append)
    assert bench.runs.get(run.id).state is JobState.CANCELLED


def test_a_disk_that_refuses_fails_the_run(bench: Bench, monkeypatch) -> None:
    run = bench.runs.create(bench.request(bench.prompt("say {word}"), RED))

    def full(*_args: object) -> None:
        raise StorageFault("The disk is full.", "Free some space.")

    monkeypatch.setattr(bench.store, "put_result", full)
    with pytest.raises(StorageFault):
        bench.go(run)
    failed = bench.runs.get(run.id)
    assert (failed.state, failed.problem) == (JobState.FAILED, "The disk is full.")


def test_what_cannot_be_run_is_refused(bench: Bench) -> None:
    whole = bench.request(bench.prompt("say {word}"), RED)
    for lacking in (
        replace(whole, cases=()),
        replace(whole, versions=()),
        replace(whole, models=()),
        replace(whole, samples=0),
        replace(whole, samples=41),
    ):
        with pytest.raises(InvalidInput):
            bench.runs.create(lacking)
    greedy = bench.prompt("say {word}", sampler=SamplerSettings(temperature=0.0))
    with pytest.raises(InvalidInput, match="Version 1 answers at temperature 0"):
        bench.runs.create(bench.request(greedy, RED, samples=5))
    assert bench.runs.list(whole.prompt_id) == []


def test_a_version_that_is_gone_fails_the_run(bench: Bench) -> None:
    whole = bench.request(bench.prompt("say {word}"), RED)
    run = bench.runs.create(replace(whole, versions=(RunVersion(999, 4),)))
    with pytest.raises(InvalidInput, match="Version 4"):
        bench.go(run)


def test_cases_are_checked_before_they_are_kept(bench: Bench) -> None:
    prompt = bench.prompt("say {word}")
    with pytest.raises(InvalidInput):
        bench.runs.save_case(prompt.id, replace(RED, name="  "))
    with pytest.raises(InvalidInput):
        bench.runs.save_case(prompt.id, replace(RED, expectation=Expectation("(", MatchRule.REGEX)))
    saved = bench.runs.save_case(prompt.id, RED)
    assert bench.runs.cases(prompt.id) == [saved]
    bench.runs.remove_case(saved.id)
    assert bench.runs.cases(prompt.id) == []


def heard(monkeypatch: pytest.MonkeyPatch) -> list[SamplerSettings]:
    """The settings of every answer that is asked for."""
    asked: list[SamplerSettings] = []
    plain = AnsweringModel.answer

    def answer(self, turns, sampler, control, **others):
        asked.append(sampler)
        return plain(self, turns, sampler, control, **others)

    monkeypatch.setattr(AnsweringModel, "answer", answer)
    return asked


def test_a_run_of_one_version_is_held_against_an_older_one(bench: Bench) -> None:
    prompt = bench.prompt("say blue", "say {word}", "say not")
    whole = bench.request(prompt, RED, BLUE)
    first, second, third = (replace(whole, versions=(one,)) for one in whole.versions)
    for request in (first, second, replace(second, samples=2)):
        bench.go(bench.runs.create(request))
    run = bench.go(bench.runs.create(third))
    assert bench.runs.report(run).summary() == (
        "Version 3 passes 0 of 2; version 2 passed 1: none mended, 1 broken."
    )
    (oldest,) = [one for one in bench.runs.list(prompt.id) if one.request == first]
    assert bench.runs.report(oldest).change is None  # nothing is older
    assert bench.runs.report(bench.go(bench.runs.create(whole))).title == "Colour"


@pytest.mark.engine
def test_the_starter_model_is_tried_and_answers_the_same_each_time(
    database: Database, tmp_path: Path
) -> None:
    bench = Bench(database, Engine, tmp_path)
    grammar = 'root ::= "red" | "blue"'
    prompt = bench.prompt(
        "Is the sky red or blue? {word}", sampler=SamplerSettings(grammar=grammar)
    )
    case = PromptCase("sky", {"word": "Say."}, Expectation("red|blue", MatchRule.REGEX))
    request = bench.request(prompt, case, models=(starter_model_path(),))
    first, second = (bench.go(bench.runs.create(request)) for _ in range(2))
    assert [one.passed for one in first.results] == [True]
    assert answers(first) == answers(second)
    assert first.results[0].answer.completion_tokens > 0
    drawn = bench.go(bench.runs.create(replace(request, samples=3)))
    report = bench.runs.report(drawn)
    (cell,) = report.cells.values()
    assert cell.vote.of == 3 and cell.passed


def test_cases_are_exported_and_imported_once(bench: Bench, tmp_path: Path) -> None:
    one, other = bench.prompt("say {word}"), bench.prompt("say {word}!")
    for case in (RED, LOOK):
        bench.runs.save_case(one.id, case)
    path = bench.runs.export_cases(one.id, tmp_path / "cases.json")
    assert bench.runs.import_cases(other.id, path) == 2
    assert [replace(case, id=0) for case in bench.runs.cases(other.id)] == [RED, LOOK]
    assert bench.runs.import_cases(other.id, path) == 0
    path.write_text('{"cases": [{"name": "new"}, {"name": ""}]}', encoding="utf-8")
    with pytest.raises(InvalidInput):
        bench.runs.import_cases(other.id, path)
    assert len(bench.runs.cases(other.id)) == 2
