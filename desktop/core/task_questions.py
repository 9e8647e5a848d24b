"""What the models of a run are asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from desktop.core.answering import AnsweringModel
from desktop.core.job_control import JobControl
from desktop.core.turns import system_turns
from desktop.domain.conversation import Role
from desktop.domain.matching import Expectation
from desktop.domain.model import LoadConfig
from desktop.domain.task_run import TaskRequest
from desktop.engine.protocol import ChatTurn


@dataclass(frozen=True, slots=True)
class Question:
    """One question and what a good answer is."""

    turns: tuple[ChatTurn, ...]
    expectation: Expectation


@dataclass(frozen=True, slots=True)
class Plan:
    """How to load a model, and which tasks it is not asked, each with the reason."""

    config: LoadConfig
    skipped: Mapping[int, str] = field(default_factory=dict)


class Questions(Protocol):
    """Where the questions of a run come from."""

    @property
    def max_tokens(self) -> int:
        """Of an answer."""

    def plan(self, path: Path) -> Plan:
        """Look at a model before it is loaded. Raises: what is wrong with the file."""

    def question(self, model: AnsweringModel, task: int, control: JobControl) -> Question:
        """The question of a number, for a loaded model. Raises: Cancelled, QuernError."""


class SetQuestions:
    """Those of a task set."""

    def __init__(self, request: TaskRequest) -> None:
        self._request = request

    @property
    def max_tokens(self) -> int:
        return self._request.max_tokens

    def plan(self, path: Path) -> Plan:
        del path  # every model is asked everything
        return Plan(LoadConfig(threads=self._request.threads))

    def question(self, model: AnsweringModel, task: int, control: JobControl) -> Question:
        del model, control
        wanted = self._request.set.tasks[task]
        before = system_turns(self._request.set.system_prompt)
        return Question((*before, ChatTurn(Role.USER, wanted.prompt)), wanted.expectation)
