"""Makes sense of a database of which rows are lost."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop.storage.sqlite import Connection


@dataclass(frozen=True, slots=True)
class Origins:
    """What the rows were read from: 0 is the damaged file, 1 its newest copy, and so on.

    Attributes:
        rows: by table and row id, where what is not from the damaged file came from.
        whole: by table, what it was read whole from.
    """

    rows: dict[str, dict[int, int]] = field(default_factory=dict)
    whole: dict[str, int] = field(default_factory=dict)

    def was_removed(self, table: str, row_id: int, parent: str) -> bool:
        """Whether a row without its parent is older than what tells that this is not lost."""
        origin = self.rows[table].get(row_id, 0)
        return origin > 0 and self.whole.get(parent, origin + 1) <= origin


# Lists whose members are found by their position: one with a gap is of no use.
_LISTS = (
    ("comparisons", "compared_models", "comparison_id"),
    ("task_runs", "asked_models", "run_id"),
)


def mend(fresh: Connection, origins: Origins) -> int:
    """Give rows whose neighbours were lost a place; returns how many have none, and go.

    What came from a copy and belongs to what was removed since goes uncounted.
    """
    if any(origins.rows.values()):
        _bring_up_to_date(fresh, origins)
    _mend_conversations(fresh)
    _mend_prompts(fresh)
    left_out = 0
    for whole, parts, key in _LISTS:
        rows = fresh.execute(
            f"SELECT id FROM {whole} WHERE id NOT IN (SELECT {key} FROM {parts}"  # noqa: S608
            f" GROUP BY {key} HAVING count(*) = max(position) + 1)"
        ).fetchall()
        left_out += sum(_delete(fresh, whole, row_id, origins) for (row_id,) in rows)
    # What is left without what it belongs to says nothing.
    while orphans := fresh.execute("PRAGMA foreign_key_check").fetchall():
        left_out += sum(_delete(fresh, row[0], row[1], origins) for row in orphans)
    return left_out


def _delete(fresh: Connection, table: str, row_id: int, origins: Origins) -> int:
    """Returns 1 when there was such a row, and it was from the damaged file."""
    gone = fresh.execute(f"DELETE FROM {table} WHERE rowid = ?", [row_id]).rowcount  # noqa: S608
    return 0 if row_id in origins.rows[table] else gone


def _bring_up_to_date(fresh: Connection, origins: Origins) -> None:
    """Make what came from copies agree with what was read of the file, which is newer."""
    for row_id in origins.rows["conversations"]:  # it shows what was written since
        fresh.execute(
            """
            UPDATE conversations SET head_id = NULL, updated_at = newest.moment
            FROM (SELECT max(created_at) AS moment FROM messages
                WHERE conversation_id = ?1 AND deleted_with IS NULL) AS newest
            WHERE id = ?1 AND updated_at < newest.moment
            """,
            [row_id],
        )
    # Those of which the deletion itself was lost are below one that is deleted.
    fresh.execute(
        """
        WITH RECURSIVE below(id, deleted_at, deleted_with) AS (
            SELECT m.id, p.deleted_at, p.deleted_with FROM messages m
            JOIN messages p ON p.id = m.parent_id
            WHERE p.deleted_with IS NOT NULL AND m.deleted_with IS NULL
            UNION ALL
            SELECT m.id, below.deleted_at, below.deleted_with FROM messages m
            JOIN below ON m.parent_id = below.id WHERE m.deleted_with IS NULL
        )
        UPDATE messages SET deleted_at = below.deleted_at, deleted_with = below.deleted_with
        FROM below WHERE messages.id = below.id
        """
    )
    fresh.execute(
        "UPDATE conversations SET head_id = NULL WHERE head_id NOT IN (SELECT id FROM messages)"
    )
    while orphans := [
        (table, row_id)
        for table, row_id, parent, _ in fresh.execute("PRAGMA foreign_key_check").fetchall()
        if origins.was_removed(table, row_id, parent)
    ]:
        for table, row_id in orphans:
            _delete(fresh, table, row_id, origins)
    for row_id in origins.rows["downloads"]:  # it may be long done
        fresh.execute(
            "UPDATE downloads SET state = 'paused' WHERE id = ? AND state = 'queued'", [row_id]
        )


def _mend_conversations(fresh: Connection) -> None:
    """Messages stand in a sound tree."""
    fresh.execute(
        """
        INSERT INTO conversations (id, title, system_prompt, pinned, draft, sampler, model_path,
            template_arguments, created_at, updated_at)
        SELECT conversation_id, 'Rescued conversation', '', 0, '', '{}', '', '{}',
            min(created_at), max(created_at)
        FROM messages WHERE conversation_id NOT IN (SELECT id FROM conversations)
        GROUP BY conversation_id
        """
    )
    fresh.execute(
        "UPDATE messages SET parent_id = NULL WHERE parent_id NOT IN (SELECT id FROM messages)"
    )
    fresh.execute(
        """
        UPDATE conversations SET head_id = (
            SELECT max(id) FROM messages
            WHERE conversation_id = conversations.id AND deleted_with IS NULL
        )
        WHERE head_id IS NULL OR head_id NOT IN (SELECT id FROM messages)
        """
    )


def _mend_prompts(fresh: Connection) -> None:
    """A prompt shows its newest version that came through; one without any is lost."""
    fresh.execute(
        """
        INSERT INTO prompts (id, key, title, folder, tags, why, favourite, hidden, builtin,
            changed, created_at, updated_at, used_at)
        SELECT prompt_id, 'rescued-' || prompt_id, 'Rescued prompt', '', '', '', 0, 0, 0, 0,
            min(created_at), max(created_at), 0
        FROM prompt_versions WHERE prompt_id NOT IN (SELECT id FROM prompts)
        GROUP BY prompt_id
        """
    )
    fresh.execute(
        """
        UPDATE prompts SET version_id = newest.id
        FROM (SELECT id, prompt_id, max(number) FROM prompt_versions GROUP BY prompt_id) AS newest
        WHERE newest.prompt_id = prompts.id AND version_id IS NOT newest.id
        """
    )
    fresh.execute("DELETE FROM prompts WHERE id NOT IN (SELECT prompt_id FROM prompt_versions)")
