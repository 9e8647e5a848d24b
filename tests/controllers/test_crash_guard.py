from __future__ import annotations

import sys
import threading

import pytest
from PySide6.QtCore import qWarning

from desktop.controllers.crash_guard import CrashGuard
from desktop.core.logs import Logs
from desktop.domain.paths import Home


@pytest.fixture
def guard(tmp_path, qtbot):
    logs = Logs(Home(tmp_path))
    logs.start()
    guard = CrashGuard(logs, {"Qt": "6"})
    guard.install()
    yield guard
    guard.uninstall()
    logs.stop()


def raise_bug() -> None:
    raise KeyError("a bug of ours")


def test_a_bug_is_written_down_and_told(guard, tmp_path, qtbot) -> None:
    with qtbot.waitSignal(guard.crashed) as crashed:
        try:
            raise_bug()
        except KeyError:
            sys.excepthook(*sys.exc_info())
    details = crashed.args[0]
    assert "raise_bug" in details
    assert "Qt: 6" in details
    (report,) = (tmp_path / "logs").glob("crash-*.txt")
    assert report.read_text() == details
    assert "a bug of ours" in (tmp_path / "logs" / "quern.log").read_text()


def test_a_bug_in_a_thread_too(guard, qtbot) -> None:
    with qtbot.waitSignal(guard.crashed) as crashed:
        threading.Thread(target=raise_bug).start()
    assert "raise_bug" in crashed.args[0]


@pytest.mark.qt_no_exception_capture
def test_what_qt_warns_of_goes_to_the_log(guard, tmp_path) -> None:
    qWarning("something about a widget")
    assert "something about a widget" in (tmp_path / "logs" / "quern.log").read_text()


def test_afterwards_the_hooks_are_pythons_own(tmp_path, qtbot) -> None:
    guard = CrashGuard(Logs(Home(tmp_path)), {})
    guard.install()
    guard.uninstall()
    assert sys.excepthook is sys.__excepthook__
    assert threading.excepthook is threading.__excepthook__
