"""Walking the tree of a conversation's messages: functions over an open transaction."""

from __future__ import annotations

from sqlite_utils import Database

from desktop.domain.conversation import Branch, Message
from desktop.domain.errors import InvalidInput
from desktop.storage.rows import MESSAGE_COLUMNS, message_of

_COLUMNS_OF_M = ", ".join(f"m.{name.strip()}" for name in MESSAGE_COLUMNS.split(","))

_PATH = f"""
    WITH RECURSIVE path(id, parent_id, depth) AS (
        SELECT id, parent_id, 0 FROM messages WHERE id = :head
        UNION ALL
        SELECT m.id, m.parent_id, depth + 1 FROM path JOIN messages m ON m.id = path.parent_id
    )
    SELECT {_COLUMNS_OF_M} FROM path JOIN messages m ON m.id = path.id ORDER BY depth DESC
"""  # noqa: S608

BELOW = """
    WITH RECURSIVE below(id) AS (
        SELECT :root
        UNION ALL
        SELECT m.id FROM below JOIN messages m ON m.parent_id = below.id
    )
"""


def message(db: Database, message_id: int) -> Message:
    """A message that is not deleted. Raises: InvalidInput."""
    row = db.execute(
        f"SELECT {MESSAGE_COLUMNS} FROM messages WHERE id = ? AND deleted_with IS NULL",  # noqa: S608
        [message_id],
    ).fetchone()
    if row is None:
        raise InvalidInput("This message is no longer there.")
    return message_of(row)


def path(db: Database, head_id: int | None) -> list[Message]:
    """From the first message down to `head_id`."""
    return [message_of(row) for row in db.execute(_PATH, {"head": head_id})]


def siblings(db: Database, conversation_id: int, parent_id: int | None) -> list[int]:
    """The messages below `parent_id` that are not deleted, oldest first."""
    rows = db.execute(
        "SELECT id FROM messages WHERE conversation_id = ? AND parent_id IS ?"
        " AND deleted_with IS NULL ORDER BY id",
        [conversation_id, parent_id],
    )
    return [row[0] for row in rows]


def newest_leaf(db: Database, message_id: int) -> int:
    """The message written last among `message_id` and all below it."""
    newest: int = db.execute(
        f"{BELOW} SELECT max(m.id) FROM below JOIN messages m ON m.id = below.id"  # noqa: S608
        " WHERE m.deleted_with IS NULL",
        {"root": message_id},
    ).fetchone()[0]
    return newest


def branches(db: Database, conversation_id: int, head_id: int | None) -> dict[int, Branch]:
    """Where each message of the path to `head_id` stands among its alternatives."""
    parents: dict[int, int | None] = {}
    children: dict[int | None, list[int]] = {}
    for message_id, parent_id in db.execute(
        "SELECT id, parent_id FROM messages WHERE conversation_id = ? AND deleted_with IS NULL"
        " ORDER BY parent_id, id",
        [conversation_id],
    ):
        parents[message_id] = parent_id
        children.setdefault(parent_id, []).append(message_id)
    found: dict[int, Branch] = {}
    current = head_id
    while current is not None and current in parents:
        alternatives = children[parents[current]]
        found[current] = Branch(alternatives.index(current) + 1, len(alternatives))
        current = parents[current]
    return found
