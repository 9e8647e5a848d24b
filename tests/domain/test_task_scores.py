"""What the answers of a run say."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.domain.job import JobState
from desktop.domain.matching import Expectation, MatchRule
from desktop.domain.needle import NeedleRequest
from desktop.domain.task_run import AskedModel, TaskAnswer, TaskRequest, TaskRun
from desktop.domain.task_scores import flips_between, grid_of, scores_of
from desktop.domain.task_set import Task, TaskSet

PATHS = (Path("base.gguf"), Path("level.gguf"))


def model(position: int, marks: str) -> AskedModel:
    """From a mark for each task: + right, - wrong, ? not judged, space not asked."""
    answers = {
        task: TaskAnswer(
            task,
            passed=mark == "+",
            score=float(mark == "+"),
            problem="It failed." if mark == "?" else "",
            completion_tokens=1,
            tokens_per_second=10.0 + 10.0 * task,
            seconds=2.0,
        )
        for task, mark in enumerate(marks)
        if mark != " "
    }
    return AskedModel(position, f"L{position}", PATHS[position], answers=answers)


def run_of(*models: AskedModel, rules: tuple[MatchRule, ...] = ()) -> TaskRun:
    rules = rules or (MatchRule.CONTAINS,) * 10
    tasks = tuple(Task("p", Expectation("x", rule)) for rule in rules)
    return TaskRun(1, TaskRequest(TaskSet("s", tasks), PATHS), JobState.DONE, models)


def test_flips_are_counted_where_both_were_judged() -> None:
    flips = flips_between(model(0, "++-?+ -"), model(1, "-+++ ++"))
    assert (flips.lost, flips.won, flips.paired) == ((0,), (2, 6), 4)
    assert flips.p == 1.0 and not flips.differs


def test_uneven_flips_say_that_a_level_differs() -> None:
    flips = flips_between(model(0, "++++++"), model(1, "------"))
    assert flips.p == pytest.approx(2 / 64) and flips.differs


def test_a_score_counts_what_was_judged() -> None:
    base, level = scores_of(run_of(model(0, "++-?"), model(1, " +")))
    assert (base.answered, base.right, base.unjudged, base.seconds) == (3, 2, 1, 6.0)
    assert base.accuracy is not None and base.accuracy.value == pytest.approx(2 / 3)
    assert base.accuracy.low < 2 / 3 < base.accuracy.high
    assert base.speed == pytest.approx(3 / (1 / 10 + 1 / 20 + 1 / 30))  # one token each
    assert base.flips is None and level.flips is not None and level.flips.paired == 1
    assert base.bleu is base.rouge is None


def test_nothing_judged_has_no_accuracy() -> None:
    (score,) = scores_of(run_of(model(0, "??")))
    assert score.accuracy is None and score.speed is None and score.unjudged == 2


def test_nothing_in_common_with_the_base_flips_nothing() -> None:
    _, level = scores_of(run_of(model(0, "+ "), model(1, " +")))
    assert level.flips is None


def test_overlap_is_averaged_over_its_own_questions() -> None:
    rules = (MatchRule.BLEU, MatchRule.BLEU, MatchRule.ROUGE, MatchRule.EXACT)
    (score,) = scores_of(run_of(model(0, "+-++"), rules=rules))
    assert score.bleu is not None and score.bleu.value == 0.5
    assert score.rouge is not None and score.rouge.value == 1.0


def test_the_grid_of_needles_has_a_row_for_each_depth() -> None:
    request = NeedleRequest(PATHS, (400, 200), depths=2, repeats=2)
    assert [cell[:2] for cell in request.cells[::2]] == [(200, 0), (200, 1), (400, 0), (400, 1)]
    assert grid_of(request, model(0, "+++-??  ")) == ((1.0, None), (0.5, None))
