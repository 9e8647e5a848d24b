"""The samplers under More, grouped by what they are for."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.sampling import FIELD_BY_NAME, FIELDS, SamplerSettings
from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import hairline, label
from desktop.ui.widgets.constraint_editor import ConstraintEditor
from desktop.ui.widgets.inputs import Choice
from desktop.ui.widgets.number_field import NumberField
from desktop.ui.widgets.strings_field import StringsField

DEFAULTS = SamplerSettings()


class MoreSamplers(QWidget):
    """Every field of `FIELDS` that is not a main one, made from its declaration.

    Signals:
        changed: when a person changed one.
    """

    changed = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        headings = {
            "repeat_last_n": self.tr("Repetition"),
            "dry_multiplier": self.tr("Repeated phrases (DRY)"),
            "top_n_sigma": self.tr("Leaving out unlikely words"),
            "xtc_probability": self.tr("Leaving out obvious words (XTC)"),
            "dynatemp_range": self.tr("Dynamic temperature"),
            "mirostat": self.tr("Mirostat"),
        }
        self.fields: dict[str, NumberField] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(12)
        self.constraint = ConstraintEditor()
        column.addWidget(self.constraint)
        self.mirostat = _MirostatChoice()
        for spec in FIELDS:
            if spec.main or spec.name == "max_tokens":
                continue
            if spec.name in headings:
                column.addWidget(hairline())
                column.addWidget(label(headings[spec.name], "secondary"))
            if spec.name == "mirostat":
                column.addWidget(self.mirostat)
                continue
            default = getattr(DEFAULTS, spec.name)
            self.fields[spec.name] = field = NumberField(spec, default, icons)
            field.value_changed.connect(self.changed)
            column.addWidget(field)
            if spec.name == "dry_penalty_last_n":
                self.breakers = StringsField(
                    self.tr("DRY breakers"),
                    self.tr("Texts at which a repeat is forgotten, one a line; \\n is a new line."),
                )
                self.breakers.changed.connect(self.changed)
                column.addWidget(self.breakers)
        self.constraint.changed.connect(self.changed)
        self.mirostat.changed.connect(self.changed)

    def values(self) -> dict[str, object]:
        """By the names of `SamplerSettings`."""
        grammar, schema = self.constraint.values()
        return {
            **{name: field_value(field) for name, field in self.fields.items()},
            "mirostat": self.mirostat.value(),
            "dry_sequence_breakers": self.breakers.values(),
            "grammar": grammar,
            "json_schema": schema,
        }

    def set_values(self, settings: SamplerSettings) -> None:
        """Show these without saying that they changed."""
        for name, field in self.fields.items():
            field.set_value(getattr(settings, name))
        self.mirostat.set_value(settings.mirostat)
        self.breakers.set_values(settings.dry_sequence_breakers)
        self.constraint.set_values(settings.grammar, settings.json_schema)


class _MirostatChoice(QWidget):
    """Signals: changed, when a person changed it."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._combo = Choice()
        self._combo.addItems([self.tr("Off"), self.tr("Version 1"), self.tr("Version 2")])
        self._combo.setAccessibleName(self.tr("Mirostat"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._combo)
        column.addWidget(label(FIELD_BY_NAME["mirostat"].explanation, "small", wrap=True))
        self._combo.currentIndexChanged.connect(self.changed)

    def value(self) -> int:
        return self._combo.currentIndex()

    def set_value(self, version: int) -> None:
        with QSignalBlocker(self._combo):
            self._combo.setCurrentIndex(version)


def field_value(field: NumberField) -> float | int:
    """The value with the type `SamplerSettings` has it in."""
    value = field.value()
    return value if isinstance(getattr(DEFAULTS, field.spec.name), float) else round(value)
