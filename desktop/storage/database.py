"""The database file: opening it, keeping it sound, and one connection per thread."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from desktop.domain.errors import DatabaseBusy, DatabaseDamaged, DatabaseTooNew, StorageFault
from desktop.storage.faults import damaged, database_faults
from desktop.storage.files import beside, size_of
from desktop.storage.locks import held
from desktop.storage.migrations import MIGRATIONS, SCHEMA_VERSION, rebuild_search
from desktop.storage.search import search_words
from desktop.storage.sqlite import SMALLEST, Connection, read_damaged_text, require_sound

BIN_SECONDS = 30 * 24 * 3600.0  # how long what was deleted stays, hidden, before it is purged
COPIES = (".copy", ".older-copy")  # added to its name; see `backup.py`
RESCUED = ".rescued"  # one that is to take its place; see `rescue.py`
OUTDATED = ".outdated"  # there when copies hold what was deleted for good
_PATIENCE = 60.0  # seconds, for another Quern that rescues what it can
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

        A damaged file is kept aside, never overwritten, and what is readable copied out of it. What
        is missing in it, or everything when it is gone, comes from its daily copies.
        Raises: DatabaseTooNew, DatabaseReadOnly, DatabaseBusy, DiskFull, StorageFault.
        """
        with database_faults():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            created = not self.path.exists()
        if self.path.is_dir():
            raise StorageFault(
                f"{self.path} is a folder; Quern's database is a file of that name.",
                "Move the folder elsewhere, or choose another place with --home.",
            )
        try:
            self._prepare()
        except DatabaseDamaged:
            return self._rescue()
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

    @contextmanager
    def removing(self) -> Iterator[Connection]:
        """As `writing`. What a person removes for good inside leaves the copies soon, too.

        Raises: StorageFault.
        """
        with self.writing() as database:
            yield database
        with suppress(OSError):
            self._beside(OUTDATED).touch()

    def mark_suspect(self) -> None:
        """Damage was met: the next start checks the whole file."""
        with suppress(OSError):
            self._suspect_mark.touch()

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
            self.mark_suspect()
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
        left_open = size_of(self._beside("-wal")) > 0
        size = size_of(self.path)
        if 0 < size < SMALLEST or (size == 0 and (left_open or self._was_lost())):
            raise damaged()
        with database_faults():
            database = self._connection()
            # Before anything else, because a newer schema may not even parse.
            self._refuse_newer(database.execute("PRAGMA user_version").fetchone()[0])
            suspect = self._suspect_mark.exists()
            if left_open or suspect or size <= _SMALL:
                require_sound(database)
            database.execute("PRAGMA journal_mode=WAL")
        with self.writing() as database:
            if MIGRATIONS.pending(database):
                MIGRATIONS.apply(database)
                database.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
            if suspect:
                rebuild_search(database)
        self._require_writable()
        self._suspect_mark.unlink(missing_ok=True)

    def _was_lost(self) -> bool:
        """Whether there was more than nothing once."""
        return any(self._beside(suffix).exists() for suffix in (RESCUED, *COPIES))

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

    def _rescue(self) -> OpenReport:
        from desktop.storage.rescue import rescue  # most starts do without

        self.close()  # Windows moves no open file aside
        with held(beside(self.path, ".rescue.lock"), _PATIENCE) as ours:
            if not ours:
                raise DatabaseBusy(
                    "Another Quern is rescuing what it can of a damaged database.",
                    "Wait until it is done, then try again.",
                )
            try:
                self._prepare()  # it may have been done meanwhile
            except DatabaseDamaged:
                self.close()
            else:
                return OpenReport()
            report = rescue(self.path)
            self._suspect_mark.unlink(missing_ok=True)
            self._prepare()
        return report

    # --- damage found while running ---------------------------------------------------------

    def _repair_search(self) -> StorageFault:
        with self.writing() as database:
            rebuild_search(database)
        return StorageFault("The search index was damaged and has been rebuilt.", "Try again.")

    @property
    def _suspect_mark(self) -> Path:
        return self._beside(".suspect")

    def _beside(self, suffix: str) -> Path:
        return beside(self.path, suffix)
