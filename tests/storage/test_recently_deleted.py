"""What was deleted softly, as the database knows it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.domain.matching import Expectation
from desktop.domain.prompt import PromptContent, PromptDraft
from desktop.domain.recently_deleted import DeletedKind, Deletion
from desktop.domain.task_set import Task, TaskSet
from desktop.storage.database import BIN_SECONDS, Database
from desktop.storage.prompts import StoredPrompts
from desktop.storage.recently_deleted import StoredDeletions
from desktop.storage.tasks import StoredTaskSets

SET = TaskSet("Sums", (Task("1 + 1", Expectation("2")),))


@pytest.fixture
def store(database: Database, clock) -> StoredDeletions:
    clock.now = 2 * BIN_SECONDS
    return StoredDeletions(database, clock)


def test_every_kind_is_listed_newest_first(store, database, conversations, clock):
    prompts, sets = StoredPrompts(database, clock), StoredTaskSets(database, clock)
    talk, untitled = conversations.create(title="Rye"), conversations.create()
    prompt = prompts.add(PromptDraft("Weigh", PromptContent("w")))
    kept = sets.add(SET)
    conversations.create(title="Stays")
    assert store.list() == []
    began = clock.now
    conversations.delete(talk.id)
    prompts.delete(prompt.id)
    sets.delete(kept.id)
    conversations.delete(untitled.id)
    expected = [
        Deletion(DeletedKind.CONVERSATION, untitled.id, "", began + 4, began + 4 + BIN_SECONDS),
        Deletion(DeletedKind.TASK_SET, kept.id, "Sums", began + 3, began + 3 + BIN_SECONDS),
        Deletion(DeletedKind.PROMPT, prompt.id, "Weigh", began + 2, began + 2 + BIN_SECONDS),
        Deletion(DeletedKind.CONVERSATION, talk.id, "Rye", began + 1, began + 1 + BIN_SECONDS),
    ]
    assert store.list() == expected


def test_what_will_be_purged_is_not_listed(store, conversations, clock):
    old, young = (conversations.create(title=name) for name in ("old", "young"))
    conversations.delete(old.id)
    deleted_at = clock.now
    conversations.delete(young.id)
    clock.now = deleted_at + BIN_SECONDS - 1
    assert [each.title for each in store.list()] == ["young"]
    assert conversations.purge_deleted(BIN_SECONDS) == 2  # a second later both are


def test_what_expired_is_purged_next_and_what_was_restored_is_not(
    store, database, conversations, clock
):
    sets = StoredTaskSets(database, clock)
    gone, back = sets.add(SET), sets.add(replace(SET, name="Back"))
    talk = conversations.create(title="Rye")
    for number in (gone.id, back.id):
        sets.delete(number)
    conversations.delete(talk.id)
    deletions = store.list()
    sets.undelete(back.id)
    store.expire(each for each in deletions if each.kind is DeletedKind.TASK_SET)
    assert [each.title for each in store.list()] == ["Rye"]
    assert sets.purge_deleted(BIN_SECONDS) == 1
    assert sets.list() == [back]


def test_together_is_all_or_nothing(store, conversations):
    talk = conversations.create(title="Rye")
    conversations.delete(talk.id)
    with pytest.raises(RuntimeError), store.together():
        store.expire(store.list())
        raise RuntimeError
    assert [each.title for each in store.list()] == ["Rye"]
