from __future__ import annotations

import os
import random
import re
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from desktop.domain.conversation import Conversation, Message, MessageState, Role
from desktop.domain.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseReadOnly,
    DatabaseTooNew,
    DiskFull,
    StorageFault,
)
from desktop.storage import database as database_module
from desktop.storage.conversations import INTERRUPTED, Conversations
from desktop.storage.database import Database, OpenReport
from desktop.storage.migrations import SCHEMA_VERSION

ROOT = Path(__file__).parents[2]


def fill(path: Path, conversations: int = 40, messages: int = 10) -> None:
    """A closed database of some hundred pages."""
    database = Database(path)
    database.open()
    store = Conversations(database)
    for number in range(conversations):
        empty = Conversation(0, f"Conversation {number}", 0.0, 0.0, head_id=messages)
        chain = [
            Message(n, 0, n - 1 if n > 1 else None, Role.USER, f"flour {number} " * 100, 0.0)
            for n in range(1, messages + 1)
        ]
        store.add_tree(empty, chain)
    database.close()


def usable(database: Database) -> bool:
    store = Conversations(database)
    made = store.create()
    store.add_message(made.id, role=Role.USER, text="it works", parent_id=None)
    return len(store.search("works")) == 1


# --- opening ------------------------------------------------------------------------------------


def test_first_start_makes_folder_and_file(path):
    database = Database(path)
    assert database.open() == OpenReport(created=True)
    assert usable(database)
    database.close()
    assert database.open() == OpenReport()
    database.close()
    assert sorted(p.name for p in path.parent.iterdir()) == ["quern.db"]


def test_zero_length_file_is_a_fresh_start(path):
    path.parent.mkdir()
    path.touch()
    database = Database(path)
    assert database.open() == OpenReport()
    assert usable(database)
    database.close()


def test_connections_are_set_up_for_safety(database):
    with database.reading() as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA synchronous").fetchone() == (2,)
        assert db.execute("PRAGMA foreign_keys").fetchone() == (1,)
        assert db.execute("PRAGMA busy_timeout").fetchone() == (5000,)


def test_failed_transaction_leaves_nothing(database):
    with pytest.raises(ZeroDivisionError), database.writing() as db:
        db.execute("INSERT INTO model_uses VALUES ('x', 1.0)")
        raise ZeroDivisionError
    with database.writing() as outer:
        outer.execute("INSERT INTO model_uses VALUES ('y', 1.0)")
        with database.writing() as inner:
            assert inner is outer
    with database.reading() as db:
        assert db.execute("SELECT path FROM model_uses").fetchall() == [("y",)]


def test_mistakes_of_ours_are_not_dressed_up(database):
    with pytest.raises(sqlite3.OperationalError, match="no such table"), database.reading() as db:
        db.execute("SELECT * FROM nowhere")


def test_connection_of_an_ended_thread_is_closed(database):
    seen = []

    def look() -> None:
        with database.reading() as db:
            seen.append(db.conn)

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        seen[0].execute("SELECT 1")


def test_close_ends_the_connections_of_all_threads(database, path):
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with database.reading():
            pass
        inside.set()
        leave.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    inside.wait(30)
    database.close()
    assert not path.with_name("quern.db-wal").exists()
    leave.set()
    thread.join()


# --- a newer version ----------------------------------------------------------------------------


def test_database_of_a_newer_version_is_refused_and_left_alone(path):
    fill(path, 1)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    before = path.read_bytes()
    with pytest.raises(DatabaseTooNew) as caught:
        Database(path).open()
    assert "newer version" in caught.value.message
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == ["quern.db"]


# --- damage -------------------------------------------------------------------------------------


def random_bytes(path: Path) -> None:
    path.write_bytes(random.Random(1).randbytes(50_000))


def ten_bytes(path: Path) -> None:
    path.write_bytes(b"0123456789")


