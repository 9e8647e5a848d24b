"""Restoring what was deleted, and removing it for good."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop.core.prompt_drafts import PromptDrafts
from desktop.core.prompt_library import PromptLibrary
from desktop.core.recently_deleted import RecentlyDeleted
from desktop.core.task_sets import TaskSets
from desktop.domain.conversation import Role
from desktop.domain.errors import InvalidInput
from desktop.domain.matching import Expectation
from desktop.domain.prompt import PromptContent, PromptDraft
from desktop.domain.recently_deleted import DeletedKind
from desktop.domain.task_set import Task, TaskSet
from desktop.storage.conversations import Conversations
from desktop.storage.prompts import StoredPrompts
from desktop.storage.recently_deleted import StoredDeletions
from desktop.storage.tasks import StoredTaskSets

SET = TaskSet("Sums", (Task("1 + 1", Expectation("2")),))


@pytest.fixture
def kept(database, tmp_path: Path) -> SimpleNamespace:
    """One of each kind, in the order they are deleted by `delete_all`."""
    conversations, sets = Conversations(database), TaskSets(StoredTaskSets(database))
    store, drafts = StoredPrompts(database), PromptDrafts(tmp_path / "drafts.json")
    prompts = PromptLibrary(store, tmp_path)
    talk = conversations.create(title="Rye")
    conversations.add_message(talk.id, role=Role.USER, text="How?", parent_id=None)
    prompt = prompts.add(PromptDraft("Weigh", PromptContent("w")))
    tasks = sets.save(SET)

    def delete_all() -> None:
        conversations.delete(talk.id)
        prompts.delete(prompt.id)
        sets.delete(tasks.id or 0)

    return SimpleNamespace(
        deleted=RecentlyDeleted(StoredDeletions(database), conversations, prompts, drafts, sets),
        drafts=drafts,
        conversations=conversations,
        prompts=prompts,
        store=store,
        sets=sets,
        talk=talk,
        prompt=prompt,
        tasks=tasks,
        delete_all=delete_all,
    )


def test_everything_comes_back_as_it_was(kept):
    kept.delete_all()
    listed = kept.deleted.list()
    assert {each.title for each in listed} == {"Sums", "Weigh", "Rye"}
    kept.deleted.restore(listed)
    assert kept.deleted.list() == []
    assert kept.conversations.list() == [kept.conversations.get(kept.talk.id)]
    assert [
        each.text for each in kept.conversations.path(kept.conversations.get(kept.talk.id).head_id)
    ] == ["How?"]
    assert kept.prompts.get(kept.prompt.id) == kept.prompt
    assert kept.sets.list()[0] == kept.tasks


def test_what_came_back_elsewhere_meanwhile_stays(kept):
    kept.delete_all()
    listed = kept.deleted.list()
    kept.sets.undelete(kept.tasks.id)
    kept.deleted.delete_now(listed)
    assert kept.deleted.list() == []
    assert kept.sets.list()[0] == kept.tasks
    kept.deleted.restore([each for each in listed if each.kind is DeletedKind.TASK_SET])
    assert kept.sets.list()[0] == kept.tasks


def test_deleting_now_is_for_good_and_leaves_the_others(kept):
    kept.delete_all()
    for kind, undelete, number in (
        (DeletedKind.CONVERSATION, kept.conversations.undelete, kept.talk.id),
        (DeletedKind.PROMPT, kept.prompts.undelete, kept.prompt.id),
        (DeletedKind.TASK_SET, kept.sets.undelete, kept.tasks.id),
    ):
        listed = kept.deleted.list()
        chosen = [each for each in listed if each.kind is kind]
        kept.deleted.delete_now(chosen)
        assert kept.deleted.list() == [each for each in listed if each.kind is not kind]
        with pytest.raises(InvalidInput):
            undelete(number)


def test_what_is_deleted_for_good_leaves_the_copies_of_the_database(kept, database):
    outdated = database.path.with_name(f"{database.path.name}.outdated")
    kept.delete_all()
    listed = kept.deleted.list()
    kept.deleted.restore(listed[:1])
    assert not outdated.exists()
    kept.deleted.delete_now(listed)
    assert outdated.exists()


def test_what_of_a_prompt_was_not_saved_goes_with_it_and_not_before(kept):
    draft = PromptDraft("Half", PromptContent("h"))
    other = kept.prompts.add(draft)
    for number in (kept.prompt.id, other.id, 99):
        kept.drafts.set(number, draft)
    kept.delete_all()
    kept.prompts.delete(other.id)
    gone = [each for each in kept.deleted.list() if each.title == "Weigh"]
    kept.deleted.delete_now(gone)
    assert kept.drafts.ids() == {other.id, 99}


def test_all_come_back_or_none(kept):
    kept.delete_all()
    listed = kept.deleted.list()
    kept.deleted.delete_now([each for each in listed if each.kind is DeletedKind.PROMPT])
    with pytest.raises(InvalidInput, match="prompt is no longer there"):
        kept.deleted.restore(listed)
    assert kept.conversations.list() == []
    assert len(kept.deleted.list()) == 2


def test_our_own_prompts_do_not_come_again(kept):
    ours = kept.store.add(PromptDraft("Ours", PromptContent("o"), key="ours"), builtin=True)
    kept.prompts.save(ours.id, PromptContent("by the person"))
    kept.drafts.set(ours.id, PromptDraft("Half", PromptContent("written")))
    kept.prompts.delete(ours.id)
    kept.deleted.delete_now(kept.deleted.list())
    assert kept.deleted.list() == []
    assert kept.drafts.ids() == set()
    with pytest.raises(InvalidInput):
        kept.prompts.restore(ours.id, ours.version_id)
    assert kept.store.builtin_keys() == {"ours"}
    assert kept.prompts.by_key("ours") is None
