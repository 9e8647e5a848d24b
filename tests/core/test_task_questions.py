"""What the models of a run are asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from desktop.core.job_control import JobControl
from desktop.core.task_questions import SetQuestions
from desktop.domain.conversation import Role
from desktop.domain.matching import Expectation
from desktop.domain.task_run import TaskRequest
from desktop.domain.task_set import Task, TaskSet
from desktop.engine.protocol import ChatTurn

TASKS = (Task("a", Expectation("1")), Task("b", Expectation("2")))
NO_MODEL: Any = None


def test_a_question_stands_alone_after_the_system_prompt() -> None:
    questions = SetQuestions(TaskRequest(TaskSet("s", TASKS, "Be brief."), (Path("a"),), 9, 3))
    asked = questions.question(NO_MODEL, 1, JobControl())
    assert asked.turns == (ChatTurn(Role.SYSTEM, "Be brief."), ChatTurn(Role.USER, "b"))
    assert asked.expectation == TASKS[1].expectation
    plan = questions.plan(Path("a"))
    assert (plan.config.threads, plan.skipped, questions.max_tokens) == (3, {}, 9)


def test_without_a_system_prompt_there_is_none() -> None:
    questions = SetQuestions(TaskRequest(TaskSet("s", TASKS), (Path("a"),)))
    assert questions.question(NO_MODEL, 0, JobControl()).turns == (ChatTurn(Role.USER, "a"),)
