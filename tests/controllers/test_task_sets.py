"""The controller of task sets with the real core and a database."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.controllers.task_sets import TaskSetsController
from desktop.core.task_sets import TaskSets
from desktop.domain.errors import InvalidInput
from desktop.domain.matching import Expectation
from desktop.domain.task_set import Task, TaskSet
from desktop.storage.tasks import StoredTaskSets

SET = TaskSet("Mine", (Task("p", Expectation("x")),))


@pytest.fixture
def sets(database, tasks) -> TaskSetsController:
    return TaskSetsController(lambda: TaskSets(StoredTaskSets(database)), tasks)


def test_a_set_is_saved_listed_edited_and_removed(sets, qtbot) -> None:
    with (
        qtbot.waitSignals([sets.saved, sets.listed]),
        qtbot.waitSignal(sets.saved) as saved,
    ):
        sets.save(SET, None)
    kept = saved.args[0]
    with qtbot.waitSignal(sets.listed) as listed:
        sets.save(replace(SET, system_prompt="Be brief."), kept.id)
    assert listed.args[0][0].set.system_prompt == "Be brief."
    with (
        qtbot.waitSignals([sets.removed, sets.listed]),
        qtbot.waitSignal(sets.removed) as removed,
    ):
        sets.delete(kept.id)
    assert removed.args[0].set.name == "Mine"
    with qtbot.waitSignal(sets.listed) as listed:
        sets.undelete(kept.id)
    assert listed.args[0][0] == removed.args[0]


def test_sets_deleted_long_ago_are_purged_with_the_first_question(database, tasks, qtbot) -> None:
    store = StoredTaskSets(database, lambda: 1000.0)
    number = store.add(SET).id
    store.delete(number)
    sets = TaskSetsController(lambda: TaskSets(StoredTaskSets(database)), tasks)
    with qtbot.waitSignal(sets.listed):
        sets.refresh()
    with pytest.raises(InvalidInput):
        store.undelete(number)


def test_what_cannot_be_saved_is_refused(sets, qtbot) -> None:
    with qtbot.waitSignal(sets.refused) as refused:
        sets.save(replace(SET, name=""), None)
    assert "no name" in refused.args[0].message


def test_sets_are_duplicated_exported_and_imported(sets, qtbot, tmp_path: Path) -> None:
    with qtbot.waitSignal(sets.exported) as exported:
        sets.export_file(SET, tmp_path / "Mine.jsonl")
    with qtbot.waitSignal(sets.saved) as saved:
        sets.import_file(exported.args[0])
    assert saved.args[0].set == SET
    with qtbot.waitSignal(sets.saved) as saved:
        sets.duplicate(SET)
    assert saved.args[0].set.name == "Mine 2"


def test_a_file_that_is_no_set_is_told(sets, qtbot, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("prompt,expected\n,x\n")
    with qtbot.waitSignal(sets.failed) as failed:
        sets.import_file(tmp_path / "bad.csv")
    assert "line 2" in failed.args[0].message
