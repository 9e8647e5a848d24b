"""The task sets there are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.judging import judge
from desktop.core.task_sets import TaskSets, check_task_set, shipped_set, shipped_sets
from desktop.domain.errors import InvalidInput
from desktop.domain.matching import Expectation, MatchRule
from desktop.domain.task_set import NAME_LENGTH, Task, TaskSet
from desktop.storage.database import BIN_SECONDS, Database
from desktop.storage.tasks import StoredTaskSets

SET = TaskSet("Mine", (Task("p", Expectation("x")),))


@pytest.fixture
def sets(database: Database) -> TaskSets:
    return TaskSets(StoredTaskSets(database))


def test_the_sets_quern_ships_with_can_be_run() -> None:
    names = [one.name for one in shipped_sets()]
    assert names == ["General knowledge", "Arithmetic", "Reading", "Starter model"]
    for one in shipped_sets():
        check_task_set(one)
        assert len(one.tasks) >= 20
        assert len({task.prompt for task in one.tasks}) == len(one.tasks)


def test_every_expected_answer_of_ours_passes_as_an_answer() -> None:
    for one in shipped_sets():
        for task in one.tasks:
            if task.expectation.rule is not MatchRule.REGEX:
                assert judge(task.expectation.text, task.expectation).passed, task


def test_a_shipped_set_is_found_by_short_and_whole_name() -> None:
    assert shipped_set("KNOWLEDGE") == shipped_set("general knowledge")
    assert shipped_set("starter").tasks[0].expectation.rule is MatchRule.EXACT
    with pytest.raises(InvalidInput, match="no task set called “nothing”"):
        shipped_set("nothing")


def test_ones_own_come_first_and_are_found_by_name(sets: TaskSets) -> None:
    kept = sets.save(SET)
    assert sets.list()[0] == kept
    assert all(one.id is None for one in sets.list()[1:])
    assert sets.find("mine") == SET
    assert sets.find("reading").name == "Reading"


def test_a_set_is_edited_in_place(sets: TaskSets) -> None:
    kept = sets.save(replace(SET, name="  My   set "))
    assert kept.set.name == "My set"
    edited = sets.save(replace(kept.set, system_prompt="Be brief."), kept.id)
    assert sets.list()[0] == edited and edited.id == kept.id


def test_a_copy_gets_a_free_name(sets: TaskSets) -> None:
    sets.save(SET)
    assert [sets.duplicate(SET).set.name for _ in range(2)] == ["Mine 2", "Mine 3"]
    assert sets.duplicate(shipped_set("reading")).set.name == "Reading 2"
    long = replace(SET, name="x" * NAME_LENGTH)
    sets.save(long)
    assert sets.duplicate(long).set.name == "x" * (NAME_LENGTH - 2) + " 2"


def test_a_deleted_set_can_be_brought_back(sets: TaskSets) -> None:
    kept = sets.save(SET)
    assert sets.delete(kept.id or 0) == kept
    assert sets.delete(kept.id or 0) is None
    sets.save(SET)
    assert sets.undelete(kept.id or 0).set == replace(SET, name="Mine 2")


def test_a_deleted_set_is_gone_for_good_after_a_month(database: Database) -> None:
    now = 1000.0
    sets = TaskSets(StoredTaskSets(database, lambda: now))
    kept = sets.save(SET)
    sets.delete(kept.id or 0)
    now += BIN_SECONDS - 1
    assert sets.empty_bin() == 0
    now += 1
    assert sets.empty_bin() == 1
    with pytest.raises(InvalidInput):
        sets.undelete(kept.id or 0)


def test_files_are_imported_under_a_free_name(sets: TaskSets, tmp_path: Path) -> None:
    path = tmp_path / "Mine.csv"
    sets.export_file(SET, path)
    assert sets.import_file(path).set == SET
    assert sets.import_file(path).set.name == "Mine 2"


@pytest.mark.parametrize(
    ("tasks", "says"),
    [
        (replace(SET, name=" "), "no name"),
        (replace(SET, name="x" * 81), "at most 80"),
        (replace(SET, tasks=()), "no questions"),
        (replace(SET, tasks=SET.tasks * 10_001), "at most 10,000"),
        (replace(SET, tasks=(*SET.tasks, Task("", Expectation("x")))), "Question 2: The prompt"),
        (
            replace(SET, tasks=(Task("p", Expectation("[", MatchRule.REGEX)),)),
            "Question 1: The pattern",
        ),
    ],
)
def test_what_cannot_be_run_is_not_saved(sets: TaskSets, tasks: TaskSet, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        sets.save(tasks)
