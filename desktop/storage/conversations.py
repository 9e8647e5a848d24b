"""Conversations and their messages, kept in the database."""

from __future__ import annotations

import builtins
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from desktop.domain.conversation import (
    AnswerFacts,
    Branch,
    Conversation,
    DeletedMessages,
    Message,
    MessageState,
    Role,
    SearchHit,
    title_of,
)
from desktop.domain.sampling import SamplerSettings
from desktop.storage import tree
from desktop.storage.database import Database
from desktop.storage.finding import find
from desktop.storage.insertion import insert_conversation, insert_message, insert_tree
from desktop.storage.rows import (
    CONVERSATION_COLUMNS,
    MESSAGE_COLUMNS,
    conversation_of,
    facts_to_texts,
    message_of,
    storable,
    to_text,
)
from desktop.storage.sqlite import Connection

INTERRUPTED = "Quern was closed while this answer was being written."


class Conversations:
    """Every method is one transaction, may be called from any thread, and raises StorageFault
    when the database cannot be used, InvalidInput when what it is asked about is not there.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    # --- conversations ----------------------------------------------------------------------

    def create(
        self,
        *,
        title: str = "",
        system_prompt: str = "",
        sampler: SamplerSettings | None = None,
        model_path: str = "",
    ) -> Conversation:
        now = self._clock()
        conversation = Conversation(
            id=0,
            title=storable(title),
            created_at=now,
            updated_at=now,
            system_prompt=storable(system_prompt),
            sampler=sampler or SamplerSettings(),
            model_path=storable(model_path),
        )
        with self._database.writing() as db:
            return replace(conversation, id=insert_conversation(db, conversation))

    def get(self, conversation_id: int) -> Conversation:
        with self._database.reading() as db:
            return tree.conversation(db, conversation_id)

    def list(self) -> builtins.list[Conversation]:
        """All that are not deleted: pinned ones first, then by the last message, newest first."""
        with self._database.reading() as db:
            rows = db.execute(
                f"SELECT {CONVERSATION_COLUMNS} FROM conversations WHERE deleted_at IS NULL"  # noqa: S608
                " ORDER BY pinned DESC, updated_at DESC, id DESC"
            )
            return [conversation_of(row) for row in rows]

    def rename(self, conversation_id: int, title: str) -> None:
        self._set(conversation_id, "title", storable(" ".join(title.split())))

    def set_pinned(self, conversation_id: int, pinned: bool) -> None:
        self._set(conversation_id, "pinned", int(pinned))

    def set_system_prompt(self, conversation_id: int, text: str) -> None:
        self._set(conversation_id, "system_prompt", storable(text))

    def set_sampler(self, conversation_id: int, sampler: SamplerSettings) -> None:
        self._set(conversation_id, "sampler", to_text(sampler.to_json()))

    def set_draft(self, conversation_id: int, text: str) -> None:
        self._set(conversation_id, "draft", storable(text))

    def set_template_arguments(self, conversation_id: int, arguments: dict[str, bool]) -> None:
        self._set(conversation_id, "template_arguments", to_text(arguments))

    def duplicate(self, conversation_id: int) -> Conversation:
        """A copy with its whole tree of messages."""
        with self._database.writing() as db:
            original = tree.conversation(db, conversation_id)
            title = f"{original.title} (copy)".strip()
            return self._copy(
                db, replace(original, title=title), tree.all_messages(db, conversation_id)
            )

    def fork(self, message_id: int) -> Conversation:
        """A new conversation that holds the path from the first message to this one."""
        with self._database.writing() as db:
            message = tree.message(db, message_id)
            original = tree.conversation(db, message.conversation_id)
            title = f"{original.title} (branch)".strip()
            return self._copy(
                db,
                replace(original, title=title, head_id=message_id, draft=""),
                tree.path(db, message_id),
            )

    def add_tree(self, conversation: Conversation, messages: Sequence[Message]) -> Conversation:
        """Keep a conversation from elsewhere with its messages, all under new ids.

        Parents stand before their children in `messages`; `conversation.head_id` is one of them.
        Times stay as they are.
        """
        with self._database.writing() as db:
            return insert_tree(db, conversation, messages)

    def delete(self, conversation_id: int) -> None:
        """Hide it. `undelete` brings it back until `purge_deleted` removes it."""
        self._set(conversation_id, "deleted_at", self._clock())

    def remove_untouched(self, conversation_id: int, beginning: Conversation) -> bool:
        """Remove for good a conversation that is as it was in the beginning, and never had a
        message. Returns: whether it was one."""
        row = [
            conversation_id,
            storable(beginning.system_prompt),
            to_text(beginning.sampler.to_json()),
            to_text(beginning.template_arguments),
        ]
        with self._database.writing() as db:
            removed = db.execute(
                "DELETE FROM conversations WHERE id = ? AND deleted_at IS NULL AND title = ''"
                " AND trim(draft, char(9, 10, 13, 32)) = '' AND NOT pinned AND system_prompt = ?"
                " AND sampler = ? AND template_arguments = ? AND NOT EXISTS"
                " (SELECT 1 FROM messages WHERE conversation_id = conversations.id)",
                row,
            )
            return removed.rowcount > 0

    def undelete(self, conversation_id: int) -> None:
        with self._database.writing() as db:
            db.execute("UPDATE conversations SET deleted_at = NULL WHERE id = ?", [conversation_id])
            tree.conversation(db, conversation_id)

    def purge_deleted(self, older_than_seconds: float) -> int:
        """Remove for good what was deleted that long ago. Returns: how many conversations."""
        with self._database.writing() as db:
            before = {"before": self._clock() - older_than_seconds}
            db.execute(
                "DELETE FROM messages WHERE deleted_at <= :before OR conversation_id IN"
                " (SELECT id FROM conversations WHERE deleted_at <= :before)",
                before,
            )
            return db.execute(
                "DELETE FROM conversations WHERE deleted_at <= :before", before
            ).rowcount

    def search(self, text: str, limit: int = 50) -> builtins.list[SearchHit]:
        """Conversations that hold every word of `text` (as the beginning of a word; scripts
        without spaces: anywhere) in one message or in the title. Titles come first."""
        with self._database.reading() as db:
            return find(db, storable(text), limit)

    # --- messages ---------------------------------------------------------------------------

    def message(self, message_id: int) -> Message:
        with self._database.reading() as db:
            return tree.message(db, message_id)

    def add_message(
        self,
        conversation_id: int,
        *,
        role: Role,
        text: str,
        parent_id: int | None,
        state: MessageState = MessageState.DONE,
        prompt_version_id: int | None = None,
    ) -> Message:
        """Add below `parent_id` (None: as a first message); it becomes the head.

        A conversation without a title gets it from its first message of the person.
        """
        now = self._clock()
        message = Message(
            id=0,
            conversation_id=conversation_id,
            parent_id=parent_id,
            role=role,
            text=storable(text),
            created_at=now,
            state=state,
            prompt_version_id=prompt_version_id,
        )
        with self._database.writing() as db:
            conversation = tree.conversation(db, conversation_id)
            if parent_id is not None:
                tree.require_member(tree.message(db, parent_id), conversation_id)
            message = message._replace(id=insert_message(db, message))
            title = conversation.title
            if not title and role is Role.USER:
                title = title_of(message.text)
            db.execute(
                "UPDATE conversations SET head_id = ?, updated_at = ? WHERE id = ?",
                [message.id, now, conversation_id],
            )
            if title != conversation.title:
                db.execute(
                    "UPDATE conversations SET title = ? WHERE id = ?", [title, conversation_id]
                )
        return message

    def path(self, conversation_id: int) -> builtins.list[Message]:
        """What is shown: from the first message to the head."""
        with self._database.reading() as db:
            return tree.path(db, tree.conversation(db, conversation_id).head_id)

    def tree(self, conversation_id: int) -> builtins.list[Message]:
        """All messages of all branches, parents before their children."""
        with self._database.reading() as db:
            tree.conversation(db, conversation_id)
            return tree.all_messages(db, conversation_id)

    def branches(self, conversation_id: int) -> dict[int, Branch]:
        """For each message that has alternatives: where it stands among them."""
        with self._database.reading() as db:
            tree.conversation(db, conversation_id)
            return tree.branches(db, conversation_id)

    def sibling(self, message_id: int, step: int) -> Message:
        """The alternative `step` places further; the first or last one when that is beyond."""
        with self._database.reading() as db:
            return tree.sibling(db, message_id, step)

    def switch_branch(self, message_id: int, step: int) -> None:
        """Show the alternative `step` places further, down to what was written last below it."""
        with self._database.writing() as db:
            chosen = tree.sibling(db, message_id, step)
            tree.set_head(db, chosen.conversation_id, tree.newest_leaf(db, chosen.id))

    def set_head(self, conversation_id: int, message_id: int | None) -> None:
        with self._database.writing() as db:
            tree.conversation(db, conversation_id)
            if message_id is not None:
                tree.require_member(tree.message(db, message_id), conversation_id)
            tree.set_head(db, conversation_id, message_id)

    def update_text(
        self, message_id: int, *, text: str, reasoning: str, state: MessageState
    ) -> None:
        """Keep what has been streamed so far. The search index is not touched while streaming."""
        with self._database.writing() as db:
            db.execute(
                "UPDATE messages SET text = ?, reasoning = ?, state = ? WHERE id = ?",
                [storable(text), storable(reasoning), state.value, message_id],
            )

    def finish(
        self,
        message_id: int,
        *,
        text: str,
        reasoning: str,
        state: MessageState,
        facts: AnswerFacts | None,
        problem: str = "",
    ) -> None:
        """The answer is complete, stopped or failed."""
        sampler, other_facts = facts_to_texts(facts)
        with self._database.writing() as db:
            db.execute(
                "UPDATE messages SET text = ?, reasoning = ?, state = ?, sampler = ?, facts = ?,"
                " problem = ? WHERE id = ?",
                [
                    storable(text),
                    storable(reasoning),
                    state.value,
                    sampler,
                    other_facts,
                    storable(problem),
                    message_id,
                ],
            )
            db.execute(
                "UPDATE conversations SET updated_at = ?"
                " WHERE id = (SELECT conversation_id FROM messages WHERE id = ?)",
                [self._clock(), message_id],
            )

    def delete_message(self, message_id: int) -> DeletedMessages:
        """Hide a message and everything below it.

        When it was shown, its newest remaining alternative is shown instead (down to what was
        written last below it), or without one its parent.
        """
        with self._database.writing() as db:
            return tree.delete(db, message_id, self._clock())

    def undelete_messages(self, deleted: DeletedMessages) -> None:
        """Bring back what one `delete_message` hid, and show what was shown before."""
        with self._database.writing() as db:
            tree.undelete(db, deleted)

    def interrupted(self) -> builtins.list[Message]:
        """At start-up: answers that Quern was writing when it died. They become stopped ones."""
        with self._database.writing() as db:
            rows = db.execute(
                f"SELECT {MESSAGE_COLUMNS} FROM messages WHERE state = 'streaming' ORDER BY id"  # noqa: S608
            ).fetchall()
            db.execute(
                "UPDATE messages SET state = 'stopped', problem = ? WHERE state = 'streaming'",
                [INTERRUPTED],
            )
        return [
            message_of(row)._replace(state=MessageState.STOPPED, problem=INTERRUPTED)
            for row in rows
        ]

    # --- inside -----------------------------------------------------------------------------

    def _set(self, conversation_id: int, column: str, value: str | float) -> None:
        with self._database.writing() as db:
            tree.conversation(db, conversation_id)
            db.execute(
                f"UPDATE conversations SET {column} = ? WHERE id = ?",  # noqa: S608
                [value, conversation_id],
            )

    def _copy(
        self, db: Connection, conversation: Conversation, messages: Sequence[Message]
    ) -> Conversation:
        now = self._clock()
        copy = replace(conversation, created_at=now, updated_at=now, pinned=False)
        return insert_tree(db, copy, messages)
