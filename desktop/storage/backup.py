"""Copies of the database beside it, made about once a day.

They are for what nothing can be read of any more: a first page that is lost, a file that was
emptied or deleted (see `rescue.py`). There are two, because damage that SQLite does not notice may
be in the newest. What is deleted for good leaves them, too: then they are made anew soon.
"""

from __future__ import annotations

import filecmp
import logging
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from desktop.domain.errors import DatabaseDamaged, DiskFull, StorageFault
from desktop.storage.database import COPIES, OUTDATED, Database
from desktop.storage.faults import damaged, database_faults
from desktop.storage.files import beside
from desktop.storage.locks import held
from desktop.storage.salvage import things
from desktop.storage.sqlite import reading_only, require_sound

# Seconds between two copies. Less than a day, so that who comes a little earlier than yesterday
# gets one; and between two when something was deleted for good, which may happen often in a row.
USUAL = 20 * 3600.0
SOON = 10 * 60.0
AGAIN = 3600.0  # after a failure

RESERVE = 64 * 2**20  # bytes that are left on the disk: others, like the database, need some
_NEWEST, _OLDER = COPIES
_PART = f"{_NEWEST}.part"
_RENEWING = f"{OUTDATED}.renewing"  # what is deleted while a copy is made outdates that one again
_OPCODES = 100_000  # of SQLite, between two looks whether it is to stop; some milliseconds
_CACHE = 256  # KiB: every page is looked at once, and what SQLite usually takes stays with us

_log = logging.getLogger(__name__)


class Backup:
    """Makes the copies.

    Args:
        clock: seconds since the epoch.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._path = database.path
        self._clock = clock
        self._failed_at = float("-inf")
        self._stopped = threading.Event()

    def stop(self) -> None:
        """End what goes on, within some milliseconds as a rule, and begin nothing more."""
        self._stopped.set()

    def keep(self) -> None:
        """Make a copy when it is time; nothing else is held up by it, but it may take seconds.

        One that cannot be made is logged and tried again later. Raises: DatabaseDamaged when the
        database itself is; then the copies stay as they are.
        """
        if not self._due():
            return
        try:
            with held(beside(self._path, f"{_NEWEST}.lock"), 0) as ours:
                if ours and self._due():
                    self._renew()
        except DatabaseDamaged:
            self._failed_at = self._clock()
            self._database.mark_suspect()
            raise
        except sqlite3.OperationalError:
            if not self._stopped.is_set():  # then it was interrupted
                raise
        except StorageFault as fault:
            self._failed_at = self._clock()
            _log.warning("No copy of the database was made: %s", fault.message)

    def _due(self) -> bool:
        now = self._clock()
        if self._stopped.is_set() or 0 <= now - self._failed_at < AGAIN:
            return False
        try:
            made_at = self._beside(_NEWEST).stat().st_mtime
        except OSError:
            return True
        return not 0 <= now - made_at < (SOON if self._is_outdated() else USUAL)

    def _is_outdated(self) -> bool:
        return self._beside(OUTDATED).exists() or self._beside(_RENEWING).exists()

    def _renew(self) -> None:
        """Raises: StorageFault, sqlite3.OperationalError when stopped."""
        newest, older, part = map(self._beside, (_NEWEST, _OLDER, _PART))
        with database_faults():
            renewed = self._is_outdated()
            with suppress(FileNotFoundError):
                self._beside(OUTDATED).replace(self._beside(_RENEWING))
            part.unlink(missing_ok=True)  # of one who was killed
            made_at = self._clock()
            try:
                if not self._write(part, renewed):
                    return
                os.utime(part, (made_at, made_at))
                with part.open("rb+") as written:
                    os.fsync(written.fileno())
                if not renewed and newest.exists() and filecmp.cmp(part, newest, shallow=False):
                    os.utime(newest, (made_at, made_at))
                    return
                if newest.exists() and not renewed:
                    newest.replace(older)
                part.replace(newest)
                self._beside(_RENEWING).unlink(missing_ok=True)
            finally:
                part.unlink(missing_ok=True)

    def _write(self, part: Path, renewed: bool) -> bool:
        """Write what is in the database at this moment into a new file.

        Not page by page: `VACUUM INTO` leaves behind what was deleted, and makes a file without a
        WAL. Like any reader it neither waits for a writer nor holds one up.

        Returns: whether there is anything worth a copy.
        """
        if not self._path.exists():
            raise damaged()
        with closing(self._opened(self._path)) as source:
            if source.execute("PRAGMA user_version").fetchone() == (0,):  # it was emptied
                raise damaged()
            require_sound(source)
            if renewed:
                self._beside(_OLDER).unlink(missing_ok=True)
            elif not any(things(source).values()):
                return False  # it may have been emptied by mistake: then the copies are precious
            self._require_room(source)
            part.touch()
            shutil.copymode(self._path, part)
            # As bytes: the name of a folder need not be text.
            source.execute("VACUUM INTO CAST(? AS TEXT)", [os.fsencode(part.absolute())])
        with closing(self._opened(part, fixed=True)) as copy:
            require_sound(copy)
        return True

    def _opened(self, path: Path, *, fixed: bool = False) -> sqlite3.Connection:
        database = reading_only(path, fixed=fixed)
        database.set_progress_handler(self._stopped.is_set, _OPCODES)
        database.execute(f"PRAGMA cache_size=-{_CACHE}")
        return database

    def _require_room(self, source: sqlite3.Connection) -> None:
        """Raises: DiskFull."""
        pages, size = (
            source.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size")
        )
        if shutil.disk_usage(self._path.parent).free < pages * size + RESERVE:
            raise DiskFull("The disk has too little room for it.", "Free some space.")

    def _beside(self, suffix: str) -> Path:
        return beside(self._path, suffix)
