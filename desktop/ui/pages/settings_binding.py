"""Connects the settings page of one window with the settings and with what the machine is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from desktop.controllers.hub import HubController
from desktop.controllers.models import ModelController
from desktop.controllers.settings import SettingsController
from desktop.core.settings import Settings
from desktop.domain.sampling import SamplerPreset
from desktop.engine.protocol import HelloReply
from desktop.ui.formats import decimal, fill
from desktop.ui.pages.settings_page import SettingsPage

if TYPE_CHECKING:
    from desktop.core.device_probe import DeviceProbe


class SettingsBinding(QObject):
    """Owned by the page. `settings` is shared by all windows and outlives it."""

    def __init__(
        self,
        page: SettingsPage,
        settings: SettingsController,
        models: ModelController,
        hub: HubController,
    ) -> None:
        super().__init__(page)
        self._page = page
        self._settings = settings
        self._models = models
        self._machine: HelloReply | None = None
        page.changed.connect(settings.set)
        page.calibrate_requested.connect(self._calibrate)
        page.cancel_calibration_requested.connect(settings.cancel_calibration)
        page.token_entered.connect(hub.set_token)
        page.token_forgotten.connect(hub.forget_token)
        hub.token_changed.connect(page.set_has_token)
        settings.changed.connect(self._show_values)
        settings.presets_changed.connect(self._show_presets)
        settings.calibration_progress.connect(self._show_calibration_progress)
        settings.calibrated.connect(page.set_calibration)
        settings.machine_known.connect(self._show_machine)
        settings.devices_probed.connect(self._show_probes)
        page.probe_requested.connect(self._probe)
        models.loaded.connect(self._allow_calibration)
        models.unloaded.connect(self._explain_no_calibration)
        self._show_values(settings.current)
        self._explain_no_calibration()

    def on_shown(self) -> None:
        """The page is in front."""
        self._settings.look_at_machine()

    @Slot(object)
    def _show_values(self, settings: Settings) -> None:
        self._page.set_values(asdict(settings))

    @Slot(object)
    def _show_presets(self, presets: list[SamplerPreset]) -> None:
        self._page.set_presets([preset.name for preset in presets])

    @Slot(object)
    def _show_calibration_progress(self, steps: tuple[int, int] | None) -> None:
        self._page.set_calibration_progress(*steps or (None,))

    @Slot(object)
    def _show_machine(self, machine: HelloReply) -> None:
        self._machine = machine
        self._page.set_devices(machine.devices, machine.cpu_variant)

    def _probe(self) -> None:
        names = [d.name for d in self._machine.devices if d.is_graphics] if self._machine else []
        self._page.set_device_states(dict.fromkeys(names, self.tr("is being tried…")))
        self._settings.probe_devices()

    @Slot(object)
    def _show_probes(self, probes: Sequence[DeviceProbe]) -> None:
        self._page.set_device_states({one.device: self._found(one) for one in probes})

    def _found(self, probe: DeviceProbe) -> str:
        if probe.problem:
            return fill(self.tr("does not work, and is not used: %1"), probe.problem)
        speed = decimal(probe.tokens_per_second, 1)
        return fill(self.tr("works, %1 tokens/s with the starter model"), speed)

    def _calibrate(self) -> None:
        loaded = self._models.current
        if loaded is not None:
            self._settings.calibrate(loaded.info.path)

    @Slot()
    def _allow_calibration(self, *_model: object) -> None:
        self._page.set_calibration_unavailable("")

    @Slot()
    def _explain_no_calibration(self) -> None:
        self._page.set_calibration_unavailable(
            self.tr("Load a model first: its speed is what is measured.")
        )
