"""The controller with the real core, a database and a scripted engine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop.controllers.comparison import ComparisonController
from desktop.core.comparison import Comparisons
from desktop.core.evaluation_text import EvaluationTexts
from desktop.core.importance_matrix import ImportanceMatrices
from desktop.core.job_control import JobRunner
from desktop.core.model_inspector import ModelInspector
from desktop.core.quantization import Quantization
from desktop.domain.comparison import ComparisonRequest, EvaluationText, TextKind
from desktop.domain.errors import InvalidInput, ModelFileMissing, RunsAlready, StorageFault
from desktop.domain.job import JobState
from desktop.domain.quantization import QuantizeOptions
from desktop.domain.recommendation import Wishes
from desktop.engine.client import Engine
from desktop.storage.comparisons import StoredComparisons
from tests.helpers.fake_evaluator import COMMAND


@pytest.fixture
def bench(database, tasks, tmp_path: Path) -> Iterator[SimpleNamespace]:
    runner = JobRunner(lambda: Engine(COMMAND))
    inspector = ModelInspector(lambda: Engine(COMMAND))
    quantization = Quantization(
        runner, ImportanceMatrices(runner, tmp_path / "m", tmp_path / "c.txt")
    )
    texts = EvaluationTexts()
    store = StoredComparisons(database)
    comparisons = Comparisons(store, runner, quantization, inspector, texts, tmp_path / "made")
    controller = ComparisonController(
        comparisons, quantization, inspector, texts, runner, tasks, lambda: 16 * 10**9
    )
    heard: list[object] = []
    controller.failed.connect(heard.append)
    yield SimpleNamespace(
        controller=controller,
        comparisons=comparisons,
        store=store,
        folder=tmp_path,
        failures=heard,
    )
    controller.close()
    inspector.close()


def model(bench: SimpleNamespace, name: str) -> Path:
    path = bench.folder / f"{name}.gguf"
    path.write_bytes(b"model")
    return path


def text(bench: SimpleNamespace, words: int = 40) -> EvaluationText:
    path = bench.folder / f"{words}.txt"
    path.write_text("word " * words, encoding="utf-8")
    return EvaluationText(TextKind.FILES, (path,))


def request(bench: SimpleNamespace, *names: str) -> ComparisonRequest:
    return ComparisonRequest(
        model(bench, "base-F16"),
        files=tuple(model(bench, name) for name in names),
        text=text(bench),
        chunks=8,
    )


def run_to_end(bench: SimpleNamespace, qtbot, *names: str) -> int:
    with qtbot.waitSignal(bench.controller.begun) as begun:
        bench.controller.start(request(bench, *names))
    qtbot.waitUntil(lambda: not bench.controller.busy)
    return begun.args[0]


def test_a_comparison_is_run_and_its_results_come_by_themselves(bench, qtbot):
    reports, steps = [], []
    bench.controller.results_known.connect(reports.append)
    bench.controller.progressed.connect(lambda number, state, left: steps.append(state.step))
    number = run_to_end(bench, qtbot, "m-Q8_0", "m-Q4_K_M")
    qtbot.waitUntil(lambda: bool(reports) and reports[-1].comparison.state is JobState.DONE)
    assert {report.comparison.id for report in reports} == {number}
    assert len(reports) < 20  # not one for each chunk and run
    assert [one.name for one in reports[-1].measurements] == ["F16", "Q8_0", "Q4_K_M", "F16 again"]
    assert reports[-1].recommendation.level is not None
    assert reports[-1].wishes.memory == 16 * 10**9
    assert steps
    assert bench.failures == []


def test_who_asks_for_the_list_gets_it_also_when_one_begins_and_ends(bench, qtbot):
    lists = []
    bench.controller.listed.connect(lists.append)
    run_to_end(bench, qtbot, "m-Q8_0")
    qtbot.waitUntil(lambda: lists[-1:] and lists[-1][0].state is JobState.DONE)
    assert bench.controller.running is None


def test_a_second_one_is_refused_while_one_runs(bench, qtbot):
    with qtbot.waitSignal(bench.controller.begun):
        bench.controller.start(request(bench, "slowly-Q8_0"))
    bench.controller.start(request(bench, "m-Q4_K_M"))
    assert isinstance(bench.failures[-1], InvalidInput)
    bench.controller.cancel()
    qtbot.waitUntil(lambda: not bench.controller.busy)
    assert len(bench.comparisons.list()) == 1


def test_a_cancelled_one_goes_on_where_it_stopped(bench, qtbot):
    with qtbot.waitSignal(bench.controller.begun) as begun:
        bench.controller.start(request(bench, "slowly-Q8_0"))
    number = begun.args[0]
    assert bench.controller.running == number
    bench.controller.cancel()
    qtbot.waitUntil(lambda: not bench.controller.busy)
    assert bench.comparisons.get(number).state is JobState.CANCELLED
    bench.controller.resume(number)
    qtbot.waitUntil(lambda: not bench.controller.busy)
    assert bench.comparisons.get(number).state is JobState.DONE
    assert bench.failures == []


def test_what_cannot_begin_is_told_and_another_can_begin(bench, qtbot):
    bench.controller.start(ComparisonRequest(bench.folder / "gone.gguf", levels=("Q8_0",)))
    qtbot.waitUntil(lambda: not bench.controller.busy)
    assert isinstance(bench.failures[-1], ModelFileMissing)
    run_to_end(bench, qtbot, "m-Q8_0")


def test_what_fails_on_the_way_is_told_by_the_comparison_itself(bench, qtbot):
    wanted = ComparisonRequest(
        model(bench, "base-F16"),
        files=(model(bench, "m-Q8_0"),),
        text=EvaluationText(TextKind.FILES, (bench.folder / "gone.txt",)),
    )
    with qtbot.waitSignal(bench.controller.begun) as begun:
        bench.controller.start(wanted)
    qtbot.waitUntil(lambda: not bench.controller.busy)
    failed = bench.comparisons.get(begun.args[0])
    assert failed.state is JobState.FAILED
    assert "gone.txt" in failed.problem
    assert bench.failures == []


def test_one_is_opened_exported_and_removed(bench, qtbot):
    number = run_to_end(bench, qtbot, "m-Q8_0")
    with qtbot.waitSignal(
        bench.controller.results_known,
        check_params_cb=lambda report: report.comparison.state is JobState.DONE,
    ) as opened:
        bench.controller.open(number)
    path = bench.folder / "report.json"
    wishes = Wishes(5 * 10**9, slowest=2.0)
    with qtbot.waitSignal(bench.controller.exported) as exported:
        bench.controller.export(opened.args[0].comparison, wishes, path)
    assert exported.args == [path]
    assert json.loads(path.read_text())["slowest_tokens_per_second"] == 2.0
    with qtbot.waitSignal(bench.controller.listed, check_params_cb=lambda listed: listed == []):
        bench.controller.remove(number)


def test_a_report_that_cannot_be_written_is_told(bench, qtbot):
    number = run_to_end(bench, qtbot, "m-Q8_0")
    with qtbot.waitSignal(bench.controller.failed) as failed:
        bench.controller.export(
            bench.comparisons.get(number), Wishes(1), bench.folder / "base-F16.gguf" / "r.md"
        )
    assert isinstance(failed.args[0], StorageFault)


def test_that_one_runs_in_another_quern_is_told(bench, qtbot):
    done = run_to_end(bench, qtbot, "m-Q8_0")
    with bench.store.claimed(done), qtbot.waitSignal(bench.controller.failed) as failed:
        bench.controller.resume(done)
    assert isinstance(failed.args[0], RunsAlready)


def test_the_one_that_runs_is_not_removed_and_closing_interrupts_it(bench, qtbot):
    with qtbot.waitSignal(bench.controller.begun) as begun:
        bench.controller.start(request(bench, "slowly-Q8_0"))
    bench.controller.remove(begun.args[0])
    bench.controller.close()
    assert bench.comparisons.get(begun.args[0]).state is JobState.INTERRUPTED


def test_what_ran_when_quern_ended_is_interrupted(bench, qtbot):
    number = bench.comparisons.create(request(bench, "m-Q8_0")).id
    with qtbot.waitSignal(bench.controller.listed) as listed:
        bench.controller.take_up()
    assert [(one.id, one.state) for one in listed.args[0]] == [(number, JobState.INTERRUPTED)]


def test_one_that_runs_elsewhere_is_looked_at_until_it_is_left_behind(bench, qtbot):
    number = bench.comparisons.create(request(bench, "m-Q8_0")).id

    def state() -> JobState:
        with qtbot.waitSignal(bench.controller.results_known) as told:
            bench.controller.look_again(number)
        return told.args[0].comparison.state

    with bench.store.claimed(number):
        assert state() is JobState.WAITING
    assert state() is JobState.INTERRUPTED


def test_the_chunks_of_a_text_are_counted(bench, qtbot):
    base, wanted = model(bench, "base-F16"), text(bench, 17)
    with qtbot.waitSignal(bench.controller.chunks_known) as known:
        bench.controller.count(base, wanted)
    assert known.args == [base, wanted, 17]
    gone = EvaluationText(TextKind.FILES, (bench.folder / "gone.txt",))
    with qtbot.waitSignal(bench.controller.chunks_unknown) as unknown:
        bench.controller.count(base, gone)
    assert unknown.args[:2] == [base, gone]


def test_a_base_is_looked_at(bench, qtbot):
    base = model(bench, "base-F16")
    with qtbot.waitSignal(bench.controller.base_known) as known:
        bench.controller.look_at(base)
    assert known.args[0] == base
    assert known.args[1].level == "F16"
    with qtbot.waitSignal(bench.controller.base_refused) as refused:
        bench.controller.look_at(bench.folder / "gone.gguf")
    assert isinstance(refused.args[1], ModelFileMissing)


def test_the_sizes_of_levels_are_told_with_their_question(bench, qtbot):
    base, options = model(bench, "base-F16"), QuantizeOptions(threads=3)
    with qtbot.waitSignal(bench.controller.levels_known) as known:
        bench.controller.dry_run(base, options)
    assert known.args[:2] == [base, options]


def test_the_pace_is_a_guess_until_a_comparison_measured_it(bench, qtbot):
    with qtbot.waitSignal(bench.controller.pace_known) as guessed:
        bench.controller.ask_pace()
    assert not guessed.args[0].measured
    run_to_end(bench, qtbot, "m-Q8_0")
    with qtbot.waitSignal(bench.controller.pace_known) as known:
        bench.controller.ask_pace()
    assert known.args[0].measured


def test_the_room_in_a_folder_is_told_also_before_it_is_there(bench, qtbot):
    folder = bench.folder / "a" / "b"
    with qtbot.waitSignal(bench.controller.space_known) as known:
        bench.controller.ask_space(folder)
    assert known.args[0] == folder
    assert known.args[1] > 0
