"""A person's own task sets in the database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.domain.errors import InvalidInput
from desktop.domain.matching import Expectation, MatchRule
from desktop.domain.task_set import Task, TaskSet
from desktop.storage.database import Database
from desktop.storage.tasks import StoredTaskSets

SET = TaskSet(
    "Mine",
    (
        Task("What? “Ü” \ud800\n2", Expectation("a|b", MatchRule.REGEX)),
        Task("Sum up", Expectation("It rained.", MatchRule.ROUGE, 0.25)),
    ),
    "Be brief.",
)


@pytest.fixture
def sets(database: Database, clock) -> StoredTaskSets:
    return StoredTaskSets(database, clock)


def test_a_set_comes_back_as_it_was(sets: StoredTaskSets) -> None:
    kept = sets.add(SET)
    assert sets.list() == [kept]
    assert kept.set == SET and kept.id is not None and kept.edited_at > 0


def test_sets_are_listed_by_name(sets: StoredTaskSets) -> None:
    for name in ("b", "A", "c"):
        sets.add(replace(SET, name=name))
    assert [kept.set.name for kept in sets.list()] == ["A", "b", "c"]


def test_two_sets_of_one_name_are_refused(sets: StoredTaskSets) -> None:
    kept = sets.add(SET)
    other = sets.add(replace(SET, name="Other"))
    with pytest.raises(InvalidInput, match="called “MINE”"):
        sets.add(replace(SET, name="MINE"))
    with pytest.raises(InvalidInput):
        sets.replace(other.id or 0, SET)
    assert sets.replace(kept.id or 0, replace(SET, name="mine")).set.name == "mine"


def test_a_set_is_replaced_and_deleted(sets: StoredTaskSets) -> None:
    kept = sets.add(SET)
    changed = sets.replace(kept.id or 0, replace(SET, tasks=SET.tasks[:1]))
    assert sets.list() == [changed] and changed.edited_at > kept.edited_at
    assert sets.delete(kept.id or 0) == changed
    assert sets.list() == []
    assert sets.delete(kept.id or 0) is None
    with pytest.raises(InvalidInput, match="not there any more"):
        sets.replace(kept.id or 0, SET)


def test_a_deleted_set_comes_back_as_it_was(sets: StoredTaskSets) -> None:
    kept = sets.add(SET)
    sets.delete(kept.id or 0)
    for _ in range(2):  # the second time it is there already
        assert sets.undelete(kept.id or 0) == kept
        assert sets.list() == [kept]
    with pytest.raises(InvalidInput, match="not there any more"):
        sets.undelete(99)


def test_a_deleted_set_gives_its_name_away_and_gets_a_free_one(sets: StoredTaskSets) -> None:
    old = sets.add(SET)
    sets.delete(old.id or 0)
    new = sets.add(replace(SET, name="MINE"))
    sets.add(replace(SET, name="mine 2"))
    back = sets.undelete(old.id or 0)
    assert (back.id, back.set) == (old.id, replace(SET, name="Mine 3"))
    assert [kept.set.name for kept in sets.list()] == ["MINE", "mine 2", "Mine 3"]
    with pytest.raises(InvalidInput):
        sets.replace(new.id or 0, replace(SET, name="mine 3"))


def test_purging_leaves_what_was_deleted_lately(sets: StoredTaskSets, clock) -> None:
    old, young, kept = (sets.add(replace(SET, name=name)) for name in ("old", "young", "kept"))
    sets.delete(old.id or 0)
    clock.now += 100
    sets.delete(young.id or 0)
    assert sets.purge_deleted(50) == 1
    with pytest.raises(InvalidInput):
        sets.undelete(old.id or 0)
    assert sets.undelete(young.id or 0) == young
    assert sets.list() == [kept, young]
