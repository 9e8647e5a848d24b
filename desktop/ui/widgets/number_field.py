"""One number: a label, a slider, a number box, a line of explanation, and a way back."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.sampling import SamplerField
from desktop.ui.formats import fill
from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import icon_button, label, set_property
from desktop.ui.widgets.inputs import DoubleNumberBox, Slider

SLIDER_STEPS = 1000
WIDE = 500  # ranges of more steps than this get a slider that is finer at its low end


class NumberField(QWidget):
    """Shows a `SamplerField`. Slider and number box always agree.

    Signals:
        value_changed: the new value, when a person changed it.
    """

    value_changed = Signal(float)

    def __init__(self, spec: SamplerField, default: float, icons: Icons) -> None:
        super().__init__()
        self.spec = spec
        self._default = default
        self._label = label(spec.label, "heading")
        self._box = DoubleNumberBox()
        self._box.setDecimals(spec.decimals)
        self._box.setRange(spec.minimum, spec.maximum)
        self._box.setSingleStep(spec.step)
        self._box.setAccessibleName(spec.label)
        self._box.setAccessibleDescription(spec.explanation)
        self._label.setBuddy(self._box)
        self._slider = Slider()
        self._slider.setAccessibleName(fill(self.tr("%1, slider"), spec.label))
        self._slider.setRange(0, SLIDER_STEPS)
        self._slider.setPageStep(SLIDER_STEPS // 20)
        self._slider.setSingleStep(max(1, round(SLIDER_STEPS * spec.step / self._span())))
        self._explanation = label(spec.explanation, "small", wrap=True)
        self._reset = icon_button(
            icons,
            "rotate-ccw",
            fill(self.tr("Reset %1"), spec.label),
            fill(self.tr("Back to %1"), self._box.textFromValue(default)),
        )
        keep = self._reset.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self._reset.setSizePolicy(keep)

        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self._label, 1)
        top.addWidget(self._reset)
        top.addWidget(self._box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(top)
        column.addWidget(self._slider)
        column.addWidget(self._explanation)

        self._box.valueChanged.connect(self._box_changed)
        self._slider.valueChanged.connect(self._slider_changed)
        self._reset.clicked.connect(self._reset_pressed)
        self.set_value(default)

    def value(self) -> float:
        return self._box.value()

    def set_value(self, value: float) -> None:
        """Show `value` without saying that it changed."""
        with QSignalBlocker(self._box), QSignalBlocker(self._slider):
            self._box.setValue(value)
            self._slider.setValue(self._position(self._box.value()))
        self._show_reset()

    def set_inactive(self, reason: str) -> None:
        """Grey the field out and say why it has no effect; "" makes it usable again."""
        for part in (self._box, self._slider, self._label):
            part.setEnabled(not reason)
        self._explanation.setText(reason or self.spec.explanation)
        set_property(self._explanation, "tone", "warning" if reason else "small")

    def _box_changed(self, value: float) -> None:
        with QSignalBlocker(self._slider):
            self._slider.setValue(self._position(value))
        self._changed()

    def _slider_changed(self, position: int) -> None:
        step = self.spec.step if self._is_linear() or self.spec.decimals else 1
        value = round(self._value_at(position) / step) * step
        with QSignalBlocker(self._box):
            self._box.setValue(value)
        self._changed()

    def _reset_pressed(self) -> None:
        self.set_value(self._default)
        self._changed()

    def _changed(self) -> None:
        self._show_reset()
        self.value_changed.emit(self._box.value())

    def _show_reset(self) -> None:
        self._reset.setVisible(not math.isclose(self.value(), self._default, abs_tol=1e-9))

    def _span(self) -> float:
        return self.spec.maximum - self.spec.minimum

    def _is_linear(self) -> bool:
        return self._span() / self.spec.step <= WIDE

    def _position(self, value: float) -> int:
        offset = value - self.spec.minimum
        if self._is_linear():
            return round(offset / self._span() * SLIDER_STEPS)
        return round(math.log1p(offset) / math.log1p(self._span()) * SLIDER_STEPS)

    def _value_at(self, position: int) -> float:
        fraction = position / SLIDER_STEPS
        if self._is_linear():
            return self.spec.minimum + fraction * self._span()
        return self.spec.minimum + math.expm1(fraction * math.log1p(self._span()))
