"""What goes wrong with files and SQLite, as errors a person can read. The one place that knows."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from desktop.domain.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseReadOnly,
    DiskFull,
    StorageFault,
)

_DISK_FULL = ("The disk is full.", "Free some space, then try again.")
_OUT_OF_SPACE = (errno.ENOSPC, errno.EDQUOT)
_NO_PERMISSION = (errno.EACCES, errno.EPERM, errno.EROFS)


@contextmanager
def database_faults() -> Iterator[None]:
    """Turn what SQLite and the file system raise inside into a StorageFault.

    Errors that only a mistake of ours can cause (wrong SQL, a broken constraint) pass unchanged.
    """
    try:
        yield
    except sqlite3.Error as error:
        fault = fault_of(error)
        if fault is None:
            raise
        raise fault from error
    except UnicodeDecodeError as error:  # SQLite's message quotes what is damaged
        raise damaged() from error
    except OSError as error:
        raise _of_system(error) from error


def damaged() -> DatabaseDamaged:
    """What a person is told of that."""
    return DatabaseDamaged(
        "Quern's database is damaged.",
        "Start Quern again: it keeps the damaged file and rescues what it can.",
    )


def fault_of(error: sqlite3.Error) -> StorageFault | None:
    """What went wrong outside; None when the statement or its values did."""
    code = getattr(error, "sqlite_errorcode", 0)
    if code == sqlite3.SQLITE_IOERR_SHMSIZE:  # it could not make room for the index of the WAL
        return DiskFull(*_DISK_FULL)
    # Extended codes carry the primary one in their low byte.
    match code & 0xFF:
        case sqlite3.SQLITE_FULL:
            return DiskFull(*_DISK_FULL)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return DatabaseBusy(
                "Another program is using Quern's database.",
                "Close other programs that may have it open, then try again.",
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return DatabaseReadOnly(
                "Quern may not write to its database.",
                "Check the permissions of Quern's folder, or choose another with --home.",
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return damaged()
        case sqlite3.SQLITE_IOERR:
            return StorageFault(
                "The disk with Quern's database reported an error.",
                "Check that the disk is connected and sound, then try again.",
            )
    return None


def _of_system(error: OSError) -> StorageFault:
    if error.errno in _OUT_OF_SPACE:
        return DiskFull(*_DISK_FULL)
    if error.errno in _NO_PERMISSION:
        return DatabaseReadOnly(
            "Quern may not write to its folder.",
            "Check the permissions of the folder, or choose another with --home.",
        )
    reason = error.strerror or str(error)
    return StorageFault(f"Quern's folder cannot be used ({reason}).", "Choose another with --home.")
