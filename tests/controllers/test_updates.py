"""Telling of a newer Quern."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.controllers.tasks import Tasks
from desktop.controllers.updates import UpdatesController
from desktop.core.settings import SettingsStore
from desktop.core.updates import Updates
from desktop.domain.errors import NoNetwork
from desktop.domain.release import Release


class Made:
    def __init__(self, folder: Path, tasks: Tasks, address: str = "https://example.org") -> None:
        self.asked: list[str] = []
        self.version = "9.0"
        self.fault: NoNetwork | None = None
        self.settings = SettingsStore(folder / "settings.json")
        updates = Updates(address, "0.1.0", self._ask, folder / "updates.json")
        self.controller = UpdatesController(updates, self.settings, tasks)

    def _ask(self, address: str) -> Release:
        self.asked.append(address)
        if self.fault:
            raise self.fault
        return Release(self.version, "https://example.org/r")


@pytest.fixture
def tasks(qapp):
    tasks = Tasks()
    yield tasks
    tasks.close()


def test_nothing_is_asked_unless_the_settings_want_it(tmp_path, tasks, qtbot) -> None:
    made = Made(tmp_path, tasks)
    made.controller.look_daily()
    made.settings.update(check_for_updates=True)
    with qtbot.waitSignal(made.controller.found) as told:
        made.controller.look_daily()
    assert told.args == [Release("9.0", "https://example.org/r")]
    assert len(made.asked) == 1


def test_a_person_gets_an_answer_in_any_case(tmp_path, tasks, qtbot) -> None:
    made = Made(tmp_path, tasks)
    with qtbot.waitSignal(made.controller.found):
        made.controller.look_now()
    made.version = "0.1.0"
    with qtbot.waitSignal(made.controller.up_to_date):
        made.controller.look_now()
    made.fault = NoNetwork("The hub cannot be reached.")
    with qtbot.waitSignal(made.controller.failed):
        made.controller.look_now()


def test_a_copy_that_knows_nobody_to_ask_asks_nobody(tmp_path, tasks) -> None:
    made = Made(tmp_path, tasks, address="")
    made.settings.update(check_for_updates=True)
    made.controller.look_daily()
    assert not made.controller.possible and made.asked == []
