"""SQLite as Quern imports it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from desktop.domain.errors import DatabaseDamaged
from desktop.storage.sqlite import reading_only, require_sound


def test_numpy_is_not_loaded_with_it_and_can_be_later() -> None:
    program = (
        "import sys, desktop.storage.sqlite\n"
        "assert 'numpy' not in sys.modules\n"
        "import numpy\n"
        "assert numpy.arange(3).sum() == 3\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_where_numpy_is_loaded_already_it_stays() -> None:
    program = (
        "import sys, numpy, desktop.storage.sqlite\n"
        "assert sys.modules['numpy'] is numpy\n"
        "desktop.storage.sqlite.Connection(memory=True)\n"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=True)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a ?#%20&mode=rwc 🦀.db"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("CREATE TABLE rows (text TEXT)")
        db.executemany("INSERT INTO rows VALUES (?)", [("rye" * 500,)] * 20)
    return path


@pytest.mark.parametrize("fixed", [False, True])
def test_reading_changes_nothing(path: Path, fixed: bool) -> None:
    with closing(reading_only(path, fixed=fixed)) as db:
        assert db.execute("SELECT count(*) FROM rows").fetchone() == (20,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            db.execute("DELETE FROM rows")
        if fixed:
            assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_reading_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError), closing(reading_only(tmp_path / "no.db")) as db:
        db.execute("SELECT 1 FROM sqlite_schema")
    assert list(tmp_path.iterdir()) == []


def test_every_page_is_looked_at(path: Path) -> None:
    with closing(reading_only(path)) as db:
        require_sound(db)
    content = path.read_bytes()
    path.write_bytes(content[:-4096] + b"\xff" * 4096)
    with closing(reading_only(path)) as db, pytest.raises(DatabaseDamaged):
        require_sound(db)
