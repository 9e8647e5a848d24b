"""Running questions over models, with the scripted engine."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.answering import AnsweringModel, AnsweringModels
from desktop.core.job_control import JobControl
from desktop.core.model_inspector import ModelInspector
from desktop.core.task_runs import SEED, TaskRuns
from desktop.domain.conversation import StopReason
from desktop.domain.errors import Cancelled, InvalidInput, StorageFault
from desktop.domain.job import JobProgress, JobState
from desktop.domain.matching import Expectation, MatchRule
from desktop.domain.needle import NeedleRequest
from desktop.domain.sampling import SamplerSettings
from desktop.domain.task_run import RunRequest, TaskRequest, TaskRun
from desktop.domain.task_set import Task, TaskSet
from desktop.storage.database import Database
from desktop.storage.task_runs import StoredTaskRuns

BASE, LEVEL = Path("a.gguf"), Path("b.gguf")


def tasks_of(*prompts: str, expected: str = "x", rule: MatchRule = MatchRule.CONTAINS) -> TaskSet:
    return TaskSet("s", tuple(Task(prompt, Expectation(expected, rule)) for prompt in prompts))


class Runs(TaskRuns):
    """Runs with the scripted engine; remembers what was told."""

    def __init__(self, database: Database, make_engine) -> None:
        self.inspector = ModelInspector(make_engine)
        self.store = StoredTaskRuns(database)
        self.loads = 0

        def make():
            self.loads += 1
            return make_engine()

        super().__init__(self.store, AnsweringModels(make), self.inspector)
        self.progress: list[JobProgress] = []
        self.seen: list[TaskRun] = []

    def go(self, request: RunRequest | int, control: JobControl | None = None) -> TaskRun:
        number = request if isinstance(request, int) else self.create(request).id
        return self.run(number, control or JobControl(), self.progress.append, self.seen.append)


@pytest.fixture
def runs(database: Database, make_engine):
    runs = Runs(database, make_engine)
    yield runs
    runs.inspector.close()


def marks(run: TaskRun, position: int = 0) -> str:
    answers = run.models[position].answers
    return "".join(
        "?" if answers[task].problem else "-+"[answers[task].passed] for task in sorted(answers)
    )


def test_every_model_is_asked_everything_and_loaded_once(runs: Runs) -> None:
    run = runs.go(TaskRequest(tasks_of("say x", "say y", "think x|no"), (BASE, LEVEL)))
    assert [marks(run, position) for position in (0, 1)] == ["+--", "+--"]
    assert run.state is JobState.DONE and run == runs.get(run.id) == runs.seen[-1]
    assert runs.loads == 2
    answer = run.models[1].answers[0]
    assert (answer.text, answer.completion_tokens, answer.tokens_per_second) == ("x", 3, 10.0)
    assert answer.seconds > 0 and not answer.cut
    assert "SHA-256 of the questions" in run.facts and run.facts["Longest answer"] == "256 tokens"


def test_answers_are_greedy_bounded_and_without_thinking(runs: Runs, monkeypatch) -> None:
    asked: list[tuple[SamplerSettings, object]] = []
    real = AnsweringModel.answer

    def answer(self, turns, sampler, control, *, on_text=None, template_arguments=None):
        asked.append((sampler, template_arguments))
        return real(self, turns, sampler, control, template_arguments=template_arguments)

    monkeypatch.setattr(AnsweringModel, "answer", answer)
    runs.go(TaskRequest(tasks_of("say x"), (BASE,), max_tokens=17))
    greedy = SamplerSettings(temperature=0.0, seed=SEED, max_tokens=17)
    assert asked == [(greedy, {"enable_thinking": False})]


def test_levels_of_one_name_are_told_apart(runs: Runs) -> None:
    run = runs.create(TaskRequest(tasks_of("say x"), (BASE, LEVEL, BASE)))
    assert [model.name for model in run.models] == ["F16", "F16 (b)"]


def test_progress_goes_up_to_the_end(runs: Runs) -> None:
    runs.go(TaskRequest(tasks_of("say x", "say y"), (BASE, Path("bad.gguf"), LEVEL)))
    fractions = [one.fraction for one in runs.progress]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0
    assert "F16: question 2" in [one.step for one in runs.progress]


def test_a_model_that_dies_says_so_and_the_rest_goes_on(runs: Runs) -> None:
    kill = Path("kill.gguf")
    run = runs.go(TaskRequest(tasks_of("say x"), (BASE, kill, Path("bad.gguf"), LEVEL)))
    assert [marks(run, position) for position in range(4)] == ["+", "", "", "+"]
    assert all(run.models[position].problem for position in (1, 2))
    assert run.models[2].name == "bad"
    assert run.state is JobState.DONE and run.resumable


def test_a_question_that_kills_the_child_ends_that_model_only(runs: Runs) -> None:
    run = runs.go(TaskRequest(tasks_of("say x", "crash now", "say x"), (BASE, LEVEL)))
    assert [marks(run, position) for position in (0, 1)] == ["+", "+"]
    assert all(model.problem for model in run.models)


def test_a_question_that_fails_says_so_itself(runs: Runs) -> None:
    run = runs.go(TaskRequest(tasks_of("fail now", "say x"), (BASE,)))
    assert marks(run) == "?+"
    assert "The model failed." in run.models[0].answers[0].problem


def test_a_pattern_that_never_ends_is_a_problem_of_its_question(runs: Runs) -> None:
    asked = tasks_of("say " + "a" * 60 + "b", expected="(a|aa)+$", rule=MatchRule.REGEX)
    run = runs.go(TaskRequest(asked, (BASE,)))
    answer = run.models[0].answers[0]
    assert "takes too long" in answer.problem and answer.text.startswith("aaa")


def test_cancelling_keeps_what_was_answered_and_it_goes_on_from_there(runs: Runs) -> None:
    control = JobControl()

    def on_change(run: TaskRun) -> None:
        if len(run.models[0].answers) == 2:
            control.cancel()

    request = TaskRequest(tasks_of("say x", "say y", "say x"), (BASE, LEVEL))
    number = runs.create(request).id
    with pytest.raises(Cancelled):
        runs.run(number, control, runs.progress.append, on_change)
    stopped = runs.get(number)
    assert stopped.state is JobState.CANCELLED and stopped.resumable
    assert [marks(stopped, position) for position in (0, 1)] == ["+-", ""]
    before = dict(stopped.models[0].answers)
    run = runs.go(number)
    assert [marks(run, position) for position in (0, 1)] == ["+-+", "+-+"]
    assert {task: run.models[0].answers[task] for task in before} == before
    assert run.state is JobState.DONE and not run.resumable


def test_cancelling_in_the_middle_of_an_answer(runs: Runs) -> None:
    control = JobControl()

    def on_change(run: TaskRun) -> None:
        if run.models[0].answers:
            threads.append(threading.Timer(0.05, control.cancel))
            threads[-1].start()

    threads: list[threading.Timer] = []
    number = runs.create(TaskRequest(tasks_of("say x", "slow 100000"), (BASE,))).id
    with pytest.raises(Cancelled):
        runs.run(number, control, runs.progress.append, on_change)
    for thread in threads:
        thread.join()
    assert marks(runs.get(number)) == "+"


def test_a_file_that_changed_is_not_mixed_with_what_it_was(runs: Runs) -> None:
    run = runs.create(TaskRequest(tasks_of("say x", "say x"), (BASE,)))
    half = runs.go(run.id)
    runs.store.update_model(run.id, replace(half.models[0], bytes=999))
    with runs.store._database.writing() as db:
        db.execute("DELETE FROM task_answers WHERE task = 1")
    run = runs.go(run.id)
    assert "has changed" in run.models[0].problem and marks(run) == "+"


def test_what_was_answered_before_a_crash_stays_when_the_rest_is_tried_again(runs: Runs) -> None:
    run = runs.go(TaskRequest(tasks_of("say x", "crash now", "say x"), (BASE, LEVEL)))
    again = runs.go(run.id)
    assert again.models == run.models and again.resumable
    assert runs.loads == 4


def test_a_model_that_failed_is_tried_again(runs: Runs) -> None:
    run = runs.create(TaskRequest(tasks_of("say x"), (BASE,)))
    runs.store.update_model(run.id, replace(run.models[0], problem="It died."))
    run = runs.go(run.id)
    assert marks(run) == "+" and not run.models[0].problem


def test_a_database_that_fails_fails_the_run(runs: Runs, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise StorageFault("The disk is full.", "Free some space.")

    number = runs.create(TaskRequest(tasks_of("say x"), (BASE, LEVEL))).id
    monkeypatch.setattr(runs.store, "put_answer", full)
    with pytest.raises(StorageFault):
        runs.go(number)
    run = runs.get(number)
    assert (run.state, run.problem) == (JobState.FAILED, "The disk is full.")


def test_what_cannot_be_run_is_refused(runs: Runs) -> None:
    with pytest.raises(InvalidInput, match="No model"):
        runs.create(TaskRequest(tasks_of("say x"), ()))
    with pytest.raises(InvalidInput, match="no questions"):
        runs.create(TaskRequest(TaskSet("s"), (BASE,)))
    assert runs.list() == []


def test_needles_are_hidden_asked_and_judged(runs: Runs) -> None:
    """The scripted engine repeats the prompt, so that every needle is found."""
    run = runs.go(NeedleRequest((BASE,), (200, 4000), depths=3, repeats=2))
    assert marks(run) == "++++++??????"
    assert "trained for 2,048 tokens" in run.models[0].answers[6].problem
    assert run.state is JobState.DONE


def test_a_model_with_nothing_to_answer_is_not_loaded(runs: Runs) -> None:
    run = runs.go(NeedleRequest((BASE,), (4000,), depths=3, repeats=1))
    assert marks(run) == "???" and run.state is JobState.DONE
    assert runs.loads == 0


def test_an_answer_cut_short_is_known(runs: Runs, monkeypatch) -> None:
    real = AnsweringModel.answer

    def answer(self, *args, **options):
        return replace(real(self, *args, **options), stop_reason=StopReason.MAX_TOKENS)

    monkeypatch.setattr(AnsweringModel, "answer", answer)
    assert runs.go(TaskRequest(tasks_of("say x"), (BASE,))).models[0].answers[0].cut


def test_a_run_is_forgotten_and_taken_up(runs: Runs) -> None:
    first, second = (runs.create(TaskRequest(tasks_of("say x"), (BASE,))) for _ in "ab")
    runs.take_up()
    assert runs.get(first.id).state is JobState.INTERRUPTED
    runs.remove(second.id)
    assert [run.id for run in runs.list()] == [first.id]
