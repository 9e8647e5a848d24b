"""Runs of a prompt: its versions on its cases with models, and chains of prompts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from desktop.domain.answer import Answer
from desktop.domain.job import JobState
from desktop.domain.prompt_case import PromptCase

MAX_SAMPLES = 40


class RunVersion(NamedTuple):
    """A version of a prompt: row and number."""

    id: int
    number: int


@dataclass(frozen=True, slots=True)
class PromptRunRequest:
    """Which versions are tried on which cases with which models.

    Attributes:
        cases: as they are when the run is made; changing them later changes no result.
        samples: answers to each case. 1 is the likeliest answer (temperature 0); more are drawn
            at the prompt's own temperature, each with another seed, and vote.
    """

    prompt_id: int
    versions: tuple[RunVersion, ...]
    cases: tuple[PromptCase, ...]
    models: tuple[Path, ...]
    samples: int = 1

    @property
    def answers(self) -> int:
        """How many answers it asks for."""
        return len(self.versions) * len(self.cases) * len(self.models) * self.samples


class Place(NamedTuple):
    """A cell of the table of results: `model` and `case` are positions in the request."""

    version_id: int
    model: int
    case: int


@dataclass(frozen=True, slots=True)
class PromptResult:
    """One answer of a run.

    Attributes:
        sample: from 0.
        answer: None when there is none, which `problem` explains.
        passed: None when nothing was expected.
        score: 0 to 1.
    """

    place: Place
    sample: int
    answer: Answer | None
    passed: bool | None
    score: float = 0.0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class RunModel:
    """A model of a run. `problem` and `advice` say why answers of it are missing, else ""."""

    path: Path
    problem: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class PromptRun:
    """A run and what came of it so far.

    Attributes:
        models: in the order of the request.
        problem, advice: why it FAILED, else "".
        created_at: seconds since the epoch.
    """

    id: int
    request: PromptRunRequest
    state: JobState
    models: tuple[RunModel, ...]
    results: tuple[PromptResult, ...] = ()
    problem: str = ""
    advice: str = ""
    created_at: float = 0.0

    @property
    def resumable(self) -> bool:
        """Whether going on could answer more."""
        return self.state.ended and len(self.results) < self.request.answers


def places_of(request: PromptRunRequest) -> Iterator[Place]:
    """All cells, model by model, so that each is loaded once."""
    for model in range(len(request.models)):
        for version in request.versions:
            for case in range(len(request.cases)):
                yield Place(version.id, model, case)


@dataclass(frozen=True, slots=True)
class VersionResult:
    """What became of a case with one version and model, whatever run it was in."""

    case: PromptCase
    model: Path
    passed: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of cases between two versions: those that pass now, and those that no longer do.

    Attributes:
        compared: cells that were judged in both.
        passed: of the newer one, of those that were compared.
        before: the same of the older one.
    """

    mended: tuple[VersionResult, ...] = ()
    broken: tuple[VersionResult, ...] = ()
    compared: int = 0
    passed: int = 0
    before: int = 0


def changes_between(older: Sequence[VersionResult], newer: Sequence[VersionResult]) -> Changes:
    """What a change of the prompt mended and broke, where both versions met the same case and
    model."""
    mended, broken, compared, passed, before = [], [], 0, 0, 0
    for now in newer:
        was = next(
            (one for one in older if one.model == now.model and one.case.asks_the_same(now.case)),
            None,
        )
        if was is None:
            continue
        compared += 1
        passed += now.passed
        before += was.passed
        if now.passed and not was.passed:
            mended.append(now)
        elif was.passed and not now.passed:
            broken.append(now)
    return Changes(tuple(mended), tuple(broken), compared, passed, before)


@dataclass(frozen=True, slots=True)
class ChainRequest:
    """A chain of prompts that is to be run.

    Attributes:
        prompt_id: of the first prompt.
        values: of all its prompts' placeholders by name, but for those that get an answer.
    """

    prompt_id: int
    model: Path
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChainStepResult:
    """One step of a chain that was run.

    Attributes:
        title: of the prompt.
        version_id: the version that was used.
        text, system_prompt: as they were filled in.
        answer: None when there is none, which `problem` explains.
    """

    title: str
    version_id: int
    text: str
    system_prompt: str
    answer: Answer | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ChainRun:
    """A chain and the steps it took so far; `titles` are those of all its prompts."""

    id: int
    request: ChainRequest
    titles: tuple[str, ...]
    state: JobState
    steps: tuple[ChainStepResult, ...] = ()
    problem: str = ""
    advice: str = ""
    created_at: float = 0.0
