"""What becomes of a database that is damaged, emptied or gone, of which there are copies."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from desktop.core.prompt_library import PromptLibrary
from desktop.domain.conversation import Conversation, Message, Role
from desktop.domain.errors import DiskFull
from desktop.domain.paths import resource_path
from desktop.domain.prompt import PromptQuery
from desktop.storage import rescue as rescue_module
from desktop.storage.backup import USUAL, Backup
from desktop.storage.conversations import Conversations
from desktop.storage.database import Database, OpenReport
from desktop.storage.migrations import SCHEMA_VERSION
from desktop.storage.prompts import StoredPrompts

ROOT = Path(__file__).parents[2]
PAGE = 4096
NOON = 1_795_000_000.0  # in some November


def add(database: Database, *titles: str) -> None:
    for title in titles:
        chain = [Message(n, 0, n - 1 or None, Role.USER, "flour " * 90, 0.0) for n in range(1, 8)]
        Conversations(database).add_tree(Conversation(0, title, 0.0, 0.0, head_id=7), chain)


def titles(database: Database) -> list[str]:
    store = Conversations(database)
    for conversation in store.list():
        assert [m.text for m in store.path(conversation.id)] == ["flour " * 90] * 7
    return sorted(conversation.title for conversation in store.list())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a home #1 100%?" / "“quern” 🦀.db"


@pytest.fixture
def kept(path: Path) -> Path:
    """A database with rye and oats in it, of which there is a copy."""
    database = Database(path)
    database.open()
    add(database, "oats", "rye")
    Backup(database, lambda: NOON).keep()
    database.close()
    assert path.with_name(f"{path.name}.copy").exists()
    return path


def garble(path: Path, table: str) -> None:
    """The first page of a closed database's table."""
    with closing(sqlite3.connect(path)) as db:
        query = "SELECT rootpage FROM sqlite_schema WHERE name = ?"
        (root,) = db.execute(query, [table]).fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * PAGE)
        file.write(random.Random(root).randbytes(PAGE))


