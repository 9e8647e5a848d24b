"""What the engine can compute on, each with whether it is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from desktop.domain.model import Device
from desktop.ui.formats import data_size, fill
from desktop.ui.widgets.buttons import label, text_button
from desktop.ui.widgets.replaced_rows import replace_rows


class DeviceList(QWidget):
    """Processors are told; graphics processors can be switched off, and tried.

    Signals:
        excluded: names of the graphics processors that are not to be used, after a person changed
            one; as in the settings, with commas between.
        probe_requested: a person wants them tried.
    """

    excluded = Signal(str)
    probe_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._devices: tuple[Device, ...] = ()
        self._variant = ""
        self._off: set[str] = set()
        self._states: dict[str, str] = {}
        self.boxes: dict[str, QCheckBox] = {}
        self.probe_button = text_button(self.tr("Try them"))
        self.probe_button.setToolTip(
            self.tr("Lets each answer a question, in a process of its own")
        )
        self.probe_button.clicked.connect(self.probe_requested)
        self._parts: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self.probe_button, 0, Qt.AlignmentFlag.AlignLeading)
        self._build()

    def set_devices(self, devices: Sequence[Device], cpu_variant: str = "") -> None:
        """All there are, also those that are not used."""
        if (tuple(devices), cpu_variant) != (self._devices, self._variant):
            self._devices, self._variant = tuple(devices), cpu_variant
            self._build()

    def set_excluded(self, names: str) -> None:
        """Those that are not used, without saying that this changed."""
        self._off = set(filter(None, names.split(",")))
        for name, box in self.boxes.items():
            with QSignalBlocker(box):
                box.setChecked(name not in self._off)

    def set_states(self, states: Mapping[str, str]) -> None:
        """What is known of devices, by name: a few words or a sentence."""
        self._states = dict(states)
        self._build()

    def text(self) -> str:
        """What is told of devices, a line each; of graphics processors below their names."""
        return "\n".join(self._told(device) for device in self._devices)

    def _build(self) -> None:
        parts: list[QWidget] = []
        self.boxes = {}
        for device in self._devices:
            if device.is_graphics:
                parts.append(self._box(device))
            parts.append(label(self._told(device), "small", wrap=True))
        if not self._devices:
            parts.append(label(self.tr("Not known before a model is loaded."), "small"))
        self._parts = replace_rows(self._column, self._parts, parts)
        self.probe_button.setVisible(bool(self.boxes))

    def _box(self, device: Device) -> QCheckBox:
        name = device.description or device.name
        box = QCheckBox(name)
        box.setAccessibleName(fill(self.tr("Use %1"), name))
        box.setAccessibleDescription(self._told(device))
        box.setChecked(device.name not in self._off)
        box.toggled.connect(self._toggled)
        self.boxes[device.name] = box
        return box

    def _told(self, device: Device) -> str:
        size = data_size(device.memory_total) if device.memory_total else ""
        free = ""
        if device.is_graphics and device.memory_free:
            free = fill(self.tr("%1 free"), data_size(device.memory_free))
        variant = self._variant if device.kind == "cpu" else ""
        code = fill(self.tr("code for %1"), variant) if variant else ""
        name = "" if device.is_graphics else device.description or device.name
        parts = (name, size, free, code, self._states.get(device.name, ""))
        return " · ".join(part for part in parts if part)

    def _toggled(self) -> None:
        self._off = {name for name, box in self.boxes.items() if not box.isChecked()}
        self.excluded.emit(",".join(sorted(self._off)))
