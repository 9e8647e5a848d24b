from __future__ import annotations

import threading

import pytest

from desktop.controllers.once import Once
from desktop.domain.errors import StorageFault


def test_it_is_made_once_however_many_ask_at_once() -> None:
    entered, go_on = threading.Event(), threading.Event()
    made: list[object] = []

    def make() -> object:
        entered.set()
        assert go_on.wait(20)
        made.append(object())
        return made[-1]

    once = Once(make)
    got: list[object] = []
    threads = [threading.Thread(target=lambda: got.append(once())) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert entered.wait(20)
    go_on.set()
    for thread in threads:
        thread.join(20)
    assert len(made) == 1
    assert got == made * 4


def test_what_could_not_be_made_is_tried_again() -> None:
    faults = [StorageFault("The disk is full.")]

    def make() -> str:
        if faults:
            raise faults.pop()
        return "made"

    begun: list[str] = []
    once = Once(make, begun.append)
    with pytest.raises(StorageFault):
        once()
    assert once() == once() == "made"
    assert begun == ["made"]


def test_what_could_not_begin_is_made_anew() -> None:
    made: list[int] = []

    def begin(_made: object) -> None:
        made.append(1)
        if len(made) == 1:
            raise StorageFault("The disk is full.")

    once = Once(object, begin)
    with pytest.raises(StorageFault):
        once()
    once()
    assert len(made) == 2
