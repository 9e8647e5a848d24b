"""Task sets and results in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from desktop.domain.matching import MatchRule
from desktop.domain.task_run import TaskAnswer
from desktop.domain.task_scores import scores_of
from desktop.ui.tasks import words
from tests.helpers.task_data import kept_sets, needle_run, run_of, troubled_run

TODAY = date(2026, 6, 2)


def test_every_rule_has_a_name_and_a_meaning(qapp):
    assert set(words.rule_names()) == set(words.rule_meanings()) == set(MatchRule)


def test_a_set_says_how_many_questions_and_whose_it_is(qapp):
    mine, *_, starter = kept_sets()
    assert words.set_facts(mine, TODAY).startswith("5 questions · right when the answer ends with")
    assert words.set_facts(mine, TODAY).endswith("yours, edited 5 days ago")
    assert words.set_facts(starter, TODAY).endswith("is exactly · comes with Quern")


def test_a_run_has_a_title_and_a_line(qapp):
    assert words.run_title(needle_run()) == "Needle in a haystack"
    assert (
        words.run_line(run_of("++++-", "+++--"), TODAY)
        == "5 days ago · Done · F16, Q8_0 · 70 % right"
    )
    assert words.run_line(run_of(""), TODAY) == "5 days ago · Done · F16"


@pytest.mark.parametrize(
    ("base", "level", "says"),
    [
        ("+++++", "+++++", "Q8_0 gets right what the base gets right."),
        ("+++++", "++++-", "Q8_0 flips 1 answer: 1 lost, 0 won. That can be chance (p = 1.00)."),
        ("++---", "--+--", "Q8_0 flips 3 answers: 2 lost, 1 won. That can be chance (p = 1.00)."),
        ("", "+", ""),
    ],
)
def test_flips_are_told_with_what_they_mean(qapp, base: str, level: str, says: str):
    assert words.flip_words(scores_of(run_of(base, level))[1]) == says


def test_flips_that_are_hardly_chance_are_said_to_be_real(qapp):
    base, level = scores_of(needle_run())
    assert words.flip_words(level).endswith("It is really worse (p = 0.016).")
    turned = replace(needle_run(), models=needle_run().models[::-1])
    assert "It is really better" in words.flip_words(scores_of(turned)[1])
    assert words.flip_words(base) == ""


def test_numbers_are_written_with_their_intervals(qapp):
    base, *_, broken = scores_of(troubled_run())
    assert words.accuracy(base) == "100.0 % (56.6 to 100.0)"
    assert words.speed(base.speed) == "21.9" and words.speed(None) == ""
    assert words.overlap(base.rouge) == "1.00" and words.overlap(broken.rouge) == ""
    assert words.accuracy(scores_of(run_of(""))[0]) == ""


def test_an_answer_says_what_there_is(qapp):
    assert words.answer_words(None) == "not asked yet"
    assert words.answer_words(TaskAnswer(0)) == "(an empty answer)"
    assert words.answer_words(TaskAnswer(0, "Yes")) == "Yes"
    assert words.answer_words(TaskAnswer(0, "Yes", problem="It failed.")) == "It failed."
