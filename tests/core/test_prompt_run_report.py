"""What a run comes to, cell by cell and as a sentence."""

from __future__ import annotations

from dataclasses import replace

from desktop.core.prompt_run_files import markdown_of
from desktop.core.prompt_run_report import PromptRunReport
from desktop.domain.prompt_run import Place, PromptResult, VersionResult
from tests.helpers.prompt_runs import CASES, LOOK, MODEL, answer, run, sampled


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


def test_of_several_answers_the_one_with_most_votes_is_judged() -> None:
    report = PromptRunReport("Sum", sampled(("2", False), ("1", True), ("it is 1", True)))
    (cell,) = report.cells.values()
    assert cell.passed is True and cell.answer.text == "1"
    assert (cell.vote.votes, cell.vote.of, cell.tokens, cell.seconds) == (2, 3, 12, 0.75)
    wrong = PromptRunReport("Sum", sampled(("2", False), ("1", True), ("2", False)))
    assert next(iter(wrong.cells.values())).passed is False
    assert "| FAIL (2 of 3 votes), 12 tokens, 0.8 s |" in markdown_of(wrong)


def test_an_answer_that_could_not_be_had_is_no_vote() -> None:
    whole = sampled(("1", True), ("1", True))
    lost = PromptResult(Place(101, 0, 0), 0, None, False, problem="It failed.")
    report = PromptRunReport("Sum", replace(whole, results=(lost, *whole.results[1:])))
    (cell,) = report.cells.values()
    assert (cell.passed, cell.problem, cell.vote.of) == (True, "It failed.", 1)
    later = replace(lost, sample=1)
    report = PromptRunReport("Sum", replace(whole, results=(whole.results[0], later)))
    (cell,) = report.cells.values()
    assert (cell.passed, cell.problem, cell.vote.of) == (True, "It failed.", 1)
    alone = PromptRunReport("Sum", replace(whole, results=(lost,)))
    (cell,) = alone.cells.values()
    assert (cell.passed, cell.answer, cell.score) == (False, None, 0.0)
    assert alone.summary() == "Version 1 passes 0 of 1."
    assert "FAIL, no answer" in markdown_of(alone) and "> It failed." in markdown_of(alone)


def test_what_nothing_was_expected_of_is_not_judged() -> None:
    whole = run({1: [True, None, None]}, cases=(CASES[0], LOOK))
    seen = PromptResult(Place(101, 0, 1), 0, answer("hello"), None)
    report = PromptRunReport("Sum", replace(whole, results=(*whole.results, seen)))
    assert report.summary() == "Version 1 passes 1 of 1."
    assert report.cells[Place(101, 0, 1)].passed is None
    assert "| look | answered, 4 tokens, 0.2 s |" in markdown_of(report)
