"""Devices on the settings page."""

from __future__ import annotations

import pytest

from desktop.domain.model import Device
from desktop.ui.pages.device_list import DeviceList

CPU = Device("CPU", "A fast one", "cpu", 0, 16_000_000_000)
CARDS = [Device(f"Vulkan{n}", f"Card {n}", "gpu", 6_000_000_000, 8_000_000_000) for n in range(2)]


@pytest.fixture
def shown(theme, qtbot) -> DeviceList:
    made = DeviceList()
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_processor_is_told_and_cannot_be_switched_off(shown: DeviceList) -> None:
    shown.set_devices([CPU], "zen4")
    assert shown.text() == "A fast one · 16.0 GB · code for zen4"
    assert shown.boxes == {} and not shown.probe_button.isVisible()


def test_a_graphics_processor_is_switched_off_and_on(shown: DeviceList, qtbot) -> None:
    shown.set_devices([*CARDS, CPU])
    shown.set_excluded("Vulkan1")
    assert shown.boxes["Vulkan0"].isChecked() and not shown.boxes["Vulkan1"].isChecked()
    assert shown.boxes["Vulkan0"].text() == "Card 0"
    assert shown.text().splitlines()[0] == "8.0 GB · 6.0 GB free"
    with qtbot.waitSignal(shown.excluded) as told:
        shown.boxes["Vulkan0"].click()
    assert told.args == ["Vulkan0,Vulkan1"]
    with qtbot.waitSignal(shown.excluded) as told:
        shown.boxes["Vulkan1"].click()
    assert told.args == ["Vulkan0"]


def test_what_trying_found_stands_behind_it(shown: DeviceList, qtbot) -> None:
    shown.set_excluded("Vulkan1")
    shown.set_devices([*CARDS, CPU])
    with qtbot.waitSignal(shown.probe_requested):
        shown.probe_button.click()
    shown.set_states({"Vulkan0": "works", "Vulkan1": "Its driver ended the engine."})
    first, second, _ = shown.text().splitlines()
    assert first.endswith(" · works") and second.endswith("Its driver ended the engine.")
    assert not shown.boxes["Vulkan1"].isChecked()
