"""What models answered to a set of questions, or found in a haystack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from desktop.domain.errors import InvalidInput
from desktop.domain.job import JobState
from desktop.domain.needle import NeedleRequest
from desktop.domain.task_set import TaskSet

MAX_TOKENS = 256


@dataclass(frozen=True, slots=True)
class TaskRequest:
    """Which models answer which questions.

    Attributes:
        set: as it is now; a run keeps it, whatever becomes of the set in the list.
        models: the base first.
        max_tokens: of an answer.
        threads: 0 means physical cores - 1, at least 1.
    """

    set: TaskSet
    models: tuple[Path, ...]
    max_tokens: int = MAX_TOKENS
    threads: int = 0

    def __post_init__(self) -> None:
        """Raises: InvalidInput."""
        if self.max_tokens < 1:
            raise InvalidInput("An answer must be allowed at least one token.")


RunRequest = TaskRequest | NeedleRequest


@dataclass(frozen=True, slots=True)
class TaskAnswer:
    """What a model made of one question.

    Attributes:
        task: which one, from 0.
        problem: why there is no judgement, or "".
        cut: it was as long as answers may be.
        ttft_ms: milliseconds until the first token.
        seconds: from question to end.
    """

    task: int
    text: str = ""
    passed: bool = False
    score: float = 0.0
    problem: str = ""
    cut: bool = False
    completion_tokens: int = 0
    ttft_ms: float = 0.0
    tokens_per_second: float = 0.0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class AskedModel:
    """One model of a run.

    Attributes:
        position: among the models, the base is 0.
        name: its level, told apart from others of the same.
        bytes: size of the file when the run began, 0 when it cannot be read.
        problem, advice: why it was not asked any further, or "".
        answers: by task.
    """

    position: int
    name: str
    path: Path
    bytes: int = 0
    problem: str = ""
    advice: str = ""
    answers: Mapping[int, TaskAnswer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskRun:
    """A run, kept as it goes.

    Attributes:
        problem, advice: why it FAILED, else "".
        facts: what it takes to repeat it, by name.
        created_at: seconds since the epoch.
    """

    id: int
    request: RunRequest
    state: JobState
    models: tuple[AskedModel, ...] = ()
    problem: str = ""
    advice: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    created_at: float = 0.0

    @property
    def name(self) -> str:
        return (
            self.request.set.name
            if isinstance(self.request, TaskRequest)
            else "Needle in a haystack"
        )

    @property
    def questions(self) -> int:
        """How many each model is asked."""
        if isinstance(self.request, TaskRequest):
            return len(self.request.set.tasks)
        return len(self.request.cells)

    @property
    def measured(self) -> bool:
        """Whether there is anything to see of it."""
        return any(model.answers for model in self.models)

    @property
    def resumable(self) -> bool:
        """Whether going on could answer more."""
        return self.state.ended and any(
            len(model.answers) < self.questions for model in self.models
        )
