from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop.domain.blind_test import BlindLevel, BlindRequest
from desktop.domain.conversation import Role
from desktop.domain.errors import DatabaseDamaged
from desktop.domain.prompt import PromptContent, PromptDraft
from desktop.domain.prompt_case import PromptCase
from desktop.domain.prompt_run import PromptRunRequest, RunVersion
from desktop.storage import backup as backup_module
from desktop.storage.backup import AGAIN, SOON, USUAL, Backup
from desktop.storage.conversations import Conversations
from desktop.storage.database import Database
from desktop.storage.migrations import SCHEMA_VERSION
from desktop.storage.prompt_runs import StoredPromptRuns
from desktop.storage.prompts import StoredPrompts
from desktop.storage.votes import StoredVotes
from tests.helpers.clock import Clock

ROOT = Path(__file__).parents[2]
NOON = 1_795_000_000.0


@pytest.fixture
def at() -> Clock:
    return Clock(NOON)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "it's #1, 100%? “yes” 🦀" / "quern.db"


@pytest.fixture
def backup(database: Database, at: Clock) -> Iterator[Backup]:
    backup = Backup(database, at)
    yield backup
    backup.stop()


def beside(path: Path) -> set[str]:
    """What lies beside the open database, but its WAL."""
    names = {file.name.removeprefix("quern.db") for file in path.parent.iterdir()}
    return names - {"", "-wal", "-shm"}


def titles(path: Path, suffix: str) -> list[str]:
    with closing(sqlite3.connect(path.with_name(path.name + suffix))) as db:
        return [title for (title,) in db.execute("SELECT title FROM conversations ORDER BY id")]


# --- when ---------------------------------------------------------------------------------------


def test_there_is_one_as_soon_as_there_is_something_to_lose(
    backup: Backup, path: Path, conversations: Conversations, at: Clock
) -> None:
    backup.keep()
    assert beside(path) == set()
    conversations.create(title="rye")
    backup.keep()
    assert beside(path) == {".copy"}
    assert titles(path, ".copy") == ["rye"]
    assert path.with_name("quern.db.copy").stat().st_mtime == at.now


def test_it_is_a_whole_database_of_its_own(
    backup: Backup, path: Path, conversations: Conversations, tmp_path: Path
) -> None:
    made = conversations.create(title="rye")
    conversations.add_message(made.id, role=Role.USER, text="flour", parent_id=None)
    backup.keep()
    elsewhere = tmp_path / "elsewhere" / "quern.db"
    elsewhere.parent.mkdir()
    shutil.copy(path.with_name("quern.db.copy"), elsewhere)
    database = Database(elsewhere)
    assert database.open().notice == ""
    assert [hit.conversation.id for hit in Conversations(database).search("flour")] == [made.id]
    database.close()


def test_the_one_before_is_kept_and_no_more(
    backup: Backup, path: Path, conversations: Conversations, at: Clock
) -> None:
    for title in ("rye", "oats", "barley"):
        conversations.create(title=title)
        backup.keep()
        at.now += USUAL
    assert beside(path) == {".copy", ".older-copy"}
    assert titles(path, ".copy") == ["rye", "oats", "barley"]
    assert titles(path, ".older-copy") == ["rye", "oats"]


def test_it_is_not_made_more_often(
    backup: Backup, path: Path, conversations: Conversations, at: Clock
) -> None:
    conversations.create(title="rye")
    backup.keep()
    conversations.create(title="oats")
    at.now += USUAL - 1
    backup.keep()
    assert titles(path, ".copy") == ["rye"]


def test_a_clock_that_was_set_back_does_not_end_it(
    backup: Backup, path: Path, conversations: Conversations, at: Clock
) -> None:
    conversations.create(title="rye")
    backup.keep()
    conversations.create(title="oats")
    at.now -= 400 * 24 * 3600.0
    backup.keep()
    assert titles(path, ".copy") == ["rye", "oats"]


def test_what_did_not_change_pushes_the_older_one_out_no_more(
    backup: Backup, path: Path, conversations: Conversations, at: Clock
) -> None:
    conversations.create(title="rye")
    backup.keep()
    at.now += USUAL
    conversations.create(title="oats")
    backup.keep()
    for _ in range(3):
        at.now += USUAL
        backup.keep()
    assert titles(path, ".older-copy") == ["rye"]
    assert path.with_name("quern.db.copy").stat().st_mtime == at.now
    assert beside(path) == {".copy", ".older-copy"}


def test_a_database_that_is_empty_takes_no_copys_place(
    backup: Backup, path: Path, database: Database, conversations: Conversations, at: Clock
) -> None:
    conversations.create(title="rye")
    backup.keep()
    with database.writing() as db:
        db.execute("DELETE FROM conversations")
    at.now += USUAL
    backup.keep()
    assert titles(path, ".copy") == ["rye"]


# --- deleted for good ---------------------------------------------------------------------------


