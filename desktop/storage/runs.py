"""What runs, and in which Quern: the window and any number of commands share a home."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import ClassVar

from desktop.domain.errors import RunsAlready
from desktop.domain.job import JobState
from desktop.storage.database import Database
from desktop.storage.locks import held

PATIENCE = 0.25  # seconds, for another Quern that only looks whether somebody has it


@contextmanager
def claimed(
    database: Database, table: str, number: int, *, patience: float = PATIENCE
) -> Iterator[None]:
    """Have the run of a row to oneself, until the block ends or the process, however it does.

    Raises: RunsAlready when somebody has it, StorageFault.
    """
    path = database.path
    with held(path.with_name(f"{path.name}.{table}-{number}.lock"), patience) as ours:
        if not ours:
            raise RunsAlready(
                "This runs already, maybe in another Quern.",
                "Wait until it is done, or cancel it there.",
            )
        yield


def interrupt(database: Database, table: str) -> None:
    """What ran, or waited, in a Quern that has ended was interrupted. What somebody has claimed
    goes on.

    Raises: StorageFault.
    """
    unsettled = (JobState.WAITING, JobState.RUNNING)
    with database.reading() as db:
        rows = db.execute(f"SELECT id FROM {table} WHERE state IN (?, ?)", unsettled)  # noqa: S608
        numbers = [number for (number,) in rows]
    for number in numbers:
        with (
            suppress(RunsAlready),
            claimed(database, table, number, patience=0),
            database.writing() as db,
        ):
            db.execute(
                f"UPDATE {table} SET state = ? WHERE id = ? AND state IN (?, ?)",  # noqa: S608
                [JobState.INTERRUPTED, number, *unsettled],
            )


def forget(database: Database, table: str, number: int) -> None:
    """Remove a row with what belongs to it. Raises: RunsAlready while it runs, StorageFault."""
    with claimed(database, table, number), database.removing() as db:
        db.execute(f"DELETE FROM {table} WHERE id = ?", [number])  # noqa: S608  a name of ours


class StoredRuns:
    """Runs of one kind, each of which one process has at a time.

    Every method is one transaction and may be called from any thread. Raises: StorageFault.
    """

    _table: ClassVar[str]

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def take_up(self) -> None:
        """What ran in a Quern that has ended is INTERRUPTED now."""
        interrupt(self._database, self._table)

    def claimed(self, number: int) -> AbstractContextManager[None]:
        """While one runs. Raises: RunsAlready."""
        return claimed(self._database, self._table, number)

    def turn(self) -> AbstractContextManager[bool]:
        """While no other run of this kind has its turn, in any Quern with this home; yields whether
        it is one's own now."""
        path = self._database.path
        return held(path.with_name(f"{path.name}.{self._table}.lock"), PATIENCE)

    def remove(self, number: int) -> None:
        """Everything of a run; files it made stay where they are. Raises: RunsAlready while it
        runs."""
        forget(self._database, self._table, number)
