from __future__ import annotations

import pytest

from desktop.domain.next_token import AnswerToken, Candidate, NextToken, SamplerStage
from desktop.ui.next_token.picture import Cut, picture_of
from tests.helpers.next_token_data import choice


def test_all_together_goes_from_the_model_to_the_last_sampler():
    picture = picture_of(choice(), "", 8)
    assert [row.before for row in picture.rows][:3] == [0.4, 0.2, 0.12]
    assert [row.after for row in picture.rows] == [0.65, 0.22, 0.13, *[None] * 5]
    assert [row.chosen for row in picture.rows].index(True) == 1
    assert picture.cuts == (
        Cut(3, (("min_p", 3),)),
        Cut(4, (("top_p", 4),)),
        Cut(8, (("top_k", 8),)),
    )
    assert picture.others == 128_248 and picture.share == pytest.approx(0.09)
    assert picture.most_cuts == 3


def test_one_sampler_is_shown_between_its_neighbours():
    picture = picture_of(choice(), "top_p", 8)
    assert picture.rows[0].before == pytest.approx(0.4 / 0.91)
    assert picture.rows[0].after == pytest.approx(0.5)
    assert picture.rows[4].after is None
    assert picture.cuts == (Cut(4, (("top_p", 4),)),)
    assert picture.others == 0


def test_the_model_alone_is_the_same_before_and_after():
    picture = picture_of(choice(), "model", 8)
    assert all(row.before == row.after for row in picture.rows)
    assert picture.cuts == () and picture.most_cuts == 0


def test_temperature_cuts_nothing():
    picture = picture_of(choice(), "temperature", 8)
    assert picture.cuts == () and picture.others == 0
    assert [row.after for row in picture.rows] == [0.65, 0.22, 0.13]


def test_a_stage_that_does_not_act_any_more_is_all_together():
    assert picture_of(choice(), "typical_p", 8) == picture_of(choice(), "", 8)


def test_the_chosen_token_has_a_row_however_unlikely_it_was():
    token = choice()
    unlikely = NextToken(token.index, AnswerToken(7, " in", 0.01), token.stages)
    rows = picture_of(unlikely, "", 3).rows
    assert [row.id for row in rows] == [0, 1, 2, 7]
    assert rows[-1].chosen and rows[-1].after is None


def test_cuts_at_the_same_place_are_one_and_what_cut_nothing_is_none():
    candidates = (Candidate(1, "a", 0.7), Candidate(2, "b", 0.3))
    token = NextToken(
        0,
        None,
        (
            SamplerStage("model", 50, (*candidates, Candidate(3, "c", 0.0))),
            SamplerStage("top_k", 2, candidates, 0.3),
            SamplerStage("top_p", 2, candidates, None),
            SamplerStage("min_p", 2, candidates, 0.3),
        ),
    )
    assert picture_of(token, "", 3).cuts == (Cut(2, (("top_k", 2), ("min_p", 2))),)


def test_a_cut_beyond_the_rows_stands_at_their_end():
    token = choice()
    assert picture_of(token, "", 2).cuts[-1] == Cut(2, (("top_k", 8), ("top_p", 4), ("min_p", 3)))


def test_what_is_too_unlikely_to_be_told_is_not_taken_for_gone():
    before = tuple(Candidate(n, "x", 0.1) for n in range(3))
    stages = (SamplerStage("model", 900, before), SamplerStage("temperature", 900, before[:2]))
    rows = picture_of(NextToken(0, None, stages), "", 3).rows
    assert [row.after for row in rows] == [0.1, 0.1, 0.0]
    cut = (SamplerStage("model", 900, before), SamplerStage("top_k", 500, before[:2], 0.2))
    assert picture_of(NextToken(0, None, cut), "", 3).rows[2].after is None
