"""Long work on a thread of its own."""

from __future__ import annotations

import threading

import pytest

from desktop.controllers.long_work import LongWork
from desktop.core.job_control import JobControl
from desktop.domain.errors import InvalidInput


@pytest.fixture
def work(qapp):
    work = LongWork("test")
    yield work
    work.close()


def test_it_runs_elsewhere_and_says_when_it_is_done(work: LongWork, qtbot) -> None:
    threads: list[threading.Thread] = []
    with qtbot.waitSignal(work.ended) as told:
        work.begin(lambda _control: threads.append(threading.current_thread()))
        assert work.busy
    assert told.args == [None] and not work.busy
    assert threads[0] is not threading.current_thread()


def test_what_can_be_expected_is_told(work: LongWork, qtbot) -> None:
    error = InvalidInput("It is too short.")

    def fail(_control: JobControl) -> None:
        raise error

    with qtbot.waitSignal(work.ended) as told:
        work.begin(fail)
    assert told.args == [error]


def test_cancelling_is_no_error_and_the_next_work_is_not_cancelled(work: LongWork, qtbot) -> None:
    begun, done = threading.Event(), []

    def wait(control: JobControl) -> None:
        stopped = threading.Event()
        with control.stopping(stopped.set):
            begun.set()
            stopped.wait(30)
        control.check()

    work.begin(wait)
    assert begun.wait(30)
    with qtbot.waitSignal(work.ended) as told:
        work.cancel()
    assert told.args == [None]
    with qtbot.waitSignal(work.ended):
        work.begin(lambda control: done.append(control.cancelled))
    assert done == [False]


def test_a_bug_comes_to_light_on_the_windows_thread(work: LongWork, qtbot) -> None:
    def bug(_control: JobControl) -> None:
        raise ZeroDivisionError

    with qtbot.capture_exceptions() as caught:
        with qtbot.waitSignal(work.ended) as told:
            work.begin(bug)
        assert told.args == [None] and not work.busy
    assert [kind for kind, *_ in caught] == [ZeroDivisionError]


def test_closing_interrupts_and_waits(work: LongWork) -> None:
    begun, ended = threading.Event(), []

    def wait(control: JobControl) -> None:
        stopped = threading.Event()
        with control.stopping(stopped.set):
            begun.set()
            stopped.wait(30)
        ended.append(control.interrupted)

    work.begin(wait)
    assert begun.wait(30)
    work.close()
    assert ended == [True]
