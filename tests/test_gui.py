"""The start of the window, in processes of its own where it takes over the whole process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from desktop import gui
from desktop.core.settings import SettingsStore
from desktop.domain.paths import Home
from desktop.storage.conversations import Conversations
from desktop.storage.database import Database
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme
from desktop.ui.window_frame import WindowFrame

ROOT = Path(__file__).resolve().parents[1]

# Starts the real window with message boxes answered, and quits a second after it is complete.
START = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from desktop import gui
from desktop.app import App

QMessageBox.critical = lambda parent, title, text: print("BOX", text, flush=True)
open_window = App.open_window

def open_for_a_second(*words):
    QTimer.singleShot(1000, QApplication.quit)
    return open_window(*words)

App.open_window = open_for_a_second
sys.exit(gui.main(["--home", sys.argv[1], *sys.argv[2:]]))
"""


def start(home: Path, *words: str, code: str = START) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-c", code, str(home), *words),
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip


def test_it_starts_and_leaves_cleanly(tmp_path: Path) -> None:
    run = start(tmp_path / "home")
    assert run.returncode == 0, run.stderr
    assert "Traceback" not in run.stderr
    assert (tmp_path / "home" / "quern.db").exists()
    assert not (tmp_path / "home" / "quern.db-wal").exists()  # closed, not torn off


def test_an_error_of_ours_at_the_start_leaves_a_report_and_no_dead_window(tmp_path: Path) -> None:
    broken = START.replace("sys.exit(", "App.__init__ = lambda *words: 1 / 0\nsys.exit(")
    run = start(tmp_path, code=broken)
    assert run.returncode == gui.FAILED
    (report,) = (tmp_path / "logs").glob("crash-*.txt")
    assert "ZeroDivisionError" in report.read_text()
    assert f"because of an error in it. Please report it, with the file {report}." in run.stdout
    assert "Traceback" not in run.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal of Unix")
def test_the_session_is_kept_when_the_system_ends_quern(tmp_path: Path) -> None:
    told = START.replace("QApplication.quit", "lambda: os.kill(os.getpid(), signal.SIGTERM)")
    run = start(tmp_path, code="import os, signal\n" + told)
    assert run.returncode == 0, run.stderr
    assert "geometry" in (tmp_path / "window.ini").read_text()
    assert not (tmp_path / "quern.db-wal").exists()


def test_a_database_of_a_newer_quern_is_refused_and_left_alone(tmp_path: Path) -> None:
    database = Database(tmp_path / "quern.db")
    database.open()
    Conversations(database).create(title="from the future")
    with database.writing() as db:
        db.execute("PRAGMA user_version=9999")
    database.close()
    before = (tmp_path / "quern.db").read_bytes()
    run = start(tmp_path)
    assert run.returncode == gui.FAILED
    assert "BOX" in run.stdout
    assert "newer" in run.stdout
    assert (tmp_path / "quern.db").read_bytes() == before


def test_a_damaged_database_is_kept_aside_and_the_window_opens(tmp_path: Path) -> None:
    (tmp_path / "quern.db").write_bytes(b"this is no database " * 1000)
    run = start(tmp_path)
    assert run.returncode == 0, run.stderr
    (kept,) = tmp_path.glob("quern.db.damaged-*")
    assert kept.read_bytes() == b"this is no database " * 1000


# Opening ends when the window has said what it waits for, and never before.
SLOW = """
import threading
from desktop.storage.database import Database
from desktop.ui.widgets.banner import Banner

said = threading.Event()
open_at_once, show_notice, withdraw = Database.open, Banner.show_notice, Banner.withdraw

def open_late(database):
    assert said.wait(60)
    return open_at_once(database)

def show(banner, notice):
    show_notice(banner, notice)
    print("SAID", notice.text, flush=True)
    said.set()

def take_back(banner, key):
    print("TAKEN BACK", banner.notice.text, flush=True)
    withdraw(banner, key)

Database.open, Banner.show_notice, Banner.withdraw = open_late, show, take_back
"""


def test_a_window_lives_and_says_why_while_the_database_takes_long_to_open(tmp_path: Path) -> None:
    run = start(tmp_path, code=SLOW + START)
    assert run.returncode == 0, run.stderr
    said, taken_back = run.stdout.splitlines()
    assert said == "SAID " + taken_back.removeprefix("TAKEN BACK ")
    assert "looking through your conversations" in said