def cut_in_the_middle(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 // 4096 * 4096)


def cut_inside_a_page(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 + 77)


def garbage_in_the_middle(path: Path) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2 // 4096 * 4096)
        file.write(random.Random(2).randbytes(6 * 4096))


def schema_page_lost(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(100)
        file.write(random.Random(3).randbytes(3900))


def a_name_in_the_schema_is_no_text(path: Path) -> None:
    """SQLite complains of the table by its name, in a message that cannot be decoded."""
    content = path.read_bytes()
    damaged = content.replace(b"sampler_presets", b"\xd4" * 15)
    path.write_bytes(re.sub(rb"CREATE TABLE(.{1,2}\xd4)", rb"CREATE TABEL\1", damaged))


def emptied_beside_its_wal(path: Path) -> None:
    path.write_bytes(b"")
    path.with_name("quern.db-wal").write_bytes(b"the only copy of something")


@pytest.mark.parametrize(
    ("damage", "least_rescued"),
    [
        (random_bytes, 0),
        (ten_bytes, 0),
        (cut_in_the_middle, 5),
        (cut_inside_a_page, 5),
        (garbage_in_the_middle, 15),
        (schema_page_lost, 0),
        (a_name_in_the_schema_is_no_text, 20),
        (emptied_beside_its_wal, 0),
    ],
)
def test_damaged_file_is_kept_aside_and_what_is_readable_rescued(path, damage, least_rescued):
    fill(path)
    damage(path)
    damaged = path.read_bytes()
    database = Database(path)
    report = database.open()
    assert report.kept_aside is not None
    assert report.kept_aside.read_bytes() == damaged
    assert report.kept_aside.name.startswith("quern.db.damaged-")
    assert report.kept_aside.name in report.notice
    store = Conversations(database)
    rescued = store.list()
    assert len(rescued) >= least_rescued
    for conversation in rescued:
        for message in store.tree(conversation.id):
            assert message.text.startswith("flour")
    if rescued:
        assert f"{len(rescued)} conversations were rescued" in report.notice
        assert store.search("flour") != []
    else:
        assert "Nothing in it could be read" in report.notice
    assert usable(database)
    database.close()
    assert database.open() == OpenReport()
    database.close()


def test_wal_is_kept_beside_the_damaged_file(path):
    path.parent.mkdir()
    emptied_beside_its_wal(path)
    database = Database(path)
    kept = database.open().kept_aside
    database.close()
    wal = kept.with_name(kept.name + "-wal")
    assert wal.read_bytes() == b"the only copy of something"


def test_damage_met_while_running_is_dealt_with_at_the_next_start(path, monkeypatch):
    monkeypatch.setattr(database_module, "_SMALL", 0)  # as for a large file: no check at open
    fill(path)
    garbage_in_the_middle(path)
    database = Database(path)
    assert database.open() == OpenReport()
    store = Conversations(database)
    with pytest.raises(DatabaseDamaged, match="Start Quern again"):
        for conversation in store.list():
            store.tree(conversation.id)
    database.close()
    assert database.open().kept_aside is not None
    assert usable(database)
    database.close()
    assert database.open() == OpenReport()
    database.close()


@pytest.mark.parametrize("action", ["search", "write"])
def test_damaged_search_index_repairs_itself(database, conversations, conversation, say, action):
    for _ in range(50):
        say("flour " * 200)
    with database.writing() as db:
        db.execute(f"UPDATE message_search_data SET block = x'{'ff' * 20}' WHERE id >= 10")

    def act() -> None:
        if action == "search":
            conversations.search("flour")
        else:
            message = conversations.path(conversation.id)[-1]
            conversations.finish(
                message.id, text="rye", reasoning="", state=MessageState.DONE, facts=None
            )

    with pytest.raises(StorageFault, match="rebuilt"):
        act()
    act()
    assert len(conversations.search("flour")) == 1


# --- read-only, busy, full ----------------------------------------------------------------------


def test_read_only_file(path, monkeypatch):
    """Permissions do not bind root, so SQLite itself is told that it may only read."""
    fill(path, 1)
    connect = sqlite3.connect

    def connect_read_only(file, **options):
        if file == ":memory:":
            return connect(file, **options)
        return connect(f"{file.as_uri()}?mode=ro", uri=True, **options)

    monkeypatch.setattr(sqlite3, "connect", connect_read_only)
    database = Database(path)
    with pytest.raises(DatabaseReadOnly, match="may not write"):
        database.open()
    database.close()


def test_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageFault, match="folder cannot be used"):
        Database(tmp_path / "file" / "quern.db").open()


def test_folder_in_place_of_the_file(path):
    path.mkdir(parents=True)
    with pytest.raises(StorageFault, match="is a folder") as caught:
        Database(path).open()
    assert str(path) in caught.value.message
    assert path.is_dir()


def test_locked_by_another_program(path):
    fill(path, 1)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    database = Database(path, busy_seconds=0.05)
    with pytest.raises(DatabaseBusy, match="Another program"):
        database.open()
    other.rollback()
    other.close()
    assert database.open() == OpenReport()
    database.close()


def test_full_disk_loses_nothing_and_writing_goes_on_when_there_is_space(
    database, conversations, conversation, say
):
    say("before")
    with database.reading() as db:
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count={pages + 2}")
    with pytest.raises(DiskFull, match="disk is full"):
        say("x" * 1_000_000)
    assert [message.text for message in conversations.path(conversation.id)] == ["before"]
    with database.reading() as db:
        db.execute("PRAGMA max_page_count=1000000")
    say("after")
    assert len(conversations.tree(conversation.id)) == 2


# --- other processes ----------------------------------------------------------------------------


def python(script: str, *arguments: str, **options) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments], cwd=ROOT, text=True, **options
    )


