from __future__ import annotations

import pytest

from desktop.controllers.controller import Controller
from desktop.domain.errors import DiskFull


def test_an_expected_failure_is_told_and_a_bug_is_not_hidden(qtbot) -> None:
    controller = Controller()
    failures = []
    controller.failed.connect(failures.append)
    done = []

    def full() -> None:
        raise DiskFull("The disk is full.")

    assert controller.attempt(lambda: done.append(1))
    assert not controller.attempt(full)
    assert (done, [str(failure) for failure in failures]) == ([1], ["The disk is full."])
    with pytest.raises(ZeroDivisionError):
        controller.attempt(lambda: 1 / 0)
