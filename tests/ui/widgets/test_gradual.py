from collections.abc import Generator

import pytest
from PySide6.QtCore import QObject

from desktop.ui.widgets.gradual import Gradual


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def gradual(qapp, done) -> Gradual[str]:
    def make() -> Generator[None, None, str]:
        done.append("first")
        yield
        done.append("second")
        yield
        return "content"

    parent = QObject()
    made = Gradual(make, parent)
    made.owner = parent
    return made


def test_nothing_is_made_unasked(gradual, done, qtbot):
    assert not gradual.exists
    assert done == []


def test_each_step_is_an_event_of_its_own(gradual, done, qtbot):
    gradual.start()
    assert done == []
    qtbot.waitUntil(lambda: gradual.exists)
    assert done == ["first", "second"]
    assert not gradual._timer.isActive()


def test_whoever_cannot_wait_gets_the_rest_at_once(gradual, done):
    gradual._step()
    assert done == ["first"]
    assert gradual.get() == gradual.get() == "content"
    assert done == ["first", "second"]


def test_what_failed_is_made_anew_when_it_is_asked_for_again(qapp):
    faults = [ZeroDivisionError("a bug")]

    def make() -> Generator[None, None, str]:
        yield
        if faults:
            raise faults.pop()
        return "content"

    parent = QObject()
    gradual = Gradual(make, parent)
    told = []
    gradual.tell(told.append)
    with pytest.raises(ZeroDivisionError):
        gradual.get()
    assert not gradual._timer.isActive()
    assert gradual.get() == "content"
    assert told == ["content"]


def test_what_it_is_told_before_is_kept_in_order(gradual, qtbot):
    told = []
    gradual.tell(lambda content: told.append(1))
    gradual.tell(lambda content: told.append(content))
    assert told == []
    qtbot.waitUntil(lambda: gradual.exists)
    assert told == [1, "content"]
    gradual.tell(told.append)
    assert told == [1, "content", "content"]
