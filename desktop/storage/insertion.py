"""Putting conversations and messages into the database: functions over an open transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from desktop.domain.conversation import Conversation, Message, MessageState
from desktop.storage.rows import facts_to_texts, storable, to_text
from desktop.storage.sqlite import Connection

_INSERT_CONVERSATION = """
    INSERT INTO conversations (title, created_at, updated_at, system_prompt, pinned, draft,
        sampler, model_path, template_arguments) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_INSERT_MESSAGE = """
    INSERT INTO messages (conversation_id, parent_id, role, text, created_at, reasoning, state,
        problem, sampler, facts, prompt_version_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def insert_conversation(db: Connection, conversation: Conversation) -> int:
    """Returns: its id. Its `id` and `head_id` are not looked at."""
    row = [
        storable(conversation.title),
        conversation.created_at,
        conversation.updated_at,
        storable(conversation.system_prompt),
        int(conversation.pinned),
        storable(conversation.draft),
        to_text(conversation.sampler.to_json()),
        storable(conversation.model_path),
        to_text(conversation.template_arguments),
    ]
    new_id = db.execute(_INSERT_CONVERSATION, row).lastrowid
    assert new_id is not None
    return new_id


def insert_message(db: Connection, message: Message) -> int:
    """Returns: its id. Its `id` is not looked at."""
    row = [
        message.conversation_id,
        message.parent_id,
        message.role.value,
        storable(message.text),
        message.created_at,
        storable(message.reasoning),
        message.state.value,
        storable(message.problem),
        *facts_to_texts(message.facts),
        message.prompt_version_id,
    ]
    new_id = db.execute(_INSERT_MESSAGE, row).lastrowid
    assert new_id is not None
    return new_id


def insert_tree(
    db: Connection, conversation: Conversation, messages: Sequence[Message]
) -> Conversation:
    """A conversation and its messages, parents before children, all under new ids.

    Nobody will ever finish the copy of an answer that is being streamed, so it counts as stopped.
    """
    conversation_id = insert_conversation(db, conversation)
    new_ids: dict[int | None, int | None] = {None: None}
    for message in messages:
        stopped = message.state is MessageState.STREAMING
        new_ids[message.id] = insert_message(
            db,
            message._replace(
                conversation_id=conversation_id,
                parent_id=new_ids[message.parent_id],
                state=MessageState.STOPPED if stopped else message.state,
            ),
        )
    head_id = new_ids[conversation.head_id]
    db.execute("UPDATE conversations SET head_id = ? WHERE id = ?", [head_id, conversation_id])
    return replace(conversation, id=conversation_id, head_id=head_id)