STREAM = """
import sys
from pathlib import Path
from desktop.domain.conversation import Conversation, Message, MessageState, Role
from desktop.storage.conversations import Conversations
from desktop.storage.database import Database
database = Database(Path(sys.argv[1]))
database.open()
store = Conversations(database)
answer = store.add_message(store.create().id, role=Role.ASSISTANT, text="", parent_id=None,
                           state=MessageState.STREAMING)
for count in range(1, 1_000_000):
    store.update_text(answer.id, text="word " * count, reasoning="", state=MessageState.STREAMING)
    print(count, flush=True)
"""


def test_killed_while_streaming_loses_nothing_that_was_flushed(path):
    process = python(STREAM, str(path), stdout=subprocess.PIPE)
    for line in process.stdout:
        flushed = int(line)
        if flushed == 60:
            process.kill()
            break
    process.wait()
    flushed = int((process.stdout.read().split() or [flushed])[-1])
    process.stdout.close()
    database = Database(path)
    assert database.open() == OpenReport()
    (answer,) = Conversations(database).interrupted()
    assert len(answer.text.split()) in (flushed, flushed + 1)
    assert answer.problem == INTERRUPTED
    assert usable(database)
    database.close()


WRITE = """
import sys
from pathlib import Path
from desktop.domain.conversation import Role
from desktop.storage.conversations import Conversations
from desktop.storage.database import Database
database = Database(Path(sys.argv[1]), busy_seconds=60)
database.open()
store = Conversations(database)
conversation = store.create(title=sys.argv[2])
parent = None
for number in range(25):
    parent = store.add_message(conversation.id, role=Role.USER, text=str(number),
                               parent_id=parent).id
database.close()
"""


def test_processes_open_a_new_home_and_write_at_once(path):
    processes = [python(WRITE, str(path), str(n), stderr=subprocess.PIPE) for n in range(3)]
    outcomes = [(process.communicate(timeout=120)[1], process.returncode) for process in processes]
    assert outcomes == [("", 0)] * 3
    database = Database(path)
    database.open()
    store = Conversations(database)
    for conversation in store.list():
        texts = [message.text for message in store.path(conversation.id)]
        assert texts == [str(n) for n in range(25)]
    assert len(store.list()) == 3
    database.close()
