"""States of what runs, over a restart."""

from __future__ import annotations

from desktop.domain.job import JobState
from desktop.storage.database import Database


def interrupt(database: Database, table: str) -> None:
    """Nothing runs when Quern starts: what did, or waited, when it ended was interrupted.

    Raises: StorageFault.
    """
    with database.writing() as db:
        db.execute(
            f"UPDATE {table} SET state = ? WHERE state IN (?, ?)",  # noqa: S608  a name of ours
            [JobState.INTERRUPTED, JobState.WAITING, JobState.RUNNING],
        )
