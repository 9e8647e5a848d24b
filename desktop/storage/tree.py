"""The tree of a conversation's messages: functions over an open transaction."""

from __future__ import annotations

from desktop.domain.conversation import Branch, Conversation, DeletedMessages, Message
from desktop.domain.errors import InvalidInput
from desktop.storage.rows import (
    CONVERSATION_COLUMNS,
    MESSAGE_COLUMNS,
    conversation_of,
    message_of,
)
from desktop.storage.sqlite import Connection

# A parent's id is smaller than its children's, so the order of ids is that of the path.
_PATH = f"""
    WITH RECURSIVE path(id, parent_id) AS (
        SELECT id, parent_id FROM messages WHERE id = :head
        UNION ALL
        SELECT m.id, m.parent_id FROM path JOIN messages m ON m.id = path.parent_id
    )
    SELECT {MESSAGE_COLUMNS} FROM messages WHERE id IN (SELECT id FROM path) ORDER BY id
"""  # noqa: S608

_BELOW = """
    WITH RECURSIVE below(id) AS (
        SELECT :root
        UNION ALL
        SELECT m.id FROM below JOIN messages m ON m.parent_id = below.id
    )
"""


def message(db: Connection, message_id: int) -> Message:
    """A message that is not deleted. Raises: InvalidInput."""
    row = db.execute(
        f"SELECT {MESSAGE_COLUMNS} FROM messages WHERE id = ? AND deleted_with IS NULL",  # noqa: S608
        [message_id],
    ).fetchone()
    if row is None:
        raise InvalidInput("This message is no longer there.")
    return message_of(row)


def path(db: Connection, head_id: int | None) -> list[Message]:
    """From the first message down to `head_id`."""
    return [message_of(row) for row in db.execute(_PATH, {"head": head_id}).fetchall()]


def siblings(db: Connection, conversation_id: int, parent_id: int | None) -> list[int]:
    """The messages below `parent_id` that are not deleted, oldest first."""
    rows = db.execute(
        "SELECT id FROM messages WHERE conversation_id = ? AND parent_id IS ?"
        " AND deleted_with IS NULL ORDER BY id",
        [conversation_id, parent_id],
    )
    return [row[0] for row in rows]


def newest_leaf(db: Connection, message_id: int) -> int:
    """The message written last among `message_id` and all below it."""
    newest: int = db.execute(
        f"{_BELOW} SELECT max(m.id) FROM below JOIN messages m ON m.id = below.id"  # noqa: S608
        " WHERE m.deleted_with IS NULL",
        {"root": message_id},
    ).fetchone()[0]
    return newest


def branches(db: Connection, conversation_id: int) -> dict[int, Branch]:
    """Where each message that has alternatives stands among them; most messages have none."""
    alternatives: dict[int | None, list[int]] = {}
    for message_id, parent_id in db.execute(
        "SELECT id, parent_id FROM messages"
        " WHERE conversation_id = :id AND deleted_with IS NULL AND coalesce(parent_id, 0) IN ("
        "  SELECT coalesce(parent_id, 0) FROM messages"
        "  WHERE conversation_id = :id AND deleted_with IS NULL"
        "  GROUP BY parent_id HAVING count(*) > 1"
        " ) ORDER BY id",
        {"id": conversation_id},
    ):
        alternatives.setdefault(parent_id, []).append(message_id)
    return {
        message_id: Branch(index, len(among))
        for among in alternatives.values()
        for index, message_id in enumerate(among, 1)
    }


def conversation(db: Connection, conversation_id: int) -> Conversation:
    """A conversation that is not deleted. Raises: InvalidInput."""
    row = db.execute(
        f"SELECT {CONVERSATION_COLUMNS} FROM conversations WHERE id = ? AND deleted_at IS NULL",  # noqa: S608
        [conversation_id],
    ).fetchone()
    if row is None:
        raise InvalidInput("This conversation is no longer there.")
    return conversation_of(row)


def require_member(found: Message, conversation_id: int) -> None:
    """Raises: InvalidInput when the message belongs to another conversation."""
    if found.conversation_id != conversation_id:
        raise InvalidInput("This message belongs to another conversation.")


def is_deleted(db: Connection, message_id: int) -> bool:
    """Also True for a message that was removed for good."""
    row = db.execute("SELECT deleted_with FROM messages WHERE id = ?", [message_id]).fetchone()
    return row is None or row[0] is not None


def set_head(db: Connection, conversation_id: int, message_id: int | None) -> None:
    """Show the path that ends at `message_id`."""
    db.execute("UPDATE conversations SET head_id = ? WHERE id = ?", [message_id, conversation_id])


def sibling(db: Connection, message_id: int, step: int) -> Message:
    """The alternative `step` places further, the first or last one when that is beyond."""
    found = message(db, message_id)
    alternatives = siblings(db, found.conversation_id, found.parent_id)
    wanted = alternatives.index(message_id) + step
    return message(db, alternatives[max(0, min(wanted, len(alternatives) - 1))])


def all_messages(db: Connection, conversation_id: int) -> list[Message]:
    """All branches, parents before their children."""
    rows = db.execute(
        f"SELECT {MESSAGE_COLUMNS} FROM messages"  # noqa: S608
        " WHERE conversation_id = ? AND deleted_with IS NULL ORDER BY id",
        [conversation_id],
    )
    return [message_of(row) for row in rows]


def delete(db: Connection, message_id: int, now: float) -> DeletedMessages:
    """Hide a message and everything below it; show something else if it was shown.

    Raises: InvalidInput.
    """
    found = message(db, message_id)
    head_id = conversation(db, found.conversation_id).head_id
    db.execute(
        f"{_BELOW} UPDATE messages SET deleted_with = :root, deleted_at = :now"  # noqa: S608
        " WHERE deleted_with IS NULL AND id IN below",
        {"root": message_id, "now": now},
    )
    (count,) = db.execute("SELECT changes()").fetchone()
    if head_id is not None and is_deleted(db, head_id):
        rest = siblings(db, found.conversation_id, found.parent_id)
        set_head(db, found.conversation_id, newest_leaf(db, rest[-1]) if rest else found.parent_id)
    return DeletedMessages(found.conversation_id, message_id, head_id, count)


def undelete(db: Connection, deleted: DeletedMessages) -> None:
    """Bring back what one `delete` hid, and show what was shown before. Raises: InvalidInput."""
    conversation(db, deleted.conversation_id)
    db.execute(
        "UPDATE messages SET deleted_with = NULL, deleted_at = NULL WHERE deleted_with = ?",
        [deleted.message_id],
    )
    found = message(db, deleted.message_id)
    if found.parent_id is not None and is_deleted(db, found.parent_id):
        raise InvalidInput(
            "The message above this one is deleted too.", "Bring that one back first."
        )
    if deleted.head_id is not None and not is_deleted(db, deleted.head_id):
        set_head(db, deleted.conversation_id, deleted.head_id)
