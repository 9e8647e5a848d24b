"""Task sets, runs and controllers that only note what they are asked."""

from __future__ import annotations

import time
from dataclasses import replace

from PySide6.QtCore import Signal

from desktop.core.task_sets import shipped_sets
from desktop.domain.job import JobState
from desktop.domain.matching import Expectation, MatchRule
from desktop.domain.needle import NeedleRequest
from desktop.domain.task_run import AskedModel, TaskAnswer, TaskRequest, TaskRun
from desktop.domain.task_set import KeptTaskSet, Task, TaskSet
from desktop.ui.icons import Icons
from desktop.ui.tasks.result_view import ResultView
from desktop.ui.tasks.set_editor import SetEditor
from desktop.ui.tasks.setup_view import SetupView
from desktop.ui.tasks.tasks_body import TasksBody
from tests.helpers.comparison_data import library
from tests.helpers.fake_controllers import FakeKeptRuns, Noting

EDITED = time.mktime((2026, 5, 28, 12, 0, 0, 0, 0, -1))
LONG = (
    "A train leaves Oldhaven at 9:40 and arrives in Brunnen an der Langen Lahn at 11:05, after a"
    " stop of ten minutes. How many minutes does it move?"
)
MINE = TaskSet(
    "Questions our support team is asked",
    (
        Task("What is 7 + 5?", Expectation("12", MatchRule.NUMBER)),
        Task(LONG, Expectation("75", MatchRule.NUMBER)),
        Task("Which planet is the largest?", Expectation("Jupiter")),
        Task("Sum it up:\nIt rained all day.", Expectation("Rain all day.", MatchRule.ROUGE, 0.4)),
        Task("Is the Sun a star? Yes or no?", Expectation("yes", MatchRule.CHOICE)),
    ),
    "Answer briefly.",
)
PATHS = tuple(entry.path for entry in library()[:3])
FACTS = {"Quern": "1.0", "Sampling": "greedy (temperature 0), seed 0", "Threads": "3"}


def kept_sets() -> list[KeptTaskSet]:
    return [KeptTaskSet(MINE, 4, EDITED), *map(KeptTaskSet, shipped_sets())]


def answers(marks: str, texts: tuple[str, ...] = ()) -> dict[int, TaskAnswer]:
    """From a mark for each task: + right, - wrong, ? not judged, space not asked."""
    return {
        task: TaskAnswer(
            task,
            text=texts[task] if task < len(texts) else "It is so." * (mark == "+"),
            passed=mark == "+",
            score=float(mark == "+"),
            problem="The model failed." if mark == "?" else "",
            completion_tokens=8,
            tokens_per_second=20.0 + task,
            seconds=0.5,
        )
        for task, mark in enumerate(marks)
        if mark != " "
    }


def run_of(*marks: str, state: JobState = JobState.DONE, number: int = 7) -> TaskRun:
    """One of MINE, with marks for each model."""
    names = ("F16", "Q8_0", "Q4_K_M")
    texts = (
        "12",
        "It moves for 75 minutes.",
        "Jupiter is the largest planet.",
        "It rained.",
        "Yes",
    )
    wrong = ("13", "85", "Saturn, with its rings.", "It was sunny.", "No")
    models = tuple(
        AskedModel(
            position,
            names[position],
            PATHS[position],
            10**9,
            answers=answers(
                mark,
                tuple(
                    right if one == "+" else other
                    for one, right, other in zip(mark, texts, wrong, strict=False)
                ),
            ),
        )
        for position, mark in enumerate(marks)
    )
    request = TaskRequest(MINE, PATHS[: len(marks)])
    return TaskRun(number, request, state, models, facts=FACTS, created_at=EDITED)


def troubled_run() -> TaskRun:
    run = run_of("+++++", "+-?", "++", state=JobState.CANCELLED)
    broken = replace(
        run.models[2],
        problem="llama.cpp stopped itself (GGML_ASSERT).",
        advice="Check that enough memory is free.",
    )
    return replace(run, models=(*run.models[:2], broken))


def needle_run(state: JobState = JobState.DONE) -> TaskRun:
    """Deep needles in long texts are lost by the level; the longest text was left out."""
    request = NeedleRequest(PATHS[:2], (512, 1024, 2048, 4096), depths=5, repeats=2)
    reason = "The model was trained for 4,096 tokens; a text of 4,096 and its question take 4,352."

    def found(level: int) -> dict[int, TaskAnswer]:
        return {
            task: TaskAnswer(task, problem=reason)
            if cell.length == 4096
            else TaskAnswer(
                task,
                passed=(cell.length + 512 * level * cell.repeat) * (1 - abs(cell.depth - 0.5))
                < 1900 - 700 * level,
                tokens_per_second=18.0,
                seconds=2.0,
            )
            for task, cell in enumerate(request.cells)
        }

    models = tuple(
        AskedModel(position, name, PATHS[position], 10**9, answers=found(position))
        for position, name in enumerate(("F16", "Q8_0"))
    )
    return TaskRun(8, request, state, models, facts=FACTS, created_at=EDITED)


class FakeTaskRuns(FakeKeptRuns):
    """A TaskRunsController that does nothing by itself."""

    model_known = Signal(object, object)
    model_refused = Signal(object, object)


class FakeTaskSets(Noting):
    """A TaskSetsController that does nothing by itself."""

    failed = Signal(object)
    listed = Signal(object)
    saved = Signal(object)
    refused = Signal(object)
    removed = Signal(object)
    exported = Signal(object)


def tasks_body(icons: Icons) -> TasksBody:
    """The content of a tasks view."""
    return TasksBody(SetupView(icons), ResultView(icons), SetEditor())
