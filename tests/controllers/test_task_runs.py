"""The controller of runs with the real core, a database and the scripted engine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop.controllers.task_runs import TaskRunsController
from desktop.core.answering import AnsweringModels
from desktop.core.task_report import TaskReport
from desktop.core.task_runs import TaskRuns
from desktop.domain.job import JobState
from desktop.domain.matching import Expectation
from desktop.domain.task_run import TaskRequest
from desktop.domain.task_set import Task, TaskSet
from desktop.engine.client import Engine
from desktop.storage.task_runs import StoredTaskRuns
from tests.helpers.fake_worker import COMMAND

MODEL = Path("a.gguf")


@pytest.fixture
def bench(database, tasks, inspector) -> Iterator[SimpleNamespace]:
    store = StoredTaskRuns(database)
    controller = TaskRunsController(
        lambda: TaskRuns(store, AnsweringModels(lambda: Engine(COMMAND)), inspector),
        inspector,
        tasks,
    )
    results: list[TaskReport] = []
    failures: list[object] = []
    controller.results_known.connect(results.append)
    controller.failed.connect(failures.append)
    yield SimpleNamespace(controller=controller, store=store, results=results, failures=failures)
    controller.close()


def request(*prompts: str) -> TaskRequest:
    tasks = tuple(Task(prompt, Expectation("x")) for prompt in prompts)
    return TaskRequest(TaskSet("Mine", tasks), (MODEL,))


def run_to_end(bench: SimpleNamespace, qtbot, *prompts: str) -> int:
    with qtbot.waitSignal(bench.controller.begun) as begun:
        bench.controller.start(request(*prompts))
    qtbot.waitUntil(lambda: not bench.controller.busy)
    number: int = begun.args[0]
    return number


def test_a_run_goes_to_its_end_and_tells_of_it(bench, qtbot) -> None:
    steps: list[str] = []
    bench.controller.progressed.connect(lambda number, state, left: steps.append(state.step))
    number = run_to_end(bench, qtbot, "say x", "say y")
    qtbot.waitUntil(lambda: bench.results[-1:] and bench.results[-1].run.state is JobState.DONE)
    run = bench.results[-1].run
    assert run.id == number
    assert [one.passed for one in run.models[0].answers.values()] == [True, False]
    assert bench.results[-1].scores[0].right == 1
    assert steps and not bench.failures
    with qtbot.waitSignal(bench.controller.listed) as listed:
        bench.controller.refresh()
    assert [run.id for run in listed.args[0]] == [number]


def test_a_run_that_begins_is_listed_as_running_before_it_says_so(
    bench, qtbot, monkeypatch
) -> None:
    ready = threading.Event()

    def run(*_: object) -> None:  # nothing of it is stored yet
        ready.wait(30)

    monkeypatch.setattr(TaskRuns, "run", run)
    with qtbot.waitSignal(bench.controller.listed) as listed:
        bench.controller.start(request("say x"))
    ready.set()
    assert [run.state for run in listed.args[0]] == [JobState.RUNNING]
    qtbot.waitUntil(lambda: not bench.controller.busy)


def test_only_one_run_goes_on(bench, qtbot) -> None:
    with qtbot.waitSignal(bench.controller.begun):
        bench.controller.start(request("slow 100000"))
    bench.controller.start(request("say x"))
    assert "Other questions" in bench.failures[0].message
    number = bench.controller.running
    bench.controller.remove(number)
    bench.controller.cancel()
    qtbot.waitUntil(lambda: not bench.controller.busy)
    assert bench.store.get(number).state is JobState.CANCELLED


def test_a_run_is_resumed_opened_exported_and_removed(bench, qtbot, tmp_path: Path) -> None:
    number = run_to_end(bench, qtbot, "say x")
    with qtbot.waitSignal(bench.controller.results_known) as known:
        bench.controller.open(number)
    run = known.args[0].run
    assert run.models[0].answers[0].text == "x"
    with qtbot.waitSignal(bench.controller.exported) as exported:
        bench.controller.export(run, tmp_path / "a.csv")
    assert exported.args[0].read_text().count("\n") == 2
    with qtbot.waitSignal(bench.controller.begun):
        bench.controller.resume(number)
    qtbot.waitUntil(lambda: not bench.controller.busy)
    with qtbot.waitSignal(  # the list as it was when the run ended may come first
        bench.controller.listed, check_params_cb=lambda listed: listed == []
    ):
        bench.controller.remove(number)


def test_what_cannot_begin_is_told(bench, qtbot) -> None:
    with qtbot.waitSignal(bench.controller.failed):
        bench.controller.start(request())
    qtbot.waitUntil(lambda: not bench.controller.busy)


def test_a_run_of_the_last_time_was_interrupted(bench, qtbot) -> None:
    bench.store.add(request("say x"), ())
    with qtbot.waitSignal(bench.controller.listed) as listed:
        bench.controller.refresh()
    assert [run.state for run in listed.args[0]] == [JobState.INTERRUPTED]


def test_files_are_looked_at(bench, qtbot) -> None:
    with qtbot.waitSignal(bench.controller.model_known) as known:
        bench.controller.look_at(MODEL)
    assert known.args[0] == MODEL and known.args[1].level == "F16"
    with qtbot.waitSignal(bench.controller.model_refused):
        bench.controller.look_at(Path("bad.gguf"))
