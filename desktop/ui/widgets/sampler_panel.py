"""The panel beside a conversation: its system prompt and how its answers are sampled."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.errors import InvalidInput
from desktop.domain.sampling import FIELD_BY_NAME, FIELDS, SamplerPreset, SamplerSettings
from desktop.ui.formats import fill
from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import hairline, label
from desktop.ui.widgets.disclosure import Disclosure
from desktop.ui.widgets.more_samplers import DEFAULTS, MoreSamplers, field_value
from desktop.ui.widgets.number_field import NumberField
from desktop.ui.widgets.preset_bar import PresetBar, applied
from desktop.ui.widgets.seed_field import SeedField
from desktop.ui.widgets.strings_field import StringsField

CHANGE_DELAY_MS = 150
SMALLEST_WIDTH = 336
SCROLL_BAR = 16
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


class SamplerPanel(QFrame):
    """Signals:

    settings_changed: the new `SamplerSettings`, a moment after the last change, valid ones only.
    preset_chosen, save_preset_requested, delete_preset_requested: name of the preset. A chosen one
        is shown, and told by `settings_changed`, by the panel itself.
    system_prompt_changed: the new text, a moment after the last key.
    template_arguments_changed: dict of name to bool.
    """

    settings_changed = Signal(object)
    preset_chosen = Signal(str)
    save_preset_requested = Signal(str)
    delete_preset_requested = Signal(str)
    system_prompt_changed = Signal(str)
    template_arguments_changed = Signal(dict)

    def __init__(
        self, icons: Icons, parent: QWidget | None = None, generator: random.Random | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("sidePanel")
        self._icons = icons
        self._settings = DEFAULTS
        self.more: MoreSamplers | None = None
        self._prompt = self._make_prompt()
        self._presets = PresetBar(icons)
        self.fields: dict[str, NumberField] = {}
        self._seed = SeedField(icons, generator or random.SystemRandom())
        self._stop = StringsField(
            self.tr("Stop at"),
            self.tr("The answer ends before any of these, one a line; \\n is a new line."),
        )
        self._problem = label("", "error", wrap=True)
        self._problem.hide()
        self._arguments_box = QVBoxLayout()
        self._arguments: dict[str, QCheckBox] = {}
        self.disclosure = Disclosure(self.tr("More"), icons, self._make_more)

        content = QWidget()
        content.setObjectName("samplerContent")
        column = QVBoxLayout(content)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(16)
        column.addLayout(self._prompt_box())
        column.addLayout(self._arguments_box)
        column.addWidget(hairline())
        column.addWidget(self._presets)
        column.addWidget(self._problem)
        # The last sampler of the chain, the temperature, is the one people reach for first.
        for spec in (*(s for s in reversed(FIELDS) if s.main), FIELD_BY_NAME["max_tokens"]):
            self.fields[spec.name] = field = NumberField(spec, getattr(DEFAULTS, spec.name), icons)
            field.value_changed.connect(self._edited)
            column.addWidget(field)
        column.addWidget(self._seed)
        column.addWidget(self._stop)
        column.addWidget(hairline())
        column.addWidget(self.disclosure)
        column.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        self._content = content
        self._fit_width()

        self._delay = QTimer(self, interval=CHANGE_DELAY_MS, singleShot=True)
        self._delay.timeout.connect(self._tell)
        self._prompt_delay = QTimer(self, interval=CHANGE_DELAY_MS, singleShot=True)
        self._prompt_delay.timeout.connect(
            lambda: self.system_prompt_changed.emit(self.system_prompt())
        )
        self._prompt.textChanged.connect(self._prompt_delay.start)
        self._seed.changed.connect(self._edited)
        self._stop.changed.connect(self._edited)
        self._presets.chosen.connect(self._choose_preset)
        self._presets.save_requested.connect(self.save_preset_requested)
        self._presets.delete_requested.connect(self.delete_preset_requested)
        self.set_settings(DEFAULTS)

    def settings(self) -> SamplerSettings:
        """The last valid settings."""
        return self._settings

    def set_settings(self, settings: SamplerSettings) -> None:
        """Show `settings` without saying that they changed."""
        self._delay.stop()
        self._settings = settings
        for name, field in self.fields.items():
            field.set_value(getattr(settings, name))
        self._seed.set_value(settings.seed)
        self._stop.set_values(settings.stop)
        if self.more is not None:
            self.more.set_values(settings)
        self._show_problem("")
        self._show_effects()

    def set_presets(self, presets: Sequence[SamplerPreset]) -> None:
        self._presets.set_presets(presets)
        self._presets.show_match(self._settings)

    def system_prompt(self) -> str:
        return self._prompt.toPlainText()

    def set_system_prompt(self, text: str) -> None:
        """Show `text` without saying that it changed."""
        self._prompt_delay.stop()
        if text != self.system_prompt():
            with QSignalBlocker(self._prompt):
                self._prompt.setPlainText(text)

    def set_template_arguments(self, names: Sequence[str], values: Mapping[str, bool]) -> None:
        """Offer the switches a model's chat template takes; missing values count as on."""
        for box in self._arguments.values():
            self._arguments_box.removeWidget(box)
            box.deleteLater()
        known = {
            "enable_thinking": self.tr("Let the model think first"),
            "thinking": self.tr("Let the model think first"),
        }
        self._arguments = {}
        for name in names:
            box = QCheckBox(known.get(name, name.replace("_", " ").capitalize()))
            box.setToolTip(fill(self.tr("Passed to the chat template as “%1”"), name))
            box.setChecked(values.get(name, True))
            box.toggled.connect(self._arguments_toggled)
            self._arguments[name] = box
            self._arguments_box.addWidget(box)

    def set_last_seed(self, seed: int) -> None:
        self._seed.set_last(seed)

    def set_constraint_problem(self, sentence: str) -> None:
        """Show why the engine refused the grammar or schema."""
        self.disclosure.set_open(True)
        assert self.more is not None
        self.more.constraint.set_problem(sentence)

    def flush(self) -> None:
        """Tell pending changes now, for example before a message is sent."""
        for timer in (self._delay, self._prompt_delay):
            if timer.isActive():
                timer.stop()
                timer.timeout.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit_width()

    def _fit_width(self) -> None:
        """Never so narrow that fields are cut off."""
        needed = self._content.minimumSizeHint().width() + SCROLL_BAR
        self.setMinimumWidth(max(needed, SMALLEST_WIDTH))

    def _make_prompt(self) -> QPlainTextEdit:
        edit = QPlainTextEdit()
        edit.setProperty("kind", "field")
        edit.setTabChangesFocus(True)
        edit.setAccessibleName(self.tr("System prompt"))
        edit.setPlaceholderText(self.tr("You are a helpful assistant."))
        edit.setFixedHeight(edit.fontMetrics().lineSpacing() * 5 + 12)
        return edit

    def _prompt_box(self) -> QVBoxLayout:
        heading = label(self.tr("System prompt"), "heading")
        heading.setBuddy(self._prompt)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(heading)
        column.addWidget(self._prompt)
        column.addWidget(
            label(self.tr("What the model is told before your first message."), "small", wrap=True)
        )
        return column

    def _make_more(self) -> QWidget:
        self.more = MoreSamplers(self._icons)
        self.more.set_values(self._settings)
        self.more.changed.connect(self._edited)
        self._show_effects()
        return self.more

    def _choose_preset(self, name: str) -> None:
        preset = self._presets.preset(name)
        if preset is None:
            return
        self.set_settings(applied(preset, self._settings))
        self.preset_chosen.emit(name)
        self.settings_changed.emit(self._settings)

    def _edited(self) -> None:
        try:
            self._settings = self._read()
        except InvalidInput as error:
            self._delay.stop()
            self._show_problem(error.message)
            return
        self._show_problem("")
        self._show_effects()
        self._delay.start()

    def _tell(self) -> None:
        self.settings_changed.emit(self._settings)

    def _read(self) -> SamplerSettings:
        values: dict[str, Any] = {name: field_value(f) for name, f in self.fields.items()}
        if self.more is not None:
            values |= self.more.values()
        return replace(self._settings, seed=self._seed.value(), stop=self._stop.values(), **values)

    def _show_problem(self, sentence: str) -> None:
        if self.more is not None:
            self.more.constraint.set_problem(sentence)
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))

    def _show_effects(self) -> None:
        """Grey out what cannot change anything with the other settings as they are."""
        settings = self._settings
        self._presets.show_match(settings)
        greedy = settings.temperature == 0
        reasons: dict[str, str] = {}
        if greedy:
            why = self.tr("No effect while the temperature is 0.")
            reasons |= dict.fromkeys((*CUTTING, *HEATING, *MIROSTAT), why)
        elif settings.mirostat:
            why = self.tr("No effect while Mirostat is on.")
            reasons |= dict.fromkeys((*CUTTING, *HEATING), why)
        else:
            reasons |= dict.fromkeys(MIROSTAT, self.tr("No effect while Mirostat is off."))
        shown = self.fields | (self.more.fields if self.more is not None else {})
        for name, field in shown.items():
            field.set_inactive(reasons.get(name, ""))

    def _arguments_toggled(self) -> None:
        self.template_arguments_changed.emit(
            {name: box.isChecked() for name, box in self._arguments.items()}
        )
