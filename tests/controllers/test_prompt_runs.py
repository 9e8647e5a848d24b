"""The controller with the real core, a database and a scripted engine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop.controllers.prompt_runs import PromptRunsController
from desktop.core.answering import AnsweringModels
from desktop.core.prompt_chains import PromptChains
from desktop.core.prompt_library import PromptLibrary
from desktop.core.prompt_runs import PromptRuns
from desktop.domain.errors import InvalidInput
from desktop.domain.job import JobState
from desktop.domain.matching import Expectation
from desktop.domain.model import LoadConfig
from desktop.domain.prompt import ChainLink, PromptContent, PromptDraft
from desktop.domain.prompt_case import PromptCase
from desktop.domain.prompt_run import ChainRequest, PromptRunRequest, RunVersion
from desktop.engine.client import Engine
from desktop.storage.prompt_chains import StoredPromptChains
from desktop.storage.prompt_runs import StoredPromptRuns
from desktop.storage.prompts import StoredPrompts
from tests.helpers.fake_worker import COMMAND

MODEL = Path("a.gguf")
CASE = PromptCase("red", {"word": "red"}, Expectation("red"))


@pytest.fixture
def bench(database, tasks, tmp_path: Path) -> Iterator[SimpleNamespace]:
    library = PromptLibrary(StoredPrompts(database), tmp_path)
    models = AnsweringModels(lambda: Engine(COMMAND))
    runs = PromptRuns(StoredPromptRuns(database), library, models, LoadConfig)
    chains = PromptChains(StoredPromptChains(database), library, models, LoadConfig)
    controller = PromptRunsController(lambda: runs, lambda: chains, tasks)
    failures: list[object] = []
    controller.failed.connect(failures.append)
    yield SimpleNamespace(
        controller=controller,
        library=library,
        runs=runs,
        chains=chains,
        failures=failures,
        tmp_path=tmp_path,
    )
    controller.close()


def prompt(bench: SimpleNamespace, text: str = "say {word}", key: str = "", then=None):
    content = PromptContent(text, then=then)
    return bench.library.add(PromptDraft(key or "Colour", content, key=key))


def request(prompt, *cases: PromptCase) -> PromptRunRequest:
    versions = (RunVersion(prompt.version_id, 1),)
    return PromptRunRequest(prompt.id, versions, cases or (CASE,), (MODEL,))


def test_a_prompt_is_opened_with_all_there_is_of_it(bench, qtbot) -> None:
    one = prompt(bench)
    controller = bench.controller
    with qtbot.waitSignals(
        [controller.cases_known, controller.runs_known, controller.chains_known,
         controller.steps_known]
    ):  # fmt: skip
        controller.open(one.id)


def test_cases_come_anew_after_each_change(bench, qtbot) -> None:
    one = prompt(bench)
    with qtbot.waitSignal(bench.controller.cases_known) as known:
        bench.controller.save_case(one.id, CASE)
    assert known.args[0] == one.id
    (case,) = known.args[1]
    with qtbot.waitSignal(bench.controller.cases_known) as known:
        bench.controller.remove_case(one.id, case.id)
    assert known.args[1] == []
    with qtbot.waitSignal(bench.controller.failed):
        bench.controller.save_case(one.id, replace(CASE, name=""))


def test_a_run_is_told_as_it_goes_and_when_it_is_over(bench, qtbot) -> None:
    one = prompt(bench)
    reports, ended, begun, lists = [], [], [], []
    bench.controller.runs_known.connect(lambda _prompt, runs: lists.append(runs))
    bench.controller.run_known.connect(lambda _prompt, report: reports.append(report))
    bench.controller.begun.connect(begun.append)
    bench.controller.ended.connect(ended.append)
    cases = [replace(CASE, name=str(number)) for number in range(30)]
    bench.controller.start(request(one, *cases))
    assert bench.controller.running == one.id
    qtbot.waitUntil(lambda: bool(reports) and reports[-1].run.state is JobState.DONE)
    qtbot.waitUntil(lambda: not bench.controller.busy)
    assert (begun, ended) == ([one.id], [one.id])
    assert reports[-1].summary() == "Version 1 passes 30 of 30."
    assert len(reports) < 30  # not one for each answer
    qtbot.waitUntil(lambda: bool(lists) and lists[-1][0].state is JobState.DONE)
    assert len(lists) <= 2  # when it began, and when it ended
    assert bench.failures == []
    with qtbot.waitSignal(bench.controller.run_known) as known:
        bench.controller.open_run(reports[-1].run.id)
    assert known.args[1].run == reports[-1].run


def test_a_second_one_is_refused_and_the_first_can_be_cancelled_and_go_on(bench, qtbot) -> None:
    one = prompt(bench, "{word}")
    slow = replace(CASE, values={"word": "slow 100000"})
    with qtbot.waitSignal(bench.controller.progressed):
        bench.controller.start(request(one, slow))
    bench.controller.start(request(one))
    assert isinstance(bench.failures[-1], InvalidInput)
    qtbot.waitUntil(lambda: bool(bench.runs.list(one.id)))
    with qtbot.waitSignal(bench.controller.ended):
        bench.controller.cancel()
    (run,) = bench.runs.list(one.id)
    assert run.state is JobState.CANCELLED
    with qtbot.waitSignal(bench.controller.begun):
        bench.controller.resume(run)
    with qtbot.waitSignal(bench.controller.ended):
        bench.controller.cancel()
    assert len(bench.runs.list(one.id)) == 1


def test_what_cannot_be_started_is_said(bench, qtbot) -> None:
    one = prompt(bench)
    with qtbot.waitSignal(bench.controller.failed):
        bench.controller.start(replace(request(one), models=()))
    qtbot.waitUntil(lambda: not bench.controller.busy)


def test_a_run_is_forgotten_and_one_that_goes_on_is_not(bench, qtbot) -> None:
    one = prompt(bench)
    run = bench.runs.create(request(one))
    bench.controller.remove_run(run)
    assert bench.runs.list(one.id) == [run]
    ended = replace(run, state=JobState.CANCELLED)
    with qtbot.waitSignal(bench.controller.runs_known) as known:
        bench.controller.remove_run(ended)
    assert known.args == [one.id, []]


def test_a_report_is_written(bench, qtbot) -> None:
    run = bench.runs.create(request(prompt(bench)))
    with qtbot.waitSignal(bench.controller.exported) as exported:
        bench.controller.export(bench.runs.report(run), bench.tmp_path / "report.md")
    assert exported.args[0].read_text(encoding="utf-8").startswith("# Colour")


def test_a_chain_is_told_step_by_step(bench, qtbot) -> None:
    prompt(bench, "say and {draft}", "second")
    first = prompt(bench, "say {word}", "first", ChainLink("second", "draft"))
    seen = []
    bench.controller.chain_known.connect(lambda _prompt, run: seen.append(run))
    with qtbot.waitSignal(bench.controller.steps_known) as steps:
        bench.controller.plan(first.id)
    assert [step.prompt.key for step in steps.args[1]] == ["first", "second"]
    with qtbot.waitSignal(bench.controller.ended):
        bench.controller.start_chain(ChainRequest(first.id, MODEL, {"word": "rye"}))
    assert [len(run.steps) for run in seen] == [0, 1, 2, 2]
    assert seen[-1].steps[1].answer.text.strip() == "and rye"
    known = []
    bench.controller.chains_known.connect(lambda _prompt, runs: known.append(runs))
    bench.controller.remove_chain(seen[-1])
    qtbot.waitUntil(lambda: known[-1:] == [[]])  # the list of before may still come


def test_a_chain_that_failed_says_so_itself_and_one_that_never_began_does_not(bench, qtbot) -> None:
    lost = prompt(bench, "say x", "lost", ChainLink("nowhere", "x"))
    with qtbot.waitSignal(bench.controller.steps_refused):
        bench.controller.plan(lost.id)
    with qtbot.waitSignal(bench.controller.failed):
        bench.controller.start_chain(ChainRequest(lost.id, MODEL))
    qtbot.waitUntil(lambda: not bench.controller.busy)
    bench.failures.clear()
    bad = prompt(bench, "fail", "bad")
    with qtbot.waitSignal(bench.controller.ended):
        bench.controller.start_chain(ChainRequest(bad.id, MODEL))
    assert bench.failures == []
    assert bench.chains.list(bad.id)[0].state is JobState.FAILED


def test_a_bug_is_not_hidden(bench, qtbot, monkeypatch) -> None:
    one = prompt(bench)

    def broken(*_args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(bench.runs, "create", broken)
    with qtbot.captureExceptions() as caught:
        bench.controller.start(request(one))
        qtbot.waitUntil(lambda: not bench.controller.busy)
    assert [error[0] for error in caught] == [ZeroDivisionError]


def test_closing_interrupts_what_goes_on_and_waits_for_it(bench, qtbot) -> None:
    one = prompt(bench, "{word}")
    with qtbot.waitSignal(bench.controller.progressed):
        bench.controller.start(request(one, replace(CASE, values={"word": "slow 100000"})))
    qtbot.waitUntil(lambda: bool(bench.runs.list(one.id)))
    bench.controller.close()
    assert [run.state for run in bench.runs.list(one.id)] == [JobState.INTERRUPTED]
    assert not any(thread.name == "prompt run" for thread in threading.enumerate())


def test_cases_are_passed_on_in_files(bench, qtbot) -> None:
    one, path = prompt(bench), bench.tmp_path / "cases.json"
    bench.runs.save_case(one.id, CASE)
    with qtbot.waitSignal(bench.controller.exported) as exported:
        bench.controller.export_cases(one.id, path)
    assert exported.args == [path]
    other = prompt(bench, key="other")
    with qtbot.waitSignal(bench.controller.cases_known) as known:
        bench.controller.import_cases(other.id, path)
    assert [case.name for case in known.args[1]] == ["red"]
    path.write_text("[", encoding="utf-8")
    with qtbot.waitSignal(bench.controller.failed):
        bench.controller.import_cases(other.id, path)
