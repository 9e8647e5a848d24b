"""Blind tests and their rankings in plain words."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QCoreApplication

from desktop.domain.blind_test import BlindTest, Round, Vote
from desktop.domain.ranking import MOST_VOTES, Ranking, Standing, votes_needed
from desktop.domain.statistics import Interval
from desktop.ui.formats import amount, decimal, fill, integer, time_ago


def title_of(test: BlindTest) -> str:
    """Which levels take part."""
    return ", ".join(level.name for level in test.levels)


def history_line(test: BlindTest, today: date) -> str:
    """The second line of a test in the list."""
    parts = [time_ago(test.created_at, today), votes_words(len(test.voted))]
    prompts = len(test.request.prompts)
    parts.append(amount(prompts, _tr("1 prompt"), _tr("%1 prompts")))
    return " · ".join(parts)


def votes_words(votes: int) -> str:
    """How many votes there are."""
    return amount(votes, _tr("1 vote"), _tr("%1 votes")) if votes else _tr("no votes yet")


def progress_line(test: BlindTest) -> str:
    """How far a test is."""
    ties = sum(one.automatic for one in test.rounds)
    parts = [votes_words(len(test.voted))]
    if ties:
        one = _tr("%1 of them a tie because both answers were the same")
        text = one if ties == 1 else _tr("%1 of them ties because both answers were the same")
        parts.append(fill(text, integer(ties)))
    return ", ".join(parts)


def reveal(test: BlindTest, one: Round) -> str:
    """Who wrote what, after the vote."""
    names = test.levels[one.first].name, test.levels[one.second].name
    text = fill(_tr("A was %1, B was %2."), *names)
    if one.vote is Vote.TIE:
        return f"{_tr('A tie.')} {text}"
    better = names[0] if one.vote is Vote.FIRST else names[1]
    return f"{fill(_tr('You preferred %1.'), better)} {text}"


def verdict(test: BlindTest, ranking: Ranking) -> str:
    """What the votes say, and how sure that is."""
    if not ranking.votes or ranking.lead is None:
        return _tr("No votes yet.")
    first, second = (test.levels[one.number].name for one in ranking.standings[:2])
    if ranking.told_apart:
        text = _tr("%1 is preferred to %2 in %3 of comparisons: more than chance explains.")
        return fill(text, first, second, share(ranking.lead))
    if ranking.more_votes is None:
        text = _tr(
            "Nothing tells %1 and %2 apart yet: to show a difference as small as that seen so far,"
            " more than %3 votes would be needed."
        )
        return fill(text, first, second, integer(MOST_VOTES))
    more = amount(ranking.more_votes, _tr("1 more"), _tr("%1 more"))
    text = _tr(
        "Not enough votes yet: about %1 to tell %2 and %3 apart, if %2 goes on being preferred in"
        " %4 of comparisons."
    )
    return fill(text, more, first, second, percent(ranking.lead.value))


def method(ranking: Ranking) -> str:
    """How the ranking was made."""
    sixty, seventy = (votes_needed(part) or MOST_VOTES for part in (0.6, 0.7))
    parts = [
        _tr(
            "Strengths after Bradley and Terry, ties count half; intervals of 95 % from the"
            " information in the votes."
        ),
        fill(
            _tr("A preference of 60 to 40 takes about %1 votes to show, one of 70 to 30 about %2."),
            integer(sixty),
            integer(seventy),
        ),
        _tr(
            "Decide beforehand how many votes you will give: who stops at the first clear lead is"
            " fooled by chance more often than 1 time in 20."
        ),
    ]
    if ranking.regularised:
        parts.append(
            _tr(
                "A level won or lost every vote, or was not compared yet: an imagined tie between"
                " each two keeps it from being infinitely good or bad."
            )
        )
    return " ".join(parts)


def standing_sentence(test: BlindTest, one: Standing) -> str:
    """One level in the ranking."""
    text = _tr("%1: preferred in %2 of comparisons with the others; %3 won, %4 tied, %5 lost.")
    counts = (integer(number) for number in (one.wins, one.ties, one.losses))
    return fill(text, test.levels[one.number].name, share(one.share), *counts)


def share(interval: Interval) -> str:
    """A share with its interval."""
    text = _tr("%1 (%2 to %3)")
    return fill(text, percent(interval.value), decimal(100 * interval.low, 0),
                percent(interval.high))  # fmt: skip


def percent(value: float) -> str:
    """A share in whole percent."""
    return fill(_tr("%1 %"), decimal(100 * value, 0))


def _tr(text: str) -> str:
    return QCoreApplication.translate("BlindTest", text)