CLOSED = """
import os, signal, threading
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from desktop.storage.database import Database

closed = threading.Event()
open_at_once = Database.open

def open_late(database):
    qt = QApplication.instance()
    qt.lastWindowClosed.connect(closed.set)
    QTimer.singleShot(0, qt, END)
    assert closed.wait(60)
    return open_at_once(database)

Database.open = open_late
"""


@pytest.mark.parametrize(
    "end",
    [
        "QApplication.closeAllWindows",
        pytest.param(
            "lambda: os.kill(os.getpid(), signal.SIGINT)",
            marks=pytest.mark.skipif(sys.platform == "win32", reason="sends a signal of Unix"),
        ),
    ],
    ids=["closed", "interrupted"],
)
def test_ending_while_the_database_is_opened_lets_that_be_done(tmp_path: Path, end: str) -> None:
    watched = START.replace(
        "    QTimer.singleShot(1000", "    print('OPENED')\n    QTimer.singleShot(1000"
    )
    run = start(tmp_path, code=CLOSED.replace("END", end) + watched)
    assert run.returncode == 0, run.stderr
    assert "Traceback" not in run.stderr
    assert "OPENED" not in run.stdout
    assert (tmp_path / "quern.db").exists()
    assert not (tmp_path / "quern.db-wal").exists()


@pytest.mark.parametrize("content", ["{", '{"theme": "purple"}', "[]", "\x00"])
def test_damaged_settings_do_not_keep_the_window_away(tmp_path: Path, content: str) -> None:
    (tmp_path / "settings.json").write_text(content)
    run = start(tmp_path)
    assert run.returncode == 0, run.stderr
    assert "Traceback" not in run.stderr


def test_a_damaged_session_file_does_not_either(tmp_path: Path) -> None:
    (tmp_path / "window.ini").write_text("[General]\ngeometry=@ByteArray(rubbish)\npanel=maybe\n")
    run = start(tmp_path)
    assert run.returncode == 0, run.stderr
    assert "Traceback" not in run.stderr


def test_a_home_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    run = start(tmp_path / "file" / "home")
    assert run.returncode == gui.FAILED
    assert "cannot write" in run.stdout


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder nobody can write to")
def test_a_home_that_cannot_be_written_is_not_taken_for_a_running_quern() -> None:
    run = start(Path("/proc/self"))  # not even root can make a file there
    assert run.returncode == gui.FAILED
    assert "cannot write to /proc/self" in run.stdout


def test_a_lock_that_another_computer_left_is_named(tmp_path: Path) -> None:
    lock = tmp_path / "quern.lock"
    lock.write_text("1\nquern\nanother-computer\n")
    run = start(tmp_path)
    assert run.returncode == gui.FAILED
    assert f"remove {lock}." in run.stderr
    assert lock.exists()


def test_a_file_that_is_not_there_does_not_keep_the_window_away(tmp_path: Path) -> None:
    run = start(tmp_path / "home", str(tmp_path / "no such.gguf"))
    assert run.returncode == 0, run.stderr
    assert "Traceback" not in run.stderr


def test_the_rest_follows_the_first_paint(qapp: QApplication, tmp_path: Path, qtbot) -> None:
    SettingsStore(Home(tmp_path).settings)
    theme = Theme(qapp)
    theme.apply("light")
    frame = WindowFrame(theme, Icons())
    qtbot.addWidget(frame.main)
    happened = []
    gui._after_first_paint(frame.main, lambda: happened.append("complete"))
    assert happened == []
    frame.main.show()
    qtbot.waitUntil(lambda: happened == ["complete"])
    qtbot.wait(gui.LATEST_MS + 100)
    assert happened == ["complete"]


def test_a_window_that_is_never_painted_is_completed_all_the_same(qapp, qtbot) -> None:
    theme = Theme(qapp)
    frame = WindowFrame(theme, Icons())
    qtbot.addWidget(frame.main)
    happened = []
    gui._after_first_paint(frame.main, lambda: happened.append("complete"))
    qtbot.waitUntil(lambda: happened == ["complete"])
