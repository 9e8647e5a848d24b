"""The controller of what was deleted, with the real core and a database."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject

from desktop.controllers.recently_deleted import RecentlyDeletedController
from desktop.core.prompt_drafts import PromptDrafts
from desktop.core.prompt_library import PromptLibrary
from desktop.core.recently_deleted import RecentlyDeleted
from desktop.core.task_sets import TaskSets
from desktop.domain.recently_deleted import DeletedKind
from desktop.storage.conversations import Conversations
from desktop.storage.prompts import StoredPrompts
from desktop.storage.recently_deleted import StoredDeletions
from desktop.storage.tasks import StoredTaskSets


@pytest.fixture
def bin_(database, tasks, tmp_path) -> SimpleNamespace:
    conversations, again = Conversations(database), []
    for title in ("One", "Two"):
        conversations.delete(conversations.create(title=title).id)
    controller = RecentlyDeletedController(
        lambda: RecentlyDeleted(
            StoredDeletions(database),
            conversations,
            PromptLibrary(StoredPrompts(database), tmp_path),
            PromptDrafts(tmp_path / "drafts.json"),
            TaskSets(StoredTaskSets(database)),
        ),
        {kind: lambda kind=kind: again.append(kind) for kind in DeletedKind},
        tasks,
    )
    return SimpleNamespace(controller=controller, conversations=conversations, again=again)


def listed(bin_, qtbot, ask=None):
    with qtbot.waitSignal(bin_.controller.listed) as told:
        (ask or bin_.controller.refresh)()
    return told.args[0]


def test_what_was_deleted_is_listed_and_restored(bin_, qtbot):
    deletions = listed(bin_, qtbot)
    assert {each.title for each in deletions} == {"One", "Two"}
    asker = QObject()
    with qtbot.waitSignal(bin_.controller.restored) as told:
        left = listed(bin_, qtbot, lambda: bin_.controller.restore(deletions[:1], asker))
    assert told.args == [deletions[:1], asker]
    assert left == deletions[1:]
    assert bin_.again == [DeletedKind.CONVERSATION]
    assert [each.id for each in bin_.conversations.list()] == [deletions[0].number]


def test_what_is_deleted_now_is_gone(bin_, qtbot):
    deletions = listed(bin_, qtbot)
    assert listed(bin_, qtbot, lambda: bin_.controller.delete_now(deletions)) == []
    assert bin_.again == []


def test_what_cannot_be_restored_is_told_and_listed_no_more(bin_, qtbot):
    deletions = listed(bin_, qtbot)
    bin_.conversations.purge_deleted(-1)
    with qtbot.waitSignal(bin_.controller.failed) as told:
        left = listed(bin_, qtbot, lambda: bin_.controller.restore(deletions, QObject()))
    assert "no longer there" in told.args[0].message
    assert left == [] and bin_.again == []
