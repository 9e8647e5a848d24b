from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.controllers.settings import SettingsController
from desktop.core.device_probe import DeviceProbe, DeviceProber
from desktop.core.settings import SettingsStore
from desktop.domain.errors import InvalidInput
from desktop.domain.sampling import BUILT_IN_PRESETS, SamplerSettings
from desktop.engine.client import Engine
from desktop.storage.presets import SamplerPresets
from tests.helpers.fake_worker import COMMAND


@pytest.fixture
def settings(tmp_path, database, inspector, tasks, qtbot):
    return SettingsController(
        SettingsStore(tmp_path / "settings.json"),
        SamplerPresets(database),
        inspector,
        lambda: Engine(COMMAND),
        lambda: DeviceProber(lambda _names: Engine(COMMAND), Path("model.gguf")),
        tasks,
    )


def test_a_change_is_told_and_kept(settings, tmp_path, qtbot) -> None:
    with qtbot.waitSignal(settings.changed) as changed:
        settings.set("threads", 3)
    assert changed.args[0].threads == 3
    assert SettingsStore(tmp_path / "settings.json").current.threads == 3


def test_a_wrong_value_is_refused_and_nothing_changes(settings, qtbot) -> None:
    with qtbot.waitSignal(settings.failed) as failed:
        settings.set("theme", "purple")
    assert isinstance(failed.args[0], InvalidInput)
    assert settings.current.theme == "system"


def test_presets_are_saved_listed_and_used(settings, qtbot) -> None:
    with qtbot.waitSignal(settings.presets_changed) as told:
        settings.save_preset("Mine", SamplerSettings(top_k=9))
    assert [preset.name for preset in told.args[0]][-1] == "Mine"
    settings.set("default_preset", "Mine")
    assert settings.default_sampler().top_k == 9
    settings.delete_preset("Mine")
    assert settings.default_sampler() == SamplerSettings()
    with qtbot.waitSignal(settings.failed):
        settings.save_preset(BUILT_IN_PRESETS[0].name, SamplerSettings())


def test_calibration_measures_each_thread_count(settings, starter, qtbot) -> None:
    progress = []
    settings.calibration_progress.connect(progress.append)
    with qtbot.waitSignal(settings.calibrated) as calibrated:
        settings.calibrate(starter)
    assert [speed.threads for speed in calibrated.args[0]] == [1, 2]
    assert progress[0] == (0, 1)
    assert progress[-1] is None


def test_the_machine_is_described(settings, qtbot) -> None:
    with qtbot.waitSignal(settings.machine_known) as known:
        settings.look_at_machine()
    assert known.args[0].devices[0].name == "CPU"


class Prober:
    """One that finds a card broken."""

    def probe(self, device, devices, control):
        return DeviceProbe(device.name, "Its driver ended the engine.")


def test_a_device_that_does_not_work_is_not_used_any_more(settings, monkeypatch, qtbot) -> None:
    machine = settings._inspector.machine()
    card = replace(machine.devices[0], name="Vulkan0", kind="gpu")
    seen = replace(machine, devices=(*machine.devices, card))
    monkeypatch.setattr(settings._inspector, "machine", lambda: seen)
    monkeypatch.setattr(settings, "_make_prober", Prober)
    with qtbot.waitSignal(settings.devices_probed) as told:
        settings.probe_devices()
    assert told.args == [[DeviceProbe("Vulkan0", "Its driver ended the engine.")]]
    assert settings.current.excluded_devices == "Vulkan0"


def test_without_graphics_processors_there_is_nothing_to_try(settings, qtbot) -> None:
    with qtbot.waitSignal(settings.devices_probed) as told:
        settings.probe_devices()
    assert told.args == [[]]
