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


def test_a_set_is_replaced_and_removed(sets: StoredTaskSets) -> None:
    kept = sets.add(SET)
    changed = sets.replace(kept.id or 0, replace(SET, tasks=SET.tasks[:1]))
    assert sets.list() == [changed] and changed.edited_at > kept.edited_at
    sets.remove(kept.id or 0)
    assert sets.list() == []
    with pytest.raises(InvalidInput, match="not there any more"):
        sets.replace(kept.id or 0, SET)
