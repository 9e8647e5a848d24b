"""Connects the settings page of one window with the settings and with what the machine is."""

from __future__ import annotations

from dataclasses import asdict

from PySide6.QtCore import QObject, Slot

from desktop.controllers.hub import HubController
from desktop.controllers.models import ModelController
from desktop.controllers.settings import SettingsController
from desktop.core.settings import Settings
from desktop.domain.sampling import SamplerPreset
from desktop.engine.protocol import HelloReply
from desktop.ui.pages.settings_page import SettingsPage


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
        self._page.set_devices(machine.devices, machine.cpu_variant)

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
