"""Requests of runs, and what changed between two versions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

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
    VersionResult,
    changes_between,
    places_of,
)

A, B = Path("a.gguf"), Path("b.gguf")
ONE = PromptCase("one", {"x": "1"}, Expectation("1"))
TWO = PromptCase("two", {"x": "2"}, Expectation("2"))
REQUEST = PromptRunRequest(1, (RunVersion(10, 1), RunVersion(20, 2)), (ONE, TWO), (A, B), samples=3)


def result(case: PromptCase, passed: bool, model: Path = A) -> VersionResult:
    return VersionResult(case, model, passed)


def test_each_model_is_gone_through_once() -> None:
    places = list(places_of(REQUEST))
    assert [place.model for place in places] == [0] * 4 + [1] * 4
    assert len(set(places)) == 8
    assert places[:3] == [Place(10, 0, 0), Place(10, 0, 1), Place(20, 0, 0)]
    assert REQUEST.answers == 24


def test_a_run_can_go_on_while_answers_are_missing() -> None:
    request = replace(REQUEST, versions=REQUEST.versions[:1], cases=(ONE,), models=(A,), samples=1)
    run = PromptRun(1, request, JobState.RUNNING, (RunModel(A),))
    assert not run.resumable
    assert replace(run, state=JobState.CANCELLED).resumable
    done = replace(run, results=(PromptResult(Place(10, 0, 0), 0, None, False),))
    assert not replace(done, state=JobState.DONE).resumable


def test_cases_are_the_same_when_they_ask_the_same_whatever_their_name() -> None:
    assert ONE.asks_the_same(replace(ONE, name="other", id=7))
    assert not ONE.asks_the_same(replace(ONE, values={"x": "3"}))
    assert not ONE.asks_the_same(replace(ONE, expectation=Expectation("1", MatchRule.EXACT)))
    assert not ONE.asks_the_same(replace(ONE, expectation=None))


def test_what_a_change_mended_and_broke() -> None:
    older = [result(ONE, True), result(TWO, False), result(ONE, True, B)]
    newer = [result(ONE, False), result(TWO, True), result(ONE, True, B)]
    found = changes_between(older, newer)
    assert found.mended == (result(TWO, True),)
    assert found.broken == (result(ONE, False),)
    assert (found.compared, found.passed, found.before) == (3, 2, 2)


def test_only_the_same_case_with_the_same_model_is_compared() -> None:
    edited = replace(ONE, values={"x": "9"})
    found = changes_between([result(ONE, True)], [result(edited, False), result(ONE, False, B)])
    assert found.compared == 0 and not found.broken and not found.mended
