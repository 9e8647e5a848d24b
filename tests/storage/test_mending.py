"""What comes from a copy, together with what is newer. (What is mended without a copy is tested
where it is salvaged.)"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from desktop.domain.conversation import Conversation, Message
from desktop.domain.download import Download, DownloadRequest, DownloadState
from desktop.domain.hub import RemoteFile
from desktop.domain.prompt import PromptContent, PromptDraft, PromptQuery
from desktop.storage.conversations import Conversations
from desktop.storage.database import Database
from desktop.storage.downloads import StoredDownloads
from desktop.storage.prompts import StoredPrompts
from desktop.storage.salvage import Rescued, salvage

Say = Callable[..., Message]


class Losing:
    """A database of which there is a copy, and which loses rows.

    A table of which something is lost has a row that does not fit, too: so it is not read whole.
    """

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.copy = folder / "copy.db"
        self.fresh = Database(folder / "fresh.db")

    def copy_now(self) -> None:
        self.database.close()
        shutil.copy(self.database.path, self.copy)
        self.database.open()

    def lose(self, table: str, where: str) -> None:
        self.database.close()
        with closing(sqlite3.connect(self.database.path, isolation_level=None)) as raw:
            raw.create_function("search_words", 1, lambda text: text, deterministic=True)
            raw.execute("DROP TRIGGER IF EXISTS prompts_deleted")
            raw.execute(f"DELETE FROM {table} WHERE {where}")
            raw.execute("PRAGMA writable_schema=ON")
            raw.execute(
                "UPDATE sqlite_schema SET sql = replace(sql, ' NOT NULL', '') WHERE name = ?",
                [table],
            )
        with closing(sqlite3.connect(self.database.path, isolation_level=None)) as raw:
            raw.create_function("search_words", 1, lambda text: text or "", deterministic=True)
            raw.execute("PRAGMA ignore_check_constraints=ON")
            raw.execute(f"INSERT INTO {table} (id) VALUES (9999)")

    def rescue(self) -> Rescued:
        self.database.close()
        self.fresh.open()
        with self.fresh.writing() as db:
            rescued = salvage(self.database.path, db, [self.copy])
            assert db.execute("PRAGMA foreign_key_check").fetchall() == []
            for index in ("message_search", "title_search", "prompt_search"):
                db.execute(f"INSERT INTO {index}({index}, rank) VALUES ('integrity-check', 1)")
        return rescued


@pytest.fixture
def losing(database: Database, tmp_path: Path):
    losing = Losing(database, tmp_path)
    yield losing
    losing.fresh.close()


def test_a_conversation_from_the_copy_shows_what_was_written_since(
    losing: Losing, conversations: Conversations, conversation: Conversation, say: Say
) -> None:
    question = say("q")
    conversations.rename(conversation.id, "mine")
    losing.copy_now()
    answer = say("a", question)
    losing.lose("conversations", "1")
    rescued = losing.rescue()
    store = Conversations(losing.fresh)
    (shown,) = store.list()
    assert shown.title == "mine"
    assert shown.updated_at == answer.created_at
    assert [message.text for message in store.path(shown.id)] == ["q", "a"]
    assert rescued == ({}, 1, {losing.copy: {"conversation": 1}})


def test_a_conversation_from_the_copy_shows_what_it_showed_when_nothing_came_after(
    losing: Losing, conversations: Conversations, conversation: Conversation, say: Say
) -> None:
    question = say("q")
    first = say("first", question)
    say("second", question)
    conversations.set_head(conversation.id, first.id)
    losing.copy_now()
    losing.lose("conversations", "1")
    losing.rescue()
    store = Conversations(losing.fresh)
    assert [message.text for message in store.path(conversation.id)] == ["q", "first"]


def test_what_is_below_a_deleted_message_is_deleted(
    losing: Losing, conversations: Conversations, conversation: Conversation, say: Say
) -> None:
    top = say("top")
    below = say("lower", say("low", say("below", top)))
    losing.copy_now()
    deleted = conversations.delete_message(top.id)
    losing.lose("messages", f"id > {top.id} AND id < {below.id}")
    losing.rescue()
    store = Conversations(losing.fresh)
    assert store.tree(conversation.id) == []
    assert store.search("low") == []
    store.undelete_messages(deleted)
    texts = [message.text for message in store.path(conversation.id)]
    assert texts == ["top", "below", "low", "lower"]


def test_what_belongs_to_something_removed_since_does_not_come_back(
    losing: Losing, conversations: Conversations, conversation: Conversation, say: Say
) -> None:
    say("kept")
    secret = conversations.create(title="a secret")
    say_there = conversations.add_message
    say_there(secret.id, role=say("x").role, text="a secret", parent_id=None)
    losing.copy_now()
    conversations.delete(secret.id)
    conversations.purge_deleted(0)
    losing.lose("messages", "text = 'kept'")
    rescued = losing.rescue()
    store = Conversations(losing.fresh)
    assert [each.id for each in store.list()] == [conversation.id]
    assert {message.text for message in store.tree(conversation.id)} == {"kept", "x"}
    assert rescued.counts == {"conversation": 1}
    assert rescued.copied == {losing.copy: {}}  # a part of something
    with losing.fresh.reading() as db:
        assert db.execute("SELECT count(*) FROM messages").fetchone() == (2,)


def test_the_head_of_a_conversation_from_the_copy_may_be_gone(
    losing: Losing, conversations: Conversations, conversation: Conversation, say: Say
) -> None:
    question = say("q")
    answer = say("a", question)
    losing.copy_now()
    conversations.delete_message(answer.id)
    with losing.database.writing() as db:
        db.execute("DELETE FROM messages WHERE id = ?", [answer.id])
    losing.lose("conversations", "1")
    losing.rescue()
    texts = [message.text for message in Conversations(losing.fresh).path(conversation.id)]
    assert texts == ["q"]


def test_a_prompt_from_the_copy_shows_its_newest_version(
    losing: Losing, database: Database
) -> None:
    store = StoredPrompts(database)
    prompt = store.add(PromptDraft("Weigh", PromptContent("rye"), key="weigh"), builtin=True)
    losing.copy_now()
    store.save(prompt.id, PromptContent("oats"))
    losing.lose("prompts", "1")
    losing.rescue()
    fresh = StoredPrompts(losing.fresh)
    (hit,) = fresh.list(PromptQuery("oats"))
    assert (hit.prompt.key, hit.prompt.builtin, hit.prompt.version) == ("weigh", True, 2)
    assert fresh.list(PromptQuery("rye")) == []


def test_versions_of_a_prompt_removed_since_bring_no_prompt_back(
    losing: Losing, database: Database
) -> None:
    store = StoredPrompts(database)
    store.add(PromptDraft("Kept", PromptContent("rye")))
    gone = store.add(PromptDraft("Gone", PromptContent("oats")))
    losing.copy_now()
    store.delete(gone.id)
    store.purge_deleted(0)
    losing.lose("prompt_versions", "1")
    losing.rescue()
    titles = [hit.prompt.title for hit in StoredPrompts(losing.fresh).list(PromptQuery())]
    assert titles == ["Kept"]


def test_a_download_from_the_copy_waits_for_a_person(losing: Losing, database: Database) -> None:
    store = StoredDownloads(database)
    files = (RemoteFile("a.gguf", 10, sha256="ab" * 32),)
    request = DownloadRequest("a/m", "5a7e", "m", files, Path("/models"))
    queued, done = store.add(request), store.add(request)
    store.update(Download(done, request, DownloadState.DONE))
    losing.copy_now()
    losing.lose("downloads", "1")
    losing.rescue()
    states = {each.id: each.state for each in StoredDownloads(losing.fresh).list()}
    assert states == {queued: DownloadState.PAUSED, done: DownloadState.DONE}
