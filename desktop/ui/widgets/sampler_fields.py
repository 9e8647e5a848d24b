"""Everything that says how an answer is sampled, made from `FIELDS`."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.sampling import FIELD_BY_NAME, FIELDS, SamplerPreset, SamplerSettings
from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import hairline, label
from desktop.ui.widgets.disclosure import Disclosure
from desktop.ui.widgets.more_samplers import DEFAULTS, MoreSamplers, field_value
from desktop.ui.widgets.number_field import NumberField
from desktop.ui.widgets.preset_bar import PresetBar, applied
from desktop.ui.widgets.seed_field import SeedField
from desktop.ui.widgets.strings_field import StringsField

CUTTING = (
    "top_n_sigma",
    "top_k",
    "typical_p",
    "top_p",
    "min_p",
    "xtc_probability",
    "xtc_threshold",
)
HEATING = ("dynatemp_range", "dynatemp_exponent")
MIROSTAT = ("mirostat_tau", "mirostat_eta")


class SamplerFields(QWidget):
    """Signals:

    edited: the settings after each change by a person. The engine refuses a grammar or schema that
        it cannot use; leaving it out would hide that answers are free.
    preset_chosen: name of a preset, whose settings are told by `edited` first.
    save_preset_requested, delete_preset_requested: name of a preset.
    """

    edited = Signal(object)
    preset_chosen = Signal(str)
    save_preset_requested = Signal(str)
    delete_preset_requested = Signal(str)

    def __init__(self, icons: Icons, generator: random.Random) -> None:
        super().__init__()
        self._icons = icons
        self.settings = DEFAULTS
        self.more: MoreSamplers | None = None
        self.presets = PresetBar(icons)
        self.problem = label("", "error", wrap=True)
        self.problem.hide()
        self.fields: dict[str, NumberField] = {}
        self.seed = SeedField(icons, generator)
        self._stop = StringsField(
            self.tr("Stop at"),
            self.tr("The answer ends before any of these, one a line; \\n is a new line."),
        )
        self.disclosure = Disclosure(self.tr("More"), icons, self._make_more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(self.presets)
        column.addWidget(self.problem)
        # The last sampler of the chain, the temperature, is the one people reach for first.
        for spec in (*(s for s in reversed(FIELDS) if s.main), FIELD_BY_NAME["max_tokens"]):
            field = NumberField(spec, getattr(DEFAULTS, spec.name), icons)
            field.value_changed.connect(self._edited)
            self.fields[spec.name] = field
            column.addWidget(field)
        for part in (self.seed, self._stop, hairline(), self.disclosure):
            column.addWidget(part)
        self.seed.changed.connect(self._edited)
        self._stop.changed.connect(self._edited)
        self.presets.chosen.connect(self._choose_preset)
        self.presets.save_requested.connect(self.save_preset_requested)
        self.presets.delete_requested.connect(self.delete_preset_requested)
        self.set_settings(DEFAULTS)

    def set_settings(self, settings: SamplerSettings) -> None:
        """Show `settings` without saying that they changed."""
        self.settings = settings
        for name, field in self.fields.items():
            field.set_value(getattr(settings, name))
        self.seed.set_value(settings.seed)
        self._stop.set_values(settings.stop)
        if self.more is not None:
            self.more.set_values(settings)
        self._show_problem()
        self._show_effects()

    def set_presets(self, presets: Sequence[SamplerPreset]) -> None:
        self.presets.set_presets(presets)
        self.presets.show_match(self.settings)

    def set_constraint_problem(self, sentence: str) -> None:
        """Show what is wrong with the grammar or schema."""
        self.disclosure.set_open(True)
        assert self.more is not None
        self.more.constraint.set_problem(sentence)

    def shown(self) -> SamplerSettings:
        """What stands in the fields."""
        values: dict[str, Any] = {name: field_value(f) for name, f in self.fields.items()}
        if self.more is not None:
            values |= self.more.values()
        return replace(self.settings, seed=self.seed.value(), stop=self._stop.values(), **values)

    def _make_more(self) -> QWidget:
        self.more = MoreSamplers(self._icons)
        self.more.set_values(self.settings)
        self.more.changed.connect(self._edited)
        self._show_effects()
        return self.more

    def _choose_preset(self, name: str) -> None:
        preset = self.presets.preset(name)
        if preset is not None:
            self.set_settings(applied(preset, self.settings))
            self.edited.emit(self.settings)
            self.preset_chosen.emit(name)

    def _edited(self) -> None:
        self.settings = self.shown()
        self._show_problem()
        self._show_effects()
        self.edited.emit(self.settings)

    def _show_problem(self) -> None:
        sentence = ""
        if self.more is not None:
            sentence = self.more.constraint.problem()
            self.more.constraint.set_problem(sentence)
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def _show_effects(self) -> None:
        """Grey out what cannot change anything with the other settings as they are."""
        self.presets.show_match(self.settings)
        reasons: dict[str, str] = {}
        if self.settings.temperature == 0:
            why = self.tr("No effect while the temperature is 0.")
            reasons |= dict.fromkeys((*CUTTING, *HEATING, *MIROSTAT), why)
        elif self.settings.mirostat:
            why = self.tr("No effect while Mirostat is on.")
            reasons |= dict.fromkeys((*CUTTING, *HEATING), why)
        else:
            reasons |= dict.fromkeys(MIROSTAT, self.tr("No effect while Mirostat is off."))
        shown = self.fields | (self.more.fields if self.more is not None else {})
        for name, field in shown.items():
            field.set_inactive(reasons.get(name, ""))
