from __future__ import annotations

import threading

import pytest

from desktop.domain.errors import Cancelled, NoNetwork
from desktop.hub.abandoning import abandonable


def test_the_result_comes_back() -> None:
    assert abandonable(lambda: threading.current_thread().daemon, lambda: False) is True


def test_an_error_comes_back() -> None:
    def fail() -> None:
        raise NoNetwork("Gone.")

    with pytest.raises(NoNetwork, match="Gone"):
        abandonable(fail, lambda: False)


def test_what_hangs_is_left_alone() -> None:
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def hang() -> None:
        begun.set()
        go_on.wait(20)
        ended.set()

    with pytest.raises(Cancelled):
        abandonable(hang, begun.is_set)
    assert not ended.is_set()
    go_on.set()
    assert ended.wait(20)


def test_what_was_cancelled_before_does_not_matter() -> None:
    with pytest.raises(Cancelled):
        abandonable(lambda: 1, lambda: True)
