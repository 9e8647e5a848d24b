"""The settings page. Every change applies at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.model import Device, ThreadSpeed
from desktop.ui.icons import Icons
from desktop.ui.pages.setting_specs import Value
from desktop.ui.pages.settings_body import SettingsBody
from desktop.ui.widgets.late import Late


class SettingsPage(QWidget):
    """Made from `SETTINGS` when it is first shown.

    Signals:
        changed: key and new value of a setting.
        calibrate_requested, cancel_calibration_requested.
        token_entered: an access token for the hub.
        token_forgotten: use none any more.
        open_logs_requested, open_home_requested, about_requested.
    """

    changed = Signal(str, object)
    calibrate_requested = Signal()
    cancel_calibration_requested = Signal()
    token_entered = Signal(str)
    token_forgotten = Signal()
    probe_requested = Signal()
    open_logs_requested = Signal()
    open_home_requested = Signal()
    about_requested = Signal()

    def __init__(self, icons: Icons, *, updatable: bool = False) -> None:
        """`updatable`: whether there is somebody to ask for updates."""
        super().__init__()
        self._icons = icons
        self._updatable = updatable
        self._body: Late[SettingsBody] = Late(self._make_body)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    @property
    def body(self) -> SettingsBody:
        """The sections and their rows."""
        return self._body.get()

    def set_values(self, values: Mapping[str, object]) -> None:
        """Show the values of all settings by key, without saying that they changed."""
        self._body.tell("values", lambda body: body.set_values(values))

    def set_presets(self, names: Sequence[str]) -> None:
        """The presets a new conversation can have."""
        choices: list[tuple[Value, str]] = [(name, name) for name in names]
        self._body.tell("presets", lambda body: body.rows["default_preset"].set_choices(choices))

    def set_calibration_progress(self, done: int | None, total: int = 0) -> None:
        """None when nothing is being measured."""
        self._body.tell("progress", lambda body: body.calibration.set_progress(done, total))

    def set_calibration(self, speeds: Sequence[ThreadSpeed]) -> None:
        self._body.tell("speeds", lambda body: body.calibration.set_speeds(speeds))

    def set_calibration_unavailable(self, reason: str) -> None:
        """Why nothing can be measured now; "" when it can."""
        self._body.tell("unavailable", lambda body: body.calibration.set_unavailable(reason))

    def set_devices(self, devices: Sequence[Device], cpu_variant: str) -> None:
        """What the engine can compute on, and which of its variants for processors it uses."""
        self._body.tell("devices", lambda body: body.devices.set_devices(devices, cpu_variant))

    def set_device_states(self, states: Mapping[str, str]) -> None:
        """What is known of graphics processors, by name."""
        self._body.tell("states", lambda body: body.devices.set_states(states))

    def set_has_token(self, has: bool) -> None:
        """Whether an access token for the hub is kept."""
        self._body.tell("token", lambda body: body.set_has_token(has))

    def set_home(self, home: Path) -> None:
        """The folder Quern keeps everything in."""
        self._body.tell("home", lambda body: body.set_home(home))

    def showEvent(self, event: QShowEvent) -> None:
        self._body.get()
        super().showEvent(event)

    def _make_body(self) -> SettingsBody:
        body = SettingsBody(self._icons, updatable=self._updatable)
        body.changed.connect(self.changed)
        body.calibration.measure_requested.connect(self.calibrate_requested)
        body.calibration.cancel_requested.connect(self.cancel_calibration_requested)
        body.token_entered.connect(self.token_entered)
        body.token_forgotten.connect(self.token_forgotten)
        body.probe_requested.connect(self.probe_requested)
        body.open_logs_requested.connect(self.open_logs_requested)
        body.open_home_requested.connect(self.open_home_requested)
        body.about_requested.connect(self.about_requested)
        self._column.addWidget(body)
        return body
