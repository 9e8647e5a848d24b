"""Ranking by votes between two at a time, after Bradley and Terry (1952).

The model: every competitor has a strength, and the chance that one is preferred to another is the
logistic function of the difference of their strengths. A tie counts as half a vote for either.
Intervals come from the observed Fisher information of the likeliest strengths.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from desktop.domain.statistics import Interval

Z_LEVEL = 1.959964  # of a two-sided error of 5 %
Z_POWER = 0.841621  # of finding a difference that there is in 80 % of cases
IMAGINED = 1.0  # ties between each two that keep strengths finite where votes alone do not
MOST_VOTES = 2000  # more than that nobody gives: a difference so small cannot be told
_ROUNDS, _EXACT = 100, 1e-12
_ROUNDING = 1e-6  # of a vote, which must not ask for one more

Matrix = list[list[float]]


@dataclass(frozen=True, slots=True)
class Duel:
    """One vote between two competitors, given by their numbers.

    Attributes:
        score: of the first: 1 when it was preferred, 0 when the second was, 0.5 for a tie.
    """

    first: int
    second: int
    score: float


@dataclass(frozen=True, slots=True)
class Standing:
    """A competitor in the ranking.

    Attributes:
        number: of the competitor.
        share: how often it would be preferred to one of the others, 0 to 1.
        wins, ties, losses: the votes it took part in.
    """

    number: int
    share: Interval
    wins: int
    ties: int
    losses: int

    @property
    def votes(self) -> int:
        return self.wins + self.ties + self.losses


@dataclass(frozen=True, slots=True)
class Ranking:
    """What votes say.

    Attributes:
        standings: the most preferred first.
        votes: how many there are.
        regularised: whether an imagined tie between each two was added, because somebody won or
            lost every vote, or was never compared with some others.
        lead: how often the first would be preferred to the second; None with fewer than two.
        more_votes: about how many more are needed to tell the first two apart, shared among the
            pairs as those before; 0 when they are told apart, None when nobody can say: there are
            no votes, or more than MOST_VOTES would be needed.
    """

    standings: tuple[Standing, ...]
    votes: int
    regularised: bool
    lead: Interval | None
    more_votes: int | None

    @property
    def told_apart(self) -> bool:
        """Whether the first is preferred to the second beyond chance."""
        return self.votes > 0 and self.lead is not None and self.lead.low > 0.5


def rank(count: int, duels: Sequence[Duel]) -> Ranking:
    """The ranking of `count` competitors."""
    scores = [[0.0] * count for _ in range(count)]
    for duel in duels:
        scores[duel.first][duel.second] += duel.score
        scores[duel.second][duel.first] += 1 - duel.score
    regularised = count > 1 and not _connected(scores)
    if regularised:
        for first in range(count):
            for second in range(count):
                if first != second:
                    scores[first][second] += IMAGINED / 2
    strengths = _strengths(scores)
    spread = _covariances(scores, strengths)
    shares = [_share(number, strengths, spread) for number in range(count)]
    order = sorted(range(count), key=lambda number: -strengths[number])
    standings = tuple(_standing(number, shares[number], duels) for number in order)
    if count < 2:
        return Ranking(standings, len(duels), regularised, None, None)
    first, second = order[:2]
    difference = strengths[first] - strengths[second]
    variance = spread[first][first] + spread[second][second] - 2 * spread[first][second]
    lead = _logistic_interval(difference, math.sqrt(variance))
    ranking = Ranking(standings, len(duels), regularised, lead, None)
    if ranking.told_apart:
        more: int | None = 0
    else:
        more = _more_votes(lead.value, variance, len(duels))
    return Ranking(standings, len(duels), regularised, lead, more)


def votes_needed(share: float) -> int | None:
    """Votes between two that show, in 80 % of cases and with an error of 5 %, that one is preferred
    in `share` of them; None when that is nearly a half."""
    distance = abs(share - 0.5)
    if distance < 1e-9:
        return None
    reach = Z_LEVEL * 0.5 + Z_POWER * math.sqrt(share * (1 - share))
    needed = (reach / distance) ** 2
    return math.ceil(needed) if needed <= MOST_VOTES else None


def _more_votes(share: float, variance: float, votes: int) -> int | None:
    """`variance` is that of the difference of the first two strengths: it says how many votes
    between just these two would tell as much as all there are."""
    needed = votes_needed(share)
    if needed is None or not votes:
        return None
    worth = 1 / (variance * share * (1 - share))
    more = math.ceil(votes * (needed / worth - 1) - _ROUNDING)
    return max(more, 1) if more <= MOST_VOTES else None


def _standing(number: int, share: Interval, duels: Sequence[Duel]) -> Standing:
    scores = [duel.score for duel in duels if duel.first == number]
    scores += [1 - duel.score for duel in duels if duel.second == number]
    wins, losses = sum(score > 0.5 for score in scores), sum(score < 0.5 for score in scores)
    return Standing(number, share, wins, len(scores) - wins - losses, losses)


def _connected(scores: Matrix) -> bool:
    """Whether likeliest strengths exist (Ford 1957): from each competitor to each other one leads
    a chain of votes that were won."""
    count = len(scores)
    forward = {a: [b for b in range(count) if scores[a][b] > 0] for a in range(count)}
    back = {a: [b for b in range(count) if scores[b][a] > 0] for a in range(count)}
    return all(len(_reached(ways)) == count for ways in (forward, back))


def _reached(ways: dict[int, list[int]]) -> set[int]:
    seen, waiting = {0}, [0]
    while waiting:
        fresh = set(ways.get(waiting.pop(), ())) - seen
        seen |= fresh
        waiting += fresh
    return seen


def _strengths(scores: Matrix) -> list[float]:
    """The likeliest ones, 0 on average, by Newton's method."""
    count = len(scores)
    strengths = [0.0] * count
    for _ in range(_ROUNDS):
        slopes = [_slope(scores, strengths, number) for number in range(count)]
        covariances = _covariances(scores, strengths)
        steps = [sum(covariances[a][b] * slopes[b] for b in range(count)) for a in range(count)]
        longest = max((abs(step) for step in steps), default=0.0)
        damping = min(1.0, 1 / longest) if longest else 1.0  # far from the top it overshoots
        strengths = [
            strength + damping * step for strength, step in zip(strengths, steps, strict=True)
        ]
        if longest < _EXACT:
            break
    return strengths