def test_what_is_removed_for_good_leaves_the_copies_soon(
    backup: Backup, path: Path, database: Database, conversations: Conversations, at: Clock
) -> None:
    for title in ("rye", "a secret"):
        conversations.create(title=title)
        backup.keep()
        at.now += USUAL
    backup.keep()
    with database.removing() as db:
        db.execute("DELETE FROM conversations WHERE title = 'a secret'")
    at.now += SOON - 1
    backup.keep()
    assert titles(path, ".copy") == ["rye", "a secret"]
    at.now += 1
    Backup(database, at).keep()  # also after Quern was closed meanwhile
    assert beside(path) == {".copy"}
    assert b"a secret" not in path.with_name("quern.db.copy").read_bytes()
    assert titles(path, ".copy") == ["rye"]


def test_what_is_removed_while_a_copy_is_made_leaves_the_next(
    backup: Backup,
    path: Path,
    database: Database,
    conversations: Conversations,
    at: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    conversations.create(title="rye")
    conversations.create(title="a secret")
    backup.keep()

    def remove() -> None:
        with database.removing() as db:
            db.execute("DELETE FROM conversations WHERE title = 'a secret'")

    fsync = os.fsync

    def remove_late(descriptor: int) -> None:
        remove()
        fsync(descriptor)

    with database.removing():
        pass  # something else
    at.now += SOON
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", remove_late)
        backup.keep()
    assert titles(path, ".copy") == ["rye", "a secret"]
    at.now += SOON
    backup.keep()
    assert titles(path, ".copy") == ["rye"]
    assert beside(path) == {".copy"}


@pytest.mark.parametrize("remove", ["run", "test", "case"])
def test_texts_that_are_removed_at_once_are_removed_for_good(
    path: Path, database: Database, remove: str
) -> None:
    prompt = StoredPrompts(database).add(PromptDraft("Weigh", PromptContent("rye")))
    if remove == "run":
        runs = StoredPromptRuns(database)
        versions = (RunVersion(prompt.version_id, 1),)
        run = runs.add(PromptRunRequest(prompt.id, versions, (), (Path("/a"),)))
        runs.remove(run.id)
    elif remove == "test":
        levels = (BlindLevel(Path("/a"), "Q8_0"), BlindLevel(Path("/b"), "Q4_0"))
        votes = StoredVotes(database)
        votes.remove(votes.add(BlindRequest(levels, ("Why?",))).id)
    else:
        cases = StoredPromptRuns(database)
        cases.remove_case(cases.save_case(prompt.id, PromptCase("case", {})).id)
    assert beside(path) == {".outdated"}


def test_a_transaction_that_fails_removes_nothing(
    path: Path, database: Database, conversations: Conversations
) -> None:
    with pytest.raises(ZeroDivisionError), database.removing():
        raise ZeroDivisionError
    assert beside(path) == set()


def test_all_may_be_removed(
    backup: Backup, path: Path, database: Database, conversations: Conversations, at: Clock
) -> None:
    conversations.create(title="a secret")
    backup.keep()
    with database.removing() as db:
        db.execute("DELETE FROM conversations")
    at.now += SOON
    backup.keep()
    assert titles(path, ".copy") == []


# --- what goes wrong ----------------------------------------------------------------------------


def damage(path: Path) -> None:
    """A page in the middle of the open database, which nobody has read yet."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        ((root,),) = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'task_runs'")
    with path.open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\xff" * 4096)


def test_a_damaged_database_takes_no_copys_place_and_the_next_start_knows(
    backup: Backup, path: Path, database: Database, conversations: Conversations, at: Clock
) -> None:
    conversations.create(title="rye")
    backup.keep()
    conversations.create(title="oats")
    damage(path)
    at.now += USUAL
    with pytest.raises(DatabaseDamaged, match="Start Quern again"):
        backup.keep()
    assert beside(path) == {".copy", ".suspect"}
    assert titles(path, ".copy") == ["rye"]
    backup.keep()  # it is not said each minute
    database.close()
    assert "2 conversations were rescued" in database.open().notice


@pytest.mark.parametrize("gone", [True, False], ids=["deleted", "emptied"])
def test_a_file_that_is_lost_while_it_is_open_takes_no_copys_place(
    backup: Backup, path: Path, database: Database, conversations: Conversations, at: Clock, gone
) -> None:
    conversations.create(title="rye")
    backup.keep()
    database.close()
    path.unlink()
    if not gone:
        path.touch()
    at.now += USUAL
    with pytest.raises(DatabaseDamaged):
        backup.keep()
    assert titles(path, ".copy") == ["rye"]
    assert path.exists() != gone


def test_too_little_room_is_logged_and_tried_again_later(
    backup: Backup,
    path: Path,
    conversations: Conversations,
    at: Clock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    conversations.create(title="rye")
    with monkeypatch.context() as patch, caplog.at_level(logging.WARNING):
        usage = SimpleNamespace(free=backup_module.RESERVE)
        patch.setattr(backup_module.shutil, "disk_usage", lambda _folder: usage)
        for _ in range(3):
            backup.keep()
    assert caplog.messages == [
        "No copy of the database was made: The disk has too little room for it."
    ]
    assert beside(path) == set()
    at.now += AGAIN - 1
    backup.keep()
    assert beside(path) == set()
    at.now += 1
    backup.keep()
    assert beside(path) == {".copy"}


@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_a_disk_that_refuses_leaves_what_there_was(
    backup: Backup,
    path: Path,
    conversations: Conversations,
    at: Clock,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    conversations.create(title="rye")
    backup.keep()
    conversations.create(title="oats")
    at.now += USUAL

    def refuse(*_arguments: object) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        if step == "write":
            patch.setattr(backup_module.shutil, "copymode", refuse)
        elif step == "fsync":
            patch.setattr(os, "fsync", refuse)
        else:
            patch.setattr(Path, "replace", refuse)
        backup.keep()
    assert beside(path) == {".copy"}
    assert titles(path, ".copy") == ["rye"]


KILLED = """
import os, sys
from pathlib import Path
from desktop.storage.backup import Backup
from desktop.storage.database import Database
database = Database(Path(sys.argv[1]))
database.open()
os.fsync = lambda descriptor: os._exit(9)
Backup(database).keep()
"""


def test_what_one_left_who_was_killed_is_no_copy_and_goes(
    backup: Backup, path: Path, conversations: Conversations
) -> None:
    conversations.create(title="rye")
    ended = subprocess.run([sys.executable, "-c", KILLED, str(path)], cwd=ROOT, check=False)
    assert ended.returncode == 9
    assert ".copy" not in beside(path) and ".copy.part" in beside(path)
    backup.keep()
    assert beside(path) == {".copy"}


COPYING = """
import os, sys
from pathlib import Path
from desktop.storage.backup import Backup
from desktop.storage.database import Database
database = Database(Path(sys.argv[1]))
database.open()
fsync = os.fsync

def wait(descriptor):
    print("copying", flush=True)
    sys.stdin.readline()
    fsync(descriptor)

os.fsync = wait
Backup(database).keep()
database.close()
"""


def test_one_process_does_it_at_a_time(
    backup: Backup, path: Path, conversations: Conversations
) -> None:
    conversations.create(title="rye")
    with subprocess.Popen(
        [sys.executable, "-c", COPYING, str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdin is not None and other.stdout is not None
        assert other.stdout.readline() == "copying\n"
        conversations.create(title="oats")
        backup.keep()
        assert beside(path) == {".copy.lock", ".copy.part"}
        other.communicate("go on\n", timeout=60)
    assert other.returncode == 0
    assert titles(path, ".copy") == ["rye"]
    assert beside(path) == {".copy"}


# --- beside the rest ----------------------------------------------------------------------------


def test_writers_and_readers_go_on_meanwhile(
    backup: Backup,
    path: Path,
    conversations: Conversations,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The copying itself waits for them, again and again."""
    conversations.create(title="rye")
    written: list[str] = []

    def write() -> bool:
        if path.with_name("quern.db.copy.part").exists() and len(written) < 10:
            written.append(f"{len(written)}")
            thread = threading.Thread(target=conversations.create, kwargs={"title": written[-1]})
            thread.start()
            thread.join()
            assert conversations.list()[0].title == written[-1]
        return False

    monkeypatch.setattr(backup_module, "_OPCODES", 50)
    monkeypatch.setattr(backup._stopped, "is_set", write)
    backup.keep()
    assert len(written) == 10
    assert titles(path, ".copy")[0] == "rye"
    assert len(titles(path, ".copy")) < len(conversations.list()) == 11


def test_it_ends_when_it_is_told_to(
    backup: Backup, path: Path, conversations: Conversations, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversations.create(title="rye")
    monkeypatch.setattr(backup_module, "_OPCODES", 50)
    told = backup_module.things

    def stop_then(source: sqlite3.Connection) -> dict[str, list[int]]:
        found = told(source)
        backup.stop()
        return found

    monkeypatch.setattr(backup_module, "things", stop_then)
    backup.keep()
    assert beside(path) == set()
    backup.keep()  # and does not begin again


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_nobody_may_read_it_who_may_not_read_the_database(
    backup: Backup, path: Path, conversations: Conversations
) -> None:
    conversations.create(title="rye")
    path.chmod(0o600)
    backup.keep()
    assert path.with_name("quern.db.copy").stat().st_mode & 0o777 == 0o600


def test_it_has_the_version_of_the_database(
    backup: Backup, path: Path, conversations: Conversations
) -> None:
    conversations.create(title="rye")
    backup.keep()
    with closing(sqlite3.connect(path.with_name("quern.db.copy"))) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
