"""Tokens and partings in plain words."""

from __future__ import annotations

from dataclasses import replace

from desktop.domain.next_token import AnswerToken
from desktop.domain.side_by_side import Parting
from desktop.ui.side_by_side.words import parting_sentence, state_sentence
from tests.helpers.side_by_side_data import columns, parting


def test_what_is_not_known_of_a_parting_is_left_out() -> None:
    known = parting("Q2_K")
    assert parting_sentence(known, "BF16").count("\n") == 2
    assert parting_sentence(replace(known, own_there=None), "BF16").count("\n") == 1
    own, other = AnswerToken(1, "."), AnswerToken(2, " and")
    assert "it ends here" in parting_sentence(Parting(4, None, other), "BF16")
    assert "goes on where the other ends" in parting_sentence(Parting(4, own, None), "BF16")


def test_speed_of_models_that_answered_together_is_said_to_be_shared() -> None:
    done = columns()[1]
    assert state_sentence(done, comparable=True) == "44 tokens · 9.2 tokens a second"
    assert state_sentence(done, comparable=False).endswith("shared")
