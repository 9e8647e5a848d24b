"""Which request runs next, and what cancelling does to it."""

from __future__ import annotations

import threading

import pytest

from desktop.engine.gate import Gate
from desktop.engine.inbox import Inbox
from desktop.engine.native import CancelFlag
from desktop.engine.protocol import Hello


@pytest.fixture
def flag() -> CancelFlag:
    return CancelFlag()


class Door(Gate):
    """A gate that says whether it is shut."""

    is_shut = False

    def shut(self) -> None:
        self.is_shut = True

    def open(self) -> None:
        self.is_shut = False


@pytest.fixture
def gate() -> Door:
    return Door()


@pytest.fixture
def inbox(flag: CancelFlag, gate: Door) -> Inbox:
    return Inbox(flag, gate)


def put(inbox: Inbox, *numbers: int) -> None:
    for number in numbers:
        inbox.put(Hello(id=number))


def take(inbox: Inbox) -> int:
    return inbox.take().id


def test_requests_run_in_the_order_they_came(inbox: Inbox) -> None:
    put(inbox, 3, 1, 2)
    assert [take(inbox) for _ in range(3)] == [3, 1, 2]


def test_taking_waits_for_a_request(inbox: Inbox) -> None:
    taken: list[int] = []
    taker = threading.Thread(target=lambda: taken.append(take(inbox)), daemon=True)
    taker.start()
    taker.join(timeout=0.05)
    assert taker.is_alive() and not taken
    put(inbox, 1)
    taker.join(timeout=30)
    assert taken == [1]


def test_a_waiting_request_is_handed_back_and_never_runs(inbox: Inbox, flag: CancelFlag) -> None:
    put(inbox, 1, 2, 3)
    assert inbox.cancel(2) == Hello(id=2)
    assert not flag.is_set()
    assert [take(inbox), take(inbox)] == [1, 3]
    assert inbox.cancel(2) is None


def test_a_running_request_is_told_by_the_flag(inbox: Inbox, flag: CancelFlag) -> None:
    put(inbox, 1, 2)
    take(inbox)
    assert inbox.cancel(1) is None  # it ends itself: nobody else may end it too
    assert flag.is_set()


def test_cancelling_does_not_reach_the_next_request(inbox: Inbox, flag: CancelFlag) -> None:
    put(inbox, 1, 2)
    take(inbox)
    inbox.cancel(1)
    inbox.finish()
    assert not flag.is_set()
    take(inbox)
    inbox.cancel(1)
    assert not flag.is_set()


def test_cancelling_what_has_ended_or_never_was_does_nothing(
    inbox: Inbox, flag: CancelFlag
) -> None:
    put(inbox, 1)
    take(inbox)
    inbox.finish()
    assert inbox.cancel(1) is None and inbox.cancel(77) is None
    assert not flag.is_set()


def test_a_request_that_is_held_cannot_finish(inbox: Inbox) -> None:
    put(inbox, 1)
    with inbox.held() as running:
        assert running is None  # it waits still
    take(inbox)
    finisher = threading.Thread(target=inbox.finish)
    with inbox.held() as running:
        assert running is not None and running.id == 1
        finisher.start()
        finisher.join(timeout=0.05)
        assert finisher.is_alive()
    finisher.join(timeout=30)
    with inbox.held() as running:
        assert running is None


def test_each_of_many_requests_ends_once_however_it_is_cancelled(inbox: Inbox) -> None:
    count = 500
    dropped: list[int] = []

    def cancel_every_third() -> None:
        for number in range(0, count, 3):
            request = inbox.cancel(number)
            if request is not None:
                dropped.append(request.id)

    put(inbox, *range(count), count)
    canceller = threading.Thread(target=cancel_every_third)
    canceller.start()
    ran: list[int] = []
    while (number := take(inbox)) != count:
        ran.append(number)
        inbox.finish()
    canceller.join(timeout=30)
    assert sorted(ran + dropped) == list(range(count))


def test_a_running_request_is_paused_and_goes_on(inbox: Inbox, gate: Door) -> None:
    put(inbox, 1)
    take(inbox)
    inbox.pause(1)
    assert gate.is_shut
    inbox.resume(1)
    assert not gate.is_shut


def test_a_waiting_request_begins_paused_unless_it_was_resumed(inbox: Inbox, gate: Door) -> None:
    put(inbox, 1, 2, 3)
    inbox.pause(2)
    inbox.pause(3)
    inbox.resume(3)
    shut = []
    for _ in range(3):
        take(inbox)
        shut.append(gate.is_shut)
        inbox.finish()
    assert shut == [False, True, False]


def test_a_pause_ends_with_its_request(inbox: Inbox, gate: Door) -> None:
    put(inbox, 1, 2)
    take(inbox)
    inbox.pause(1)
    inbox.finish()
    assert not gate.is_shut
    take(inbox)
    for ended in (1, 77):
        inbox.pause(ended)
        assert not gate.is_shut


def test_what_is_cancelled_is_not_held_up(inbox: Inbox, flag: CancelFlag, gate: Door) -> None:
    put(inbox, 1, 2)
    inbox.pause(1)
    inbox.pause(2)
    take(inbox)
    inbox.cancel(1)
    assert flag.is_set() and not gate.is_shut
    inbox.pause(1)
    assert not gate.is_shut
    assert inbox.cancel(2) == Hello(id=2)
    inbox.finish()
    put(inbox, 2)
    take(inbox)
    assert not gate.is_shut
