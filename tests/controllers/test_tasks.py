from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QThread

from desktop.controllers.tasks import Tasks
from desktop.domain.errors import DiskFull


@pytest.fixture
def tasks(qtbot):
    tasks = Tasks()
    yield tasks
    tasks.close()


def test_work_runs_elsewhere_and_its_result_comes_back_here(tasks, qtbot) -> None:
    threads = []
    here = QThread.currentThread()

    def work() -> int:
        threads.append(threading.current_thread())
        return 42

    results = []
    tasks.run(work, lambda n: results.append((n, QThread.currentThread() is here)), results.append)
    qtbot.waitUntil(lambda: bool(results))
    assert results == [(42, True)]
    assert threads[0] is not threading.main_thread()


def test_an_expected_error_goes_to_its_callback(tasks, qtbot) -> None:
    def work() -> None:
        raise DiskFull("The disk is full.")

    errors = []
    tasks.run(work, lambda _: errors.append("done"), errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], DiskFull)


def test_a_bug_is_raised_where_the_crash_dialog_sees_it(tasks, qtbot) -> None:
    errors = []
    with qtbot.captureExceptions() as exceptions:
        tasks.run(lambda: 1 / 0, lambda _: None, errors.append)
        qtbot.waitUntil(lambda: bool(exceptions))
    assert exceptions[0][0] is ZeroDivisionError
    assert [error.message for error in errors] == ["Quern met an internal error."]