def _slope(scores: Matrix, strengths: Sequence[float], number: int) -> float:
    """What a competitor won beyond what its strength makes expect."""
    return sum(
        scores[number][other]
        - (scores[number][other] + scores[other][number])
        * _logistic(strengths[number] - strengths[other])
        for other in range(len(strengths))
        if other != number
    )


def _covariances(scores: Matrix, strengths: Sequence[float]) -> Matrix:
    """Of strengths whose mean is 0: the pseudo-inverse of the Fisher information.

    Its null space are equal strengths; adding 1/n everywhere makes it regular, and the inverse of
    the sum less 1/n everywhere is the pseudo-inverse.
    """
    count = len(scores)
    even = 1 / count if count else 0.0
    information = [[even] * count for _ in range(count)]
    for a in range(count):
        for b in range(count):
            if a != b:
                chance = _logistic(strengths[a] - strengths[b])
                weight = (scores[a][b] + scores[b][a]) * chance * (1 - chance)
                information[a][a] += weight
                information[a][b] -= weight
    return [[value - even for value in row] for row in _inverse(information)]


def _inverse(matrix: Matrix) -> Matrix:
    """By elimination; the matrix is symmetric and positive definite."""
    count = len(matrix)
    rows = [
        [*row, *(float(place == number) for place in range(count))]
        for number, row in enumerate(matrix)
    ]
    for column in range(count):
        best = max(range(column, count), key=lambda row: abs(rows[row][column]))
        rows[column], rows[best] = rows[best], rows[column]
        pivot = rows[column][column]
        rows[column] = [value / pivot for value in rows[column]]
        for number in range(count):
            factor = rows[number][column]
            if number != column and factor:
                rows[number] = [
                    value - factor * other
                    for value, other in zip(rows[number], rows[column], strict=True)
                ]
    return [row[count:] for row in rows]


def _share(number: int, strengths: Sequence[float], spread: Matrix) -> Interval:
    """How often one is preferred to the others on average, with an interval by the delta method on
    the scale of odds, which keeps it between 0 and 1."""
    others = [other for other in range(len(strengths)) if other != number]
    if not others:
        return Interval(0.5, 0.0, 1.0)
    slopes = [0.0] * len(strengths)
    value = 0.0
    for other in others:
        chance = _logistic(strengths[number] - strengths[other])
        value += chance / len(others)
        slope = chance * (1 - chance) / len(others)
        slopes[number] += slope
        slopes[other] -= slope
    variance = sum(
        slopes[a] * spread[a][b] * slopes[b]
        for a in range(len(strengths))
        for b in range(len(strengths))
    )
    odds = math.log(value / (1 - value))
    return _logistic_interval(odds, math.sqrt(max(variance, 0.0)) / (value * (1 - value)))


def _logistic_interval(centre: float, deviation: float) -> Interval:
    reach = Z_LEVEL * deviation
    return Interval(_logistic(centre), _logistic(centre - reach), _logistic(centre + reach))


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value >= 0 else 1 - 1 / (1 + math.exp(value))
