"""Cases and runs in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.domain.conversation import StopReason
from desktop.domain.job import JobState
from desktop.domain.matching import Expectation, MatchRule
from desktop.ui.formats import time_ago
from desktop.ui.prompt_runs.words import (
    answer_figures,
    chain_line,
    expected,
    rule_hint,
    rule_names,
    run_line,
    shortened,
)
from tests.helpers.prompt_runs_data import NOON, STARTER, TODAY, answer, chain, report


def test_every_rule_has_a_name_and_a_hint() -> None:
    assert set(rule_names()) == set(MatchRule)
    assert all(rule_hint(rule) for rule in MatchRule)


def test_what_is_expected_in_a_line() -> None:
    assert expected(Expectation("a\nb")) == "It contains “a b”"
    wanted = Expectation("a", MatchRule.BLEU, 0.25)
    assert expected(wanted) == "It reads like (BLEU) “a”, at least 0.25"


def test_an_answer_that_was_cut_off_says_so() -> None:
    cut = replace(answer("x", tokens=1), stop_reason=StopReason.MAX_TOKENS, seconds=12.34)
    assert answer_figures(cut) == "1 token · 12.3 s · cut off at the longest length"


def test_runs_in_a_line() -> None:
    run = report(JobState.CANCELLED, models=(STARTER,), samples=5).run
    when = time_ago(NOON, TODAY)
    assert run_line(run, TODAY) == (
        f"{when} · Version 2, Version 3 · 4 cases · quern-starter-f16 · 5 answers each · Cancelled"
    )
    stopped = chain(JobState.INTERRUPTED, 1)
    assert chain_line(stopped, TODAY) == f"{when} · quern-starter-f16 · 1 of 2 steps · Interrupted"


@pytest.mark.parametrize(("name", "shown"), [("abcdefg", "abcdefg"), ("abcdefgh", "abc…fgh")])
def test_a_long_name_loses_its_middle(name: str, shown: str) -> None:
    assert shortened(name, 7) == shown
