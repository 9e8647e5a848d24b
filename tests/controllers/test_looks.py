from __future__ import annotations

import threading

from desktop.controllers.looks import Looks
from desktop.domain.errors import InvalidInput


def test_of_values_that_come_meanwhile_the_newest_is_looked_at(tasks, qtbot) -> None:
    go, seen, known = threading.Event(), [], []

    def look(value: int) -> int:
        go.wait(20)
        seen.append(value)
        return 10 * value

    looks = Looks(look, 1, tasks)
    looks.known.connect(known.append)
    for value in (1, 2, 3):
        looks.heard.emit(value)
    go.set()
    qtbot.waitUntil(lambda: known == [10, 30])
    assert seen == [1, 3]


def test_after_a_look_there_is_a_pause(tasks, qtbot) -> None:
    known: list[int] = []
    looks = Looks(lambda value: value, 3_600_000, tasks)
    looks.known.connect(known.append)
    looks.heard.emit(1)
    qtbot.waitUntil(lambda: known == [1])
    looks.heard.emit(2)
    assert looks._pause.isActive() and not looks._looking
    looks.close()
    assert not looks._pause.isActive()


def test_a_look_that_fails_is_not_the_last(tasks, qtbot) -> None:
    told: list[object] = []

    def look(value: int) -> int:
        if value == 1:
            raise InvalidInput("No.")
        return value

    looks = Looks(look, 1, tasks)
    looks.known.connect(told.append)
    looks.failed.connect(lambda error: told.append(error.message))
    looks.heard.emit(1)
    looks.heard.emit(2)
    qtbot.waitUntil(lambda: told == ["No.", 2])
