"""Runs of prompts with the verdicts a test wants; nothing here needs Qt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from desktop.domain.answer import Answer
from desktop.domain.conversation import StopReason
from desktop.domain.job import JobState
from desktop.domain.matching import Expectation, MatchRule
from desktop.domain.prompt_case import PromptCase
from desktop.domain.prompt_run import (
    Place,
    PromptResult,
    PromptRun,
    PromptRunRequest,
    RunModel,
    RunVersion,
)

MODEL = Path("/models/starter | small.gguf")
CASES = tuple(
    PromptCase(name, {"x": name}, Expectation(name, MatchRule.NUMBER)) for name in ("1", "2", "3")
)
LOOK = PromptCase("look", {"x": "y"})


def answer(text: str, seed: int = 1) -> Answer:
    return Answer(text, "", StopReason.END_OF_TURN, seed, 10, 4, 5.0, 20.0, 0.25)


def run(
    verdicts: dict[int, list[bool | None]], samples: int = 1, cases=CASES, **values: object
) -> PromptRun:
    """`verdicts` by version number: of each case whether it passed; None is not there yet."""
    versions = tuple(RunVersion(100 + number, number) for number in verdicts)
    request = PromptRunRequest(1, versions, tuple(cases), (MODEL,), samples)
    results = tuple(
        PromptResult(
            Place(100 + number, 0, case), 0, answer(f"it is {case + 1 if passed else 0}"), passed,
            float(passed),
        )
        for number, passes in verdicts.items()
        for case, passed in enumerate(passes)
        if passed is not None
    )  # fmt: skip
    whole = PromptRun(4, request, JobState.DONE, (RunModel(MODEL),), results, created_at=0.0)
    return replace(whole, **values)


def sampled(*answers: tuple[str, bool]) -> PromptRun:
    whole = run({1: []}, samples=len(answers), cases=CASES[:1])
    results = tuple(
        PromptResult(Place(101, 0, 0), number, answer(text), passed, float(passed))
        for number, (text, passed) in enumerate(answers)
    )
    return replace(whole, results=results)
