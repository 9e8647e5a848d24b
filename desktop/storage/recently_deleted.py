"""What was deleted softly, of every kind, as the database knows it."""

from __future__ import annotations

import builtins
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

from desktop.domain.recently_deleted import DeletedKind, Deletion
from desktop.storage.database import BIN_SECONDS, Database

# Of each kind its table, and the column with the title.
_KEPT = {
    DeletedKind.CONVERSATION: ("conversations", "title"),
    DeletedKind.PROMPT: ("prompts", "title"),
    DeletedKind.TASK_SET: ("task_sets", "name"),
}
_LIST = " UNION ALL ".join(
    f"SELECT '{kind}', id, {title}, deleted_at FROM {table} WHERE deleted_at > :since"  # noqa: S608
    for kind, (table, title) in _KEPT.items()
)


class StoredDeletions:
    """Every method is one transaction and may be called from any thread. Raises: StorageFault."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def list(self) -> builtins.list[Deletion]:
        """What was deleted less than BIN_SECONDS ago, the newest first."""
        since = {"since": self._clock() - BIN_SECONDS}
        with self._database.reading() as db:
            rows = db.execute(f"{_LIST} ORDER BY 4 DESC, 1, 2 DESC", since).fetchall()
        return [
            Deletion(DeletedKind(kind), number, title, deleted_at, deleted_at + BIN_SECONDS)
            for kind, number, title, deleted_at in rows
        ]

    def expire(self, deletions: Iterable[Deletion]) -> None:
        """Make them so old that they are purged; those that were restored meanwhile stay."""
        with self._database.writing() as db:
            for deletion in deletions:
                table, _ = _KEPT[deletion.kind]
                db.execute(
                    f"UPDATE {table} SET deleted_at = 0"  # noqa: S608
                    " WHERE id = ? AND deleted_at IS NOT NULL",
                    [deletion.number],
                )

    def together(self) -> AbstractContextManager[object]:
        """All that is written inside is kept, or nothing."""
        return self._database.writing()

    def removing(self) -> AbstractContextManager[object]:
        """As `together`; what is removed for good inside leaves the copies of the database, too."""
        return self._database.removing()
