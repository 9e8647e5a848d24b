"""The database file: opening it, keeping it sound, and one connection per thread."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from desktop.domain.errors import DatabaseDamaged, DatabaseTooNew, StorageFault
from desktop.storage.faults import database_faults
from desktop.storage.migrations import MIGRATIONS, SCHEMA_VERSION, rebuild_search
from desktop.storage.salvage import SMALLEST, salvage
from desktop.storage.search import search_words
from desktop.storage.sqlite import Connection, read_damaged_text

BIN_SECONDS = 30 * 24 * 3600.0  # how long what was deleted stays, hidden, before it is purged
_SMALL = 16 * 2**20  # bytes; checking a database of this size costs some milliseconds


@dataclass(frozen=True, slots=True)
class OpenReport:
    """What opening found.

    Attributes:
        created: there was no database before.
        notice: what a person should know, one or two sentences, or "".
        kept_aside: where a damaged database was moved to.
    """

    created: bool = False
    notice: str = ""
    kept_aside: Path | None = None


class Database:
    """One SQLite file, one connection per thread (made on first use, closed by `close`).

    A transaction is on disk when `writing` ends (synchronous=FULL), so a power cut costs nothing
    that was saved. Readers never wait for writers (WAL).

    Args:
        path: the file; its folder is made when missing.
        busy_seconds: how long to wait for another program's lock.
    """

    def __init__(self, path: Path, *, busy_seconds: float = 5.0) -> None:
        self.path = path
        self._busy_seconds = busy_seconds
        self._local = threading.local()
        self._lock = threading.Lock()
        self._closers: list[weakref.finalize[..., Connection]] = []

    def open(self) -> OpenReport:
        """Check the file, bring its schema up to date.

        A damaged file is kept aside, never overwritten, and what is readable copied out of it.
        Raises: DatabaseTooNew, DatabaseReadOnly, DatabaseBusy, DiskFull, StorageFault.
        """
        with database_faults():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            created = not self.path.exists()
        try:
            self._prepare()
        except DatabaseDamaged:
            return self._start_afresh()
        return OpenReport(created=created)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection on which everything read belongs to one moment. Raises: StorageFault."""
        with self._transaction("BEGIN") as database:
            yield database

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: all of it is saved, or nothing. May be nested. Raises: StorageFault."""
        # IMMEDIATE, because a transaction that reads first and wants to write later fails at once
        # when another process wrote in between, however long the busy timeout.
        with self._transaction("BEGIN IMMEDIATE") as database:
            yield database

    def close(self) -> None:
        """Close the connections of all threads; SQLite then folds the WAL into the file."""
        with self._lock:
            closers, self._closers = self._closers, []
            self._local = threading.local()
        for closer in closers:
            closer()

    # --- connections ------------------------------------------------------------------------

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Connection]:
        database: Connection | None = getattr(self._local, "database", None)
        if database is not None and database.conn.in_transaction:
            yield database  # the outer transaction commits, and answers for faults
            return
        try:
            with database_faults():
                database = self._connection()
                database.execute(begin)
                try:
                    yield database
                    database.commit()
                finally:
                    database.rollback()
        except DatabaseDamaged as fault:
            if getattr(fault.__cause__, "sqlite_errorcode", 0) == sqlite3.SQLITE_CORRUPT_VTAB:
                raise self._repair_search() from fault
            self._mark_suspect()
            raise

    def _connection(self) -> Connection:
        database: Connection | None = getattr(self._local, "database", None)
        if database is None:
            database = self._local.database = self._connect()
        return database

    def _connect(self) -> Connection:
        # Each thread uses its own connection; only closing is done by another.
        connection = sqlite3.connect(
            self.path, timeout=self._busy_seconds, isolation_level=None, check_same_thread=False
        )
        try:
            read_damaged_text(connection)
            connection.create_function("search_words", 1, search_words, deterministic=True)
            connection.execute("PRAGMA trusted_schema=ON")  # search_words is used by triggers
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute("PRAGMA synchronous=FULL")
            database = Connection(connection, execute_plugins=False)
        except BaseException:
            connection.close()  # Windows moves no open file aside
            raise
        with self._lock:
            self._closers = [closer for closer in self._closers if closer.alive]
            # Also runs when the thread ends and takes its thread-local values along.
            self._closers.append(weakref.finalize(database, connection.close))
        return database

    # --- opening ----------------------------------------------------------------------------

    def _prepare(self) -> None:
        left_open = _size(self._beside("-wal")) > 0
        size = _size(self.path)
        if 0 < size < SMALLEST or (size == 0 and left_open):
            raise DatabaseDamaged("Quern's database is damaged.")
        with database_faults():
            database = self._connection()
            # Before anything else, because a newer schema may not even parse.
            self._refuse_newer(database.execute("PRAGMA user_version").fetchone()[0])
            suspect = self._suspect_mark.exists()
            if left_open or suspect or size <= _SMALL:
                _check(database)
            database.execute("PRAGMA journal_mode=WAL")
        with self.writing() as database:
            if MIGRATIONS.pending(database):
                MIGRATIONS.apply(database)
                database.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
            if suspect:
                rebuild_search(database)
        self._require_writable()
        self._suspect_mark.unlink(missing_ok=True)

    def _require_writable(self) -> None:
        """Learn it now, not with the first message. Raises: DatabaseReadOnly."""
        with database_faults():
            database = self._connection()
            database.execute("BEGIN")
            try:
                database.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
            finally:
                database.rollback()  # so nothing is really written

    def _refuse_newer(self, version: int) -> None:
        if version > SCHEMA_VERSION:
            self.close()
            raise DatabaseTooNew(
                "Your conversations were last saved by a newer version of Quern.",
                "Install that version again, or start this one with another folder: --home DIR.",
            )

    def _start_afresh(self) -> OpenReport:
        self.close()
        moment = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
        kept = self.path.with_name(f"{self.path.name}.damaged-{moment}")
        with database_faults():
            for suffix in ("", "-wal", "-shm"):
                with suppress(FileNotFoundError):
                    self._beside(suffix).replace(kept.with_name(kept.name + suffix))
        self._suspect_mark.unlink(missing_ok=True)
        self._prepare()
        with self.writing() as database:
            rescued = salvage(kept, database)
        told = f"The file with your conversations was damaged and is kept as “{kept.name}”."
        return OpenReport(notice=f"{told} {rescued}", kept_aside=kept)

    # --- damage found while running ---------------------------------------------------------

    def _repair_search(self) -> StorageFault:
        with self.writing() as database:
            rebuild_search(database)
        return StorageFault("The search index was damaged and has been rebuilt.", "Try again.")

    @property
    def _suspect_mark(self) -> Path:
        """Exists when damage was met while running: the next start checks the whole file."""
        return self._beside(".suspect")

    def _mark_suspect(self) -> None:
        with suppress(OSError):
            self._suspect_mark.touch()

    def _beside(self, suffix: str) -> Path:
        return self.path.with_name(self.path.name + suffix)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _check(database: Connection) -> None:
    """Raises: DatabaseDamaged."""
    (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise DatabaseDamaged("Quern's database is damaged.", str(verdict))
