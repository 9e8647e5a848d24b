"""What a run comes to, cell by cell, as a sentence and as text."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.prompt_run_report import PromptRunReport
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
    VersionResult,
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


def test_the_sentence_says_what_the_change_mended_and_broke() -> None:
    report = PromptRunReport("Sum", run({2: [True, False, False], 3: [False, True, True]}))
    assert report.summary() == ("Version 3 passes 2 of 3; version 2 passed 1: 2 mended, 1 broken.")
    newer, older, changes = report.change
    assert (newer, older) == (3, 2)
    assert [one.case.name for one in changes.broken] == ["1"]
    assert [one.case.name for one in changes.mended] == ["2", "3"]


def test_an_older_version_may_have_run_before() -> None:
    before = [VersionResult(case, MODEL, passed=True) for case in CASES[:2]]
    report = PromptRunReport("Sum", run({3: [True, False, True]}), (1, before))
    assert report.summary() == (
        "Version 3 passes 2 of 3; version 1 passed 2 of 2: none mended, 1 broken."
    )


def test_without_an_older_version_it_says_what_passes() -> None:
    assert PromptRunReport("Sum", run({1: [True, True, False]})).summary() == (
        "Version 1 passes 2 of 3."
    )
    assert PromptRunReport("Sum", run({1: [True, None, None]})).summary() == (
        "Version 1 passes 1 of 1. 2 are not judged."
    )
    assert PromptRunReport("Sum", run({1: []})).summary() == "Nothing was judged so far."


def sampled(*answers: tuple[str, bool]) -> PromptRun:
    whole = run({1: []}, samples=len(answers), cases=CASES[:1])
    results = tuple(
        PromptResult(Place(101, 0, 0), number, answer(text), passed, float(passed))
        for number, (text, passed) in enumerate(answers)
    )
    return replace(whole, results=results)


def test_of_several_answers_the_one_with_most_votes_is_judged() -> None:
    report = PromptRunReport("Sum", sampled(("2", False), ("1", True), ("it is 1", True)))
    (cell,) = report.cells.values()
    assert cell.passed is True and cell.answer.text == "1"
    assert (cell.vote.votes, cell.vote.of, cell.tokens, cell.seconds) == (2, 3, 12, 0.75)
    wrong = PromptRunReport("Sum", sampled(("2", False), ("1", True), ("2", False)))
    assert next(iter(wrong.cells.values())).passed is False
    assert "| FAIL (2 of 3 votes), 12 tokens, 0.8 s |" in wrong.markdown()


def test_an_answer_that_could_not_be_had_is_no_vote() -> None:
    whole = sampled(("1", True), ("1", True))
    lost = PromptResult(Place(101, 0, 0), 0, None, False, problem="It failed.")
    report = PromptRunReport("Sum", replace(whole, results=(lost, *whole.results[1:])))
    (cell,) = report.cells.values()
    assert (cell.passed, cell.problem, cell.vote.of) == (True, "It failed.", 1)
    alone = PromptRunReport("Sum", replace(whole, results=(lost,)))
    (cell,) = alone.cells.values()
    assert (cell.passed, cell.answer, cell.score) == (False, None, 0.0)
    assert alone.summary() == "Version 1 passes 0 of 1."
    assert "FAIL, no answer" in alone.markdown() and "> It failed." in alone.markdown()


def test_what_nothing_was_expected_of_is_not_judged() -> None:
    whole = run({1: [True, None, None]}, cases=(CASES[0], LOOK))
    seen = PromptResult(Place(101, 0, 1), 0, answer("hello"), None)
    report = PromptRunReport("Sum", replace(whole, results=(*whole.results, seen)))
    assert report.summary() == "Version 1 passes 1 of 1."
    assert report.cells[Place(101, 0, 1)].passed is None
    assert "| look | answered, 4 tokens, 0.2 s |" in report.markdown()


def test_as_csv_a_line_for_each_cell() -> None:
    rows = list(
        csv.DictReader(
            io.StringIO(PromptRunReport("Sum", run({1: [True, False, None]}, cases=CASES)).csv())
        )
    )
    assert [row["passed"] for row in rows] == ["yes", "no", ""]
    assert rows[0] == {
        "case": "1", "version": "1", "model": MODEL.name, "expected": "1", "rule": "number",
        "passed": "yes", "score": "1", "votes": "1", "answers": "1", "answer": "it is 1",
        "prompt_tokens": "10", "completion_tokens": "4", "seconds": "0.250", "problem": "",
    }  # fmt: skip


def test_as_markdown_the_table_what_changed_and_every_answer() -> None:
    whole = run({2: [True, False, False], 3: [False, True, True]})
    broken = RunModel(Path("/b.gguf"), "It died.", "Take another.")
    text = PromptRunReport("Sum", replace(whole, models=(*whole.models, broken))).markdown()
    assert "# Sum: test of 1970-01-01" in text
    assert "| Case | Version 2, starter \\| small | Version 3, starter \\| small |" in text
    assert "| 2 | FAIL, 4 tokens, 0.2 s | pass, 4 tokens, 0.2 s |" in text
    assert "- b.gguf: It died. Take another." in text
    assert "- Broken from version 2 to 3: 1 (starter | small)" in text
    assert "### 1, version 2, starter | small\n\n> it is 1\n" in text
    assert "greedy" in text and text.endswith("\n")


@pytest.mark.parametrize(("name", "begins"), [("a.csv", "case,"), ("a.md", "# Sum")])
def test_the_name_says_how_it_is_written(tmp_path: Path, name: str, begins: str) -> None:
    path = PromptRunReport("Sum", run({1: [True, True, True]})).write(tmp_path / name)
    assert path.read_text(encoding="utf-8").startswith(begins)
