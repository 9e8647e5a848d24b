"""Settings, sampler presets and the measurement of the fastest thread count."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop.controllers.controller import Controller
from desktop.controllers.tasks import Tasks
from desktop.core.calibration import Calibration, candidate_threads
from desktop.core.job_control import JobControl
from desktop.core.model_inspector import ModelInspector
from desktop.core.settings import Settings, SettingsStore
from desktop.domain.errors import QuernError
from desktop.domain.sampling import SamplerSettings
from desktop.engine.client import Engine
from desktop.engine.protocol import HelloReply
from desktop.storage.presets import SamplerPresets

if TYPE_CHECKING:
    from desktop.core.device_probe import DeviceProbe, DeviceProber


class SettingsController(Controller):
    """Shared by all windows.

    Signals:
        changed(Settings): a setting has a new value.
        presets_changed(list[SamplerPreset]).
        calibration_progress(object): (done, total) steps, or None when none runs.
        calibrated(list[ThreadSpeed]): the measured speeds.
        machine_known(HelloReply): devices and versions.
        devices_probed(list[DeviceProbe]): answer to `probe_devices`.
    """

    changed = Signal(object)
    presets_changed = Signal(object)
    calibration_progress = Signal(object)
    calibrated = Signal(object)
    machine_known = Signal(object)
    devices_probed = Signal(object)

    _progress = Signal(int, int)

    def __init__(
        self,
        store: SettingsStore,
        presets: SamplerPresets,
        inspector: ModelInspector,
        make_engine: Callable[[], Engine],
        make_prober: Callable[[], DeviceProber],
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._presets = presets
        self._inspector = inspector
        self._tasks = tasks
        self._calibration = Calibration(make_engine)
        self._make_prober = make_prober
        self._progress.connect(self._report_progress)

    @property
    def current(self) -> Settings:
        return self._store.current

    def set(self, name: str, value: object) -> None:
        """Change one setting and keep it."""
        self.attempt("set", lambda: self._store.update(**{name: value}))
        self.changed.emit(self._store.current)

    # --- presets ----------------------------------------------------------------------------

    def list_presets(self) -> None:
        """Answered by `presets_changed`."""
        self.attempt("presets", lambda: self.presets_changed.emit(self._presets.list()))

    def save_preset(self, name: str, settings: SamplerSettings) -> None:
        if self.attempt("change presets", lambda: self._presets.save(name, settings)):
            self.list_presets()

    def delete_preset(self, name: str) -> None:
        if self.attempt("change presets", lambda: self._presets.delete(name)):
            self.list_presets()

    def default_sampler(self) -> SamplerSettings:
        """What a new conversation begins with."""
        try:
            presets = self._presets.list()
        except QuernError:  # the database is out of reach; the banner already says so
            return SamplerSettings()
        wanted = self._store.current.default_preset
        return next((p.settings for p in presets if p.name == wanted), SamplerSettings())

    # --- this machine -----------------------------------------------------------------------

    def look_at_machine(self) -> None:
        """Answered by `machine_known`."""
        self._tasks.run(self._inspector.machine, *self.answer("machine", self.machine_known.emit))

    def probe_devices(self) -> None:
        """Try each graphics processor; those that do not work are not used any more. Answered by
        `devices_probed`, or `failed`."""

        def work() -> list[DeviceProbe]:
            devices = self._inspector.machine().devices
            control, prober = JobControl(), self._make_prober()
            return [
                prober.probe(device, devices, control) for device in devices if device.is_graphics
            ]

        def done(probes: list[DeviceProbe]) -> None:
            broken = {probe.device for probe in probes if probe.problem}
            before = set(filter(None, self.current.excluded_devices.split(",")))
            if broken - before:
                self.set("excluded_devices", ",".join(sorted(before | broken)))
            self.devices_probed.emit(probes)

        self._tasks.run(work, *self.answer("probe", done))

    def calibrate(self, model: Path) -> None:
        """Measure thread counts with `model`; answered by `calibrated` or `failed`."""
        self.calibration_progress.emit((0, 1))

        def work() -> list[object]:
            machine: HelloReply = self._inspector.machine()
            threads = candidate_threads(machine.physical_cores)
            return list(self._calibration.run(model, threads, self._progress.emit))

        def done(speeds: list[object]) -> None:
            self.calibration_progress.emit(None)
            self.mend("calibrate")
            self.calibrated.emit(speeds)

        def failed(error: QuernError) -> None:
            self.calibration_progress.emit(None)
            if not self._calibration.cancelled:
                self.fail("calibrate", error)

        self._tasks.run(work, done, failed)

    def cancel_calibration(self) -> None:
        self._calibration.cancel()

    @Slot(int, int)
    def _report_progress(self, done: int, total: int) -> None:
        self.calibration_progress.emit((done, total))
