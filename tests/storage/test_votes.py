"""Blind tests in the database."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.domain.blind_test import BlindLevel, BlindRequest, Vote
from desktop.domain.errors import InvalidInput
from desktop.domain.model import LoadConfig
from desktop.domain.sampling import SamplerSettings
from desktop.storage.database import Database
from desktop.storage.votes import StoredVotes

REQUEST = BlindRequest(
    (BlindLevel(Path("/m/a-Q8_0.gguf"), "Q8_0", 900), BlindLevel(Path("/m/ä.gguf"), "Q4_0", 500)),
    ("Why?", "How?"),
    SamplerSettings(temperature=0.5, max_tokens=80, stop=("END",)),
    "Be kind.",
    LoadConfig(context=2048),
)


@pytest.fixture
def votes(database: Database, clock) -> StoredVotes:
    return StoredVotes(database, clock)


def test_a_test_is_found_again_as_it_was(votes: StoredVotes, path: Path) -> None:
    added = votes.add(REQUEST)
    drawn = votes.add_round(added.id, "Why?", 7, 1, 0)
    votes.put_answers(drawn.id, ("one", "other"))
    voted = votes.put_vote(drawn.id, Vote.SECOND)
    assert (voted.first, voted.second, voted.answers) == (1, 0, ("one", "other"))
    again = Database(path)
    again.open()
    found = StoredVotes(again).get(added.id)
    again.close()
    assert (found.request, found.rounds) == (REQUEST, (voted,))
    assert found.created_at == added.created_at
    assert voted.vote is Vote.SECOND and voted.voted_at > voted.created_at > 0


def test_the_order_is_there_before_the_answers(votes: StoredVotes) -> None:
    drawn = votes.add_round(votes.add(REQUEST).id, "Why?", 7, 1, 0)
    stored = votes.list()[0].rounds[0]
    assert stored == drawn and stored.answers is None and not stored.waits


def test_the_first_vote_counts(votes: StoredVotes) -> None:
    drawn = votes.add_round(votes.add(REQUEST).id, "Why?", 7, 1, 0)
    assert votes.put_vote(drawn.id, Vote.FIRST).vote is None  # there is nothing to vote on yet
    votes.put_answers(drawn.id, ("same", "same"))
    assert votes.put_vote(drawn.id, Vote.TIE, automatic=True).automatic
    assert votes.put_vote(drawn.id, Vote.FIRST).vote is Vote.TIE


def test_after_a_restart_only_rounds_without_answers_are_gone(votes: StoredVotes) -> None:
    test = votes.add(REQUEST)
    waiting = votes.add_round(test.id, "Why?", 1, 0, 1)
    votes.put_answers(waiting.id, ("a", "b"))
    votes.add_round(test.id, "How?", 2, 0, 1)
    votes.take_up()
    assert [one.id for one in votes.get(test.id).rounds] == [waiting.id]
    assert votes.get(test.id).rounds[0].waits


def test_a_round_without_answers_can_be_forgotten(votes: StoredVotes) -> None:
    test = votes.add(REQUEST)
    one, other = (votes.add_round(test.id, "Why?", 1, 0, 1) for _ in range(2))
    votes.put_answers(other.id, ("a", "b"))
    votes.remove_round(one.id)
    votes.remove_round(other.id)
    assert [kept.id for kept in votes.get(test.id).rounds] == [other.id]


def test_what_is_removed_takes_its_votes_along(votes: StoredVotes, database: Database) -> None:
    first, second = votes.add(REQUEST), votes.add(REQUEST)
    drawn = votes.add_round(first.id, "Why?", 1, 0, 1)
    votes.remove(first.id)
    assert [test.id for test in votes.list()] == [second.id]
    with database.reading() as db:
        assert db.execute("SELECT count(*) FROM blind_rounds").fetchone() == (0,)
    with pytest.raises(InvalidInput):
        votes.get(first.id)
    with pytest.raises(InvalidInput):
        votes.add_round(first.id, "Why?", 1, 0, 1)
    with pytest.raises(InvalidInput):
        votes.put_answers(drawn.id, ("a", "b"))
    with pytest.raises(InvalidInput):
        votes.put_vote(drawn.id, Vote.TIE)


def test_texts_that_sqlite_cannot_hold_are_mended(votes: StoredVotes) -> None:
    drawn = votes.add_round(votes.add(REQUEST).id, "\ud83d?", 1, 0, 1)
    stored = votes.put_answers(drawn.id, ("a\udc00", "b"))
    assert stored.prompt == drawn.prompt == "\ufffd?"
    assert stored.answers == ("a\ufffd", "b")


def test_newest_first(votes: StoredVotes) -> None:
    added = [votes.add(REQUEST).id for _ in range(3)]
    assert [test.id for test in votes.list()] == added[::-1]
