"""The few settings that matter where models are asked the same to be compared."""

from __future__ import annotations

import random
from dataclasses import replace

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.sampling import FIELD_BY_NAME, SamplerSettings
from desktop.ui.icons import Icons
from desktop.ui.widgets.more_samplers import field_value
from desktop.ui.widgets.number_field import NumberField
from desktop.ui.widgets.seed_field import SeedField

NAMES = ("temperature", "max_tokens")


class SamplerBasics(QWidget):
    """Temperature and length; the seed where `generator` is given, to throw one."""

    def __init__(
        self, icons: Icons, settings: SamplerSettings, generator: random.Random | None = None
    ) -> None:
        super().__init__()
        self._settings = settings
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        self.fields: dict[str, NumberField] = {}
        for name in NAMES:
            field = NumberField(FIELD_BY_NAME[name], getattr(settings, name), icons)
            self.fields[name] = field
            column.addWidget(field)
        self.seed: SeedField | None = None
        if generator is not None:
            often = self.tr("A new one for each question; all answer with the same")
            self.seed = SeedField(icons, generator, often)
            column.addWidget(self.seed)

    def settings(self) -> SamplerSettings:
        """What is set, all else as it was given."""
        values = {name: field_value(field) for name, field in self.fields.items()}
        seed = self.seed.value() if self.seed is not None else None
        return replace(self._settings, seed=seed, **values)  # type: ignore[arg-type]
