"""Ranking by votes between two at a time."""

from __future__ import annotations

import math
import random

import pytest

from desktop.domain.ranking import Duel, rank, votes_needed


def duels(first: int, second: int, wins: int, ties: int, losses: int) -> list[Duel]:
    return (
        [Duel(first, second, 1.0)] * wins
        + [Duel(first, second, 0.5)] * ties
        + [Duel(first, second, 0.0)] * losses
    )


@pytest.mark.parametrize(("share", "votes"), [(0.6, 194), (0.4, 194), (0.7, 47), (0.51, None)])
def test_how_many_votes_show_a_preference(share: float, votes: int | None) -> None:
    assert votes_needed(share) == votes


def test_nothing_shows_that_there_is_no_preference() -> None:
    assert votes_needed(0.5) is None


def test_of_two_the_share_is_that_of_their_votes() -> None:
    ranking = rank(2, duels(0, 1, wins=12, ties=4, losses=24))
    assert [one.number for one in ranking.standings] == [1, 0]
    best = ranking.standings[0]
    assert best.share.value == pytest.approx(26 / 40, abs=1e-9)
    # The interval of a logit: 1 / (n p q) is its variance.
    reach = 1.959964 / math.sqrt(40 * 0.65 * 0.35)
    odds = math.log(0.65 / 0.35)
    assert best.share.low == pytest.approx(1 / (1 + math.exp(reach - odds)), abs=1e-6)
    assert best.share.high == pytest.approx(1 / (1 + math.exp(-reach - odds)), abs=1e-6)
    assert ranking.lead is not None
    assert ranking.lead.value == pytest.approx(best.share.value)
    assert (best.wins, best.ties, best.losses, best.votes) == (24, 4, 12, 40)
    assert not ranking.regularised and not ranking.told_apart
    assert ranking.more_votes == votes_needed(0.65) - 40


def test_strengths_are_those_of_agrestis_baseball_teams() -> None:
    """Agresti, Categorical Data Analysis, 2nd edition, table 10.10: wins of the row's team over the
    column's in 1987, and the strengths fitted to them, relative to Baltimore (10.11)."""
    teams = ["Milwaukee", "Detroit", "Toronto", "New York", "Boston", "Cleveland", "Baltimore"]
    wins = [
        [0, 7, 9, 7, 7, 9, 11],
        [6, 0, 7, 5, 11, 9, 9],
        [4, 6, 0, 7, 7, 8, 12],
        [6, 8, 6, 0, 6, 7, 10],
        [6, 2, 6, 7, 0, 7, 12],
        [4, 4, 5, 6, 6, 0, 6],
        [2, 4, 1, 3, 1, 7, 0],
    ]
    cast = [
        duel
        for a, row in enumerate(wins)
        for b, won in enumerate(row)
        for duel in duels(a, b, wins=won, ties=0, losses=0)
    ]
    ranking = rank(7, cast)
    assert [teams[one.number] for one in ranking.standings] == teams
    expected = [1.58, 1.44, 1.29, 1.25, 1.11, 0.68, 0.0]
    shares = {one.number: one.share.value for one in ranking.standings}

    def share(number: int) -> float:
        others = [value for other, value in enumerate(expected) if other != number]
        return sum(1 / (1 + math.exp(value - expected[number])) for value in others) / 6

    assert shares == {number: pytest.approx(share(number), abs=0.003) for number in range(7)}


def test_who_was_compared_with_a_third_only_is_ranked_through_it() -> None:
    ranking = rank(3, duels(0, 1, 30, 0, 10) + duels(1, 2, 30, 0, 10))
    assert [one.number for one in ranking.standings] == [0, 1, 2]
    assert not ranking.regularised
    # Odds multiply: 3 to 1 twice is 9 to 1.
    assert ranking.standings[0].share.value == pytest.approx((0.75 + 0.9) / 2, abs=1e-9)


def test_who_wins_every_vote_is_held_back_and_that_is_said() -> None:
    few, many = rank(2, duels(0, 1, 3, 0, 0)), rank(2, duels(0, 1, 12, 0, 0))
    assert few.regularised and many.regularised
    assert few.standings[0].share.value == pytest.approx(3.5 / 4)
    assert not few.told_apart
    assert few.more_votes
    assert many.told_apart and many.more_votes == 0


def test_who_was_never_compared_is_not_infinitely_far() -> None:
    ranking = rank(3, duels(0, 1, 2, 0, 1))
    assert ranking.regularised
    last = next(one for one in ranking.standings if one.number == 2)
    assert last.votes == 0
    assert last.share.low < 0.1 and last.share.high > 0.9


def test_without_votes_nobody_is_ahead() -> None:
    ranking = rank(3, [])
    assert {round(one.share.value, 9) for one in ranking.standings} == {0.5}
    assert (ranking.votes, ranking.more_votes, ranking.told_apart) == (0, None, False)


def test_nobody_can_say_how_many_votes_tell_equals_apart() -> None:
    assert rank(2, duels(0, 1, 50, 10, 50)).more_votes is None


def test_one_alone_is_not_told_apart_from_anybody() -> None:
    ranking = rank(1, [])
    assert ranking.lead is None and not ranking.told_apart


def test_it_does_not_matter_who_was_shown_first() -> None:
    votes = duels(0, 1, 9, 2, 4) + duels(1, 2, 3, 3, 6) + duels(0, 2, 5, 0, 5)
    turned = [Duel(duel.second, duel.first, 1 - duel.score) for duel in votes]
    there, back = rank(3, votes), rank(3, turned)
    for one, other in zip(there.standings, back.standings, strict=True):
        assert one.number == other.number
        assert one.share.value == pytest.approx(other.share.value)
        assert (one.wins, one.ties, one.losses) == (other.wins, other.ties, other.losses)


def test_lopsided_votes_of_many_still_have_a_top() -> None:
    chance = random.Random(5)
    votes = []
    for _ in range(400):
        a, b = chance.sample(range(8), 2)
        votes.append(Duel(a, b, float(chance.random() < 1 / (1 + math.exp(1.5 * (a - b))))))
    ranking = rank(8, votes)
    assert ranking.standings[0].number < 2 and ranking.standings[-1].number > 5
    assert all(
        0 < one.share.low < one.share.value < one.share.high < 1 for one in ranking.standings
    )


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    chance = random.Random(11)
    held = 0
    for _ in range(200):
        wins = sum(chance.random() < 0.62 for _ in range(60))
        ranking = rank(2, duels(0, 1, wins, 0, 60 - wins))
        share = next(one.share for one in ranking.standings if one.number == 0)
        held += share.low <= 0.62 <= share.high
    assert 0.91 <= held / 200 <= 0.985
