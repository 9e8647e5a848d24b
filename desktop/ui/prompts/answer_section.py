"""How answers to a prompt are sampled, and which shape they must have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.sampling import SamplerPreset, SamplerSettings
from desktop.ui.widgets.buttons import label
from desktop.ui.widgets.constraint_editor import ConstraintEditor
from desktop.ui.widgets.inputs import Choice


class AnswerSection(QWidget):
    """Signals: changed, when a person changed it."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._presets: Sequence[SamplerPreset] = ()
        self._settings: SamplerSettings | None = None  # without a grammar or schema
        self.sampling = Choice()
        self.sampling.setAccessibleName(self.tr("Sampling"))
        heading = label(self.tr("Sampling"), "heading")
        heading.setBuddy(self.sampling)
        self.constraint = ConstraintEditor()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(heading)
        column.addWidget(self.sampling)
        column.addWidget(self.constraint)
        self.sampling.activated.connect(self._choose)
        self.constraint.changed.connect(self._shape_changed)
        self._show()

    def sampler(self) -> SamplerSettings | None:
        """None leaves it to the conversation; a grammar or schema needs settings around it."""
        grammar, schema = self.constraint.values()
        if not (grammar or schema):
            return self._settings
        return replace(self._settings or SamplerSettings(), grammar=grammar, json_schema=schema)

    def set_sampler(self, settings: SamplerSettings | None) -> None:
        """Show `settings` without saying that they changed."""
        if settings == self.sampler():
            return
        grammar, schema = (settings.grammar, settings.json_schema) if settings else ("", "")
        plain = replace(settings, grammar="", json_schema="") if settings else None
        # Around a shape stand the usual settings, which say nothing of their own.
        self._settings = None if (grammar or schema) and plain == SamplerSettings() else plain
        self.constraint.set_values(grammar, schema)
        self._show()

    def set_presets(self, presets: Sequence[SamplerPreset]) -> None:
        """What can be chosen."""
        self._presets = presets
        self._show()

    def problem(self) -> str:
        """What is wrong with the shape, a sentence, or ""."""
        return self.constraint.problem()

    def _show(self) -> None:
        names = [preset.name for preset in self._presets]
        chosen = 0
        if self._settings is not None:
            same = [n for n, each in enumerate(self._presets) if each.settings == self._settings]
            chosen = 1 + (same[0] if same else len(names))
        with QSignalBlocker(self.sampling):
            self.sampling.clear()
            self.sampling.addItem(self.tr("As the conversation has it"))
            self.sampling.addItems(names)
            if chosen > len(names):
                self.sampling.addItem(self.tr("Its own"))
            self.sampling.setCurrentIndex(chosen)

    def _choose(self, number: int) -> None:
        if number == 0:
            self._settings = None
        elif number <= len(self._presets):
            chosen = self._presets[number - 1].settings
            self._settings = replace(chosen, grammar="", json_schema="")
        self._show()
        self.changed.emit()

    def _shape_changed(self) -> None:
        self.constraint.set_problem(self.problem())
        self.changed.emit()
