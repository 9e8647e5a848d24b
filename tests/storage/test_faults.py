from __future__ import annotations

import errno
import sqlite3

import pytest

from desktop.domain.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseReadOnly,
    DiskFull,
    StorageFault,
)
from desktop.storage.faults import database_faults


def sqlite_error(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("what SQLite says")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (sqlite3.SQLITE_FULL, DiskFull),
        (sqlite3.SQLITE_IOERR_SHMSIZE, DiskFull),
        (sqlite3.SQLITE_BUSY, DatabaseBusy),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, DatabaseBusy),
        (sqlite3.SQLITE_LOCKED, DatabaseBusy),
        (sqlite3.SQLITE_READONLY_DIRECTORY, DatabaseReadOnly),
        (sqlite3.SQLITE_CANTOPEN, DatabaseReadOnly),
        (sqlite3.SQLITE_CORRUPT, DatabaseDamaged),
        (sqlite3.SQLITE_NOTADB, DatabaseDamaged),
        (sqlite3.SQLITE_IOERR_READ, StorageFault),
    ],
)
def test_each_state_of_the_machine_has_its_error(code, fault):
    with pytest.raises(StorageFault) as caught, database_faults():
        raise sqlite_error(code)
    assert type(caught.value) is fault
    assert caught.value.message.endswith(".")
    assert caught.value.advice.endswith(".")
    assert "SQLite" not in str(caught.value)


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (errno.ENOSPC, DiskFull),
        (errno.EACCES, DatabaseReadOnly),
        (errno.EROFS, DatabaseReadOnly),
        (errno.EIO, StorageFault),
    ],
)
def test_errors_of_the_file_system(code, fault):
    with pytest.raises(StorageFault) as caught, database_faults():
        raise OSError(code, "why")
    assert type(caught.value) is fault


@pytest.mark.parametrize(
    "error",
    [sqlite3.IntegrityError("ours"), sqlite_error(sqlite3.SQLITE_MISUSE), ValueError("ours")],
)
def test_mistakes_of_ours_pass_unchanged(error):
    with pytest.raises(type(error)) as caught, database_faults():
        raise error
    assert caught.value is error


def test_nobody_is_promised_that_a_full_disk_is_tried_again() -> None:
    """Most who write do not; who does says so."""
    with pytest.raises(DiskFull) as caught, database_faults():
        raise OSError(errno.ENOSPC, "No space left on device")
    assert caught.value.advice == "Free some space, then try again."
