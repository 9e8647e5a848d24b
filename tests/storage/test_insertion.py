from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from desktop.domain.conversation import Conversation, Message, MessageState, Role
from desktop.domain.sampling import SamplerSettings
from desktop.storage import tree
from desktop.storage.insertion import insert_message, insert_tree

EMPTY = Conversation(
    id=77,
    title="t",
    created_at=1.0,
    updated_at=2.0,
    pinned=True,
    draft="d",
    sampler=SamplerSettings(top_k=1),
    template_arguments={"a": True},
)
ROOT = Message(500, 77, None, Role.USER, "root", 1.0)


def test_tree_gets_new_ids_and_keeps_everything_else(database):
    child = ROOT._replace(
        id=3, parent_id=500, role=Role.ASSISTANT, text="child", prompt_version_id=9
    )
    with database.writing() as db:
        made = insert_tree(db, replace(EMPTY, head_id=3), [ROOT, child])
        root, leaf = tree.path(db, made.head_id)
        assert tree.conversation(db, made.id) == made
    assert replace(made, id=77, head_id=None) == EMPTY
    assert root._replace(id=500, conversation_id=77) == ROOT
    assert leaf._replace(id=3, conversation_id=77, parent_id=500) == child
    assert leaf.parent_id == root.id != 500


def test_unfinished_answer_is_inserted_as_stopped(database):
    with database.writing() as db:
        made = insert_tree(db, EMPTY, [ROOT._replace(state=MessageState.STREAMING)])
        (message,) = tree.all_messages(db, made.id)
    assert message.state is MessageState.STOPPED


def test_head_or_parent_outside_the_tree_saves_nothing(database):
    for conversation, message in (
        (replace(EMPTY, head_id=1), ROOT),
        (EMPTY, ROOT._replace(parent_id=499)),
    ):
        with pytest.raises(KeyError), database.writing() as db:
            insert_tree(db, conversation, [message])
    with database.reading() as db:
        assert db.execute("SELECT count(*) FROM conversations").fetchone() == (0,)


@pytest.mark.parametrize("parent_id", [None, 10**6])
def test_database_refuses_messages_without_a_home(database, parent_id):
    with pytest.raises(sqlite3.IntegrityError), database.writing() as db:
        insert_message(db, ROOT._replace(conversation_id=99, parent_id=parent_id))