def first_page_zeroed(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(bytes(PAGE))


def all_zeroed(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def schema_destroyed(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(100)
        file.write(random.Random(1).randbytes(PAGE - 100))


def random_bytes(path: Path) -> None:
    path.write_bytes(random.Random(1).randbytes(50_000))


def cut_to_almost_nothing(path: Path) -> None:
    os.truncate(path, 100)


def emptied(path: Path) -> None:
    os.truncate(path, 0)


def deleted(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize(
    "damage",
    [
        *(first_page_zeroed, all_zeroed, schema_destroyed, random_bytes),
        *(cut_to_almost_nothing, emptied, deleted),
    ],
)
def test_everything_comes_back(kept: Path, damage: Callable[[Path], None]) -> None:
    damage(kept)
    left = kept.read_bytes() if kept.exists() else b""
    database = Database(kept)
    report = database.open()
    assert titles(database) == ["oats", "rye"]
    assert Conversations(database).search("flour")
    found = {emptied: "was empty.", deleted: "was gone."}.get(damage, "was damaged and is kept as")
    assert f"The file with your conversations {found}" in report.notice
    day = f"{datetime.fromtimestamp(NOON).astimezone():%Y-%m-%d, %H:%M}"
    assert f"2 conversations were taken from the copy of {day}." in report.notice
    lost = "may be missing" if left else "is lost"
    assert report.notice.endswith(f"What was written after that {lost}.")
    assert ("No entry in it could be read whole." in report.notice) == bool(left)
    assert (report.kept_aside is None) == (not left)
    if report.kept_aside is not None:
        assert report.kept_aside.read_bytes() == left
    add(database, "barley")
    database.close()
    assert database.open() == OpenReport()
    assert titles(database) == ["barley", "oats", "rye"]
    database.close()
    names = {file.name.removeprefix(kept.name) for file in kept.parent.iterdir()}
    assert {name for name in names if "damaged" not in name} == {"", ".copy"}


def test_what_can_be_read_of_the_file_goes_before_the_copy(kept: Path) -> None:
    database = Database(kept)
    database.open()
    add(database, "barley")
    store = Conversations(database)
    rye = next(each for each in store.list() if each.title == "rye")
    store.rename(rye.id, "rye bread")
    database.close()
    garble(kept, "task_runs")
    report = database.open()
    assert "3 conversations were rescued from it." in report.notice
    assert "copy" not in report.notice  # what was damaged has never held anything
    assert titles(database) == ["barley", "oats", "rye bread"]
    database.close()


def test_a_copy_that_is_damaged_too_gives_what_it_has_and_the_older_one_the_rest(
    kept: Path,
) -> None:
    database = Database(kept)
    database.open()
    add(database, "barley")
    Backup(database, lambda: NOON + USUAL).keep()
    database.close()
    newest = kept.with_name(f"{kept.name}.copy")
    garble(newest, "conversations")
    kept.unlink()
    notice = database.open().notice
    store = Conversations(database)
    assert sorted(each.title for each in store.list()) == ["Rescued conversation", "oats", "rye"]
    assert len(store.path(store.list()[0].id)) == 7
    assert "Parts that were missing" not in notice
    assert notice.count("from the copy of") == 2
    database.close()


def test_of_a_copy_that_cannot_be_read_the_older_one_takes_the_place(kept: Path) -> None:
    newest = kept.with_name(f"{kept.name}.copy")
    newest.rename(kept.with_name(f"{kept.name}.older-copy"))
    newest.write_bytes(bytes(5000))
    kept.unlink()
    database = Database(kept)
    assert database.open().notice.count("from the copy of") == 1
    assert titles(database) == ["oats", "rye"]
    database.close()


def test_a_copy_by_a_newer_version_is_left_alone(kept: Path) -> None:
    newest = kept.with_name(f"{kept.name}.copy")
    with closing(sqlite3.connect(newest)) as db:
        db.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    content = newest.read_bytes()
    kept.unlink()
    database = Database(kept)
    report = database.open()
    assert report.notice == (
        "The file with your conversations was gone. No copy of it could be read."
    )
    assert titles(database) == []
    database.close()
    assert newest.read_bytes() == content


def test_a_copy_by_an_older_version_is_read(kept: Path) -> None:
    newest = kept.with_name(f"{kept.name}.copy")
    with closing(sqlite3.connect(newest)) as db:
        db.create_function("search_words", 1, str)
        db.execute("PRAGMA writable_schema=ON")
        db.execute("DROP TABLE task_sets")
        db.execute("DROP TABLE prompt_chain_steps")
        db.execute("ALTER TABLE downloads DROP COLUMN brought")
        db.execute("PRAGMA user_version=6")
    kept.unlink()
    database = Database(kept)
    database.open()
    assert titles(database) == ["oats", "rye"]
    database.close()


def test_our_own_prompts_are_themselves_again(path: Path) -> None:
    database = Database(path)
    database.open()
    library = PromptLibrary(StoredPrompts(database), resource_path("prompts"))
    assert library.update_builtin()
    add(database, "oats")
    before = library.list(PromptQuery(limit=1000))
    Backup(database).keep()
    database.close()
    garble(path, "prompts")
    database.open()
    assert library.list(PromptQuery(limit=1000)) == before
    assert library.update_builtin() == 0
    database.close()


# --- interrupted --------------------------------------------------------------------------------


def names(path: Path) -> set[str]:
    return {file.name.removeprefix(path.name) for file in path.parent.iterdir()}


def test_a_full_disk_leaves_the_damaged_file_where_it_is(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_page_zeroed(kept)
    before = kept.read_bytes()

    def full(*_arguments: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(rescue_module, "salvage", full)
        with pytest.raises(DiskFull):
            Database(kept).open()
    assert kept.read_bytes() == before
    assert names(kept) == {"", ".copy"}
    database = Database(kept)
    assert "taken from the copy" in database.open().notice
    assert titles(database) == ["oats", "rye"]
    database.close()


DYING = """
import os, sys
from pathlib import Path
from desktop.storage.database import Database

replace, left = Path.replace, int(sys.argv[2])

def replace_or_die(self, target):
    global left
    if left == 0:
        os._exit(9)
    left -= 1
    return replace(self, target)

Path.replace = replace_or_die
Database(Path(sys.argv[1])).open()
"""


@pytest.mark.parametrize("steps", [0, 1, 2, 4])  # 4: the old file is away, the new not in place
def test_whoever_is_killed_halfway_loses_nothing(kept: Path, steps: int) -> None:
    database = Database(kept)
    database.open()
    add(database, "barley")
    database.close()
    garble(kept, "task_runs")  # the newest conversation is in the file only
    ended = subprocess.run(
        [sys.executable, "-c", DYING, str(kept), str(steps)], cwd=ROOT, timeout=60, check=False
    )
    assert ended.returncode == 9
    assert kept.exists() == (steps < 2)
    database.open()
    assert titles(database) == ["barley", "oats", "rye"]
    database.close()
    left = {name for name in names(kept) if "damaged" not in name}
    assert left == {"", ".copy"}


OPENING = """
import sys
from pathlib import Path
from desktop.storage.conversations import Conversations
from desktop.storage.database import Database
database = Database(Path(sys.argv[1]), busy_seconds=60)
notice = database.open().notice
print(len(Conversations(database).list()), bool(notice))
database.close()
"""


@pytest.mark.parametrize("damage", [first_page_zeroed, deleted])
def test_of_several_that_start_at_once_one_does_it(
    kept: Path, damage: Callable[[Path], None]
) -> None:
    damage(kept)
    started = [
        subprocess.Popen(
            [sys.executable, "-c", OPENING, str(kept)], cwd=ROOT, text=True, stdout=subprocess.PIPE
        )
        for _ in range(3)
    ]
    said = sorted(process.communicate(timeout=120)[0] for process in started)
    assert [process.returncode for process in started] == [0, 0, 0]
    assert said == ["2 False\n", "2 False\n", "2 True\n"]
    assert sum("damaged" in name for name in names(kept)) == (damage is first_page_zeroed)
