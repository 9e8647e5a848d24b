"""Waiting in pieces, between which a signal is heard."""

from __future__ import annotations

import queue

import pytest

from desktop.engine.waiting import next_of


class Late(queue.SimpleQueue):  # type: ignore[type-arg]
    """A queue that is empty at first, and notes how long it was waited for each time."""

    def __init__(self, empty: int) -> None:
        super().__init__()
        self.waits: list[float | None] = []
        self._empty = empty

    def get(self, block: bool = True, timeout: float | None = None) -> str:
        self.waits.append(timeout)
        if len(self.waits) <= self._empty:
            raise queue.Empty
        return "event"


@pytest.mark.parametrize(("longest", "empty"), [(0.25, 3), (None, 0)])
def test_it_waits_again_until_something_is_there(longest: float | None, empty: int) -> None:
    events = Late(empty)
    assert next_of(events, longest) == "event"
    assert events.waits == [longest] * (empty + 1)


def test_an_interrupt_between_two_waits_gets_through() -> None:
    class Interrupted(Late):
        def get(self, block: bool = True, timeout: float | None = None) -> str:
            if self.waits:
                raise KeyboardInterrupt
            return super().get(block, timeout)

    with pytest.raises(KeyboardInterrupt):
        next_of(Interrupted(empty=1), 0.25)
