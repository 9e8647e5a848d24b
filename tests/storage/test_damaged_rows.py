from __future__ import annotations

import random
import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import pytest

from desktop.storage import damaged_rows
from desktop.storage.damaged_rows import CHECKS, readable_rows
from desktop.storage.database import Database

PAGE = 4096
ROWS = 3000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A table of some hundred pages; every thousandth row is long."""
    path = tmp_path / "rows.db"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT)")
        db.executemany(
            "INSERT INTO rows VALUES (?, ?)",
            ((n, "long" * 5000 if n % 1000 == 0 else f"{n}" * 50) for n in range(1, ROWS + 1)),
        )
    return path


def read(path: Path) -> list[int]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as source:
        source.execute("PRAGMA writable_schema=ON")
        rows = list(readable_rows(source, "rows", "id, text"))
    found = [row[0] for row in rows if row is not None]
    assert (None in rows) == (found != list(range(1, ROWS + 1)))  # it says that something is lost
    return found


def overwrite(path: Path, *pages: int) -> None:
    with path.open("r+b") as file:
        for page in pages:
            file.seek(page * PAGE)
            file.write(random.Random(page).randbytes(PAGE))


def test_a_sound_table_is_read_whole(path: Path) -> None:
    assert read(path) == list(range(1, ROWS + 1))


def test_an_empty_table_has_no_rows(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "empty.db")) as db:
        db.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT)")
        assert list(readable_rows(db, "rows", "id, text")) == []


@pytest.mark.parametrize("steps", [1024, 2], ids=["one by one", "in leaps"])
def test_each_damaged_page_costs_its_own_rows(path: Path, monkeypatch, steps: int) -> None:
    monkeypatch.setattr(damaged_rows, "_SINGLE_STEPS", steps)
    pages = path.stat().st_size // PAGE
    most = ROWS // (pages // 2)
    for page in range(2, pages, 7):
        content = path.read_bytes()
        overwrite(path, page)
        found = read(path)
        path.write_bytes(content)
        assert found == sorted(set(found))
        lost = ROWS - len(found)
        assert lost <= most or page == 2  # the first may be one that leads to the others


def test_rows_between_and_after_damaged_pages_are_read(path: Path) -> None:
    pages = path.stat().st_size // PAGE
    overwrite(path, 20, 30, pages // 2, pages - 1)
    found = read(path)
    assert ROWS - 400 < len(found) < ROWS
    assert found == sorted(set(found))


def test_a_row_id_that_cannot_be_is_not_waited_for(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO rows VALUES (?, 'far')", [2**60])
    with closing(sqlite3.connect(path)) as db:
        assert len(list(readable_rows(db, "rows", "id, text"))) == ROWS


def test_a_table_whose_root_is_damaged_is_given_up(path: Path) -> None:
    overwrite(path, 1)
    assert read(path) == []


def test_what_is_checked_are_columns_that_there_are(database: Database) -> None:
    with database.reading() as db:
        there = {
            name
            for (name,) in db.execute(
                "SELECT DISTINCT c.name FROM sqlite_schema s JOIN pragma_table_info(s.name) c"
                " WHERE s.type = 'table'"
            )
        }
    assert CHECKS.keys() <= there


@pytest.mark.parametrize(
    ("column", "sound", "damaged"),
    [
        ("request", '{"a": 1}', '{"a": 1'),
        ("answer", None, "\ufffd"),
        ("losses", struct.pack("<3d", 0.5, 20.0, float("nan")), random.Random(1).randbytes(800)),
        ("changes", struct.pack("<3f", -0.5, 0.0, 0.1), random.Random(2).randbytes(400)),
        ("divergences", b"", b"12345"),
    ],
)
def test_values_that_cannot_have_been_stored_are_told(column: str, sound, damaged) -> None:
    assert CHECKS[column](sound)
    assert not CHECKS[column](damaged)
