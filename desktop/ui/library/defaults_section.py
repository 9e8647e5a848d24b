"""How one model is used unless a person says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QVBoxLayout, QWidget

from desktop.domain.library import ModelDefaults
from desktop.domain.load_limits import MAX_CONTEXT, MAX_THREADS
from desktop.domain.model import CONTEXT_STEP, LoadConfig
from desktop.domain.sampling import SamplerPreset, SamplerSettings
from desktop.ui.library.memory_section import CACHE_TYPES
from desktop.ui.widgets.buttons import label, text_button
from desktop.ui.widgets.inputs import Choice, NumberBox, TextBox

FLASH = ("auto", "on", "off")
TYPING_PAUSE_MS = 600


class DefaultsSection(QWidget):
    """Signals:

    changed: ModelDefaults, when a person changed them.
    """

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._usual = LoadConfig()
        self._defaults = ModelDefaults()
        self._presets: Sequence[SamplerPreset] = ()
        self._own = QCheckBox(self.tr("Load it in its own way"))
        self._own.setToolTip(self.tr("Otherwise it is loaded as the settings say"))
        self._context = _number(0, MAX_CONTEXT, CONTEXT_STEP, self.tr("Automatic"))
        self._threads = _number(0, MAX_THREADS, 1, self.tr("Automatic"))
        self._layers = _number(-1, 999, 1, self.tr("All"))
        self._cache = Choice()
        self._cache.addItems(
            [self.tr("F16, exact"), self.tr("Q8_0, half"), self.tr("Q4_0, a quarter")]
        )
        self._flash = Choice()
        self._flash.addItems([self.tr("Where it works"), self.tr("Always"), self.tr("Never")])
        self._sampler = Choice()
        self._prompt = TextBox(lines=3)
        self._prompt.setPlaceholderText(self.tr("None of its own"))
        self.reset_button = text_button(self.tr("Reset"))
        self.reset_button.setToolTip(self.tr("Use it as the settings say"))
        # Every letter typed would be written to the disk.
        self._typed = QTimer(self, interval=TYPING_PAUSE_MS, singleShot=True)
        self._typed.timeout.connect(self._edited)

        self._load_grid = QWidget()
        _fill_grid(
            self._load_grid,
            (
                (self.tr("Context"), self._context),
                (self.tr("Threads"), self._threads),
                (self.tr("Layers on the GPU"), self._layers),
                (self.tr("KV cache"), self._cache),
                (self.tr("Flash attention"), self._flash),
            ),
        )
        rest = QWidget()
        _fill_grid(rest, ((self.tr("Sampling"), self._sampler),))
        prompt = label(self.tr("System prompt"))
        prompt.setBuddy(self._prompt)
        self._prompt.setAccessibleName(self.tr("System prompt"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self._own, self._load_grid, rest, prompt, self._prompt):
            column.addWidget(part)
        column.addWidget(self.reset_button, 0, Qt.AlignmentFlag.AlignLeading)
        self._own.toggled.connect(self._own_toggled)
        for box in (self._context, self._threads, self._layers):
            box.valueChanged.connect(self._edited)
        for choice in (self._cache, self._flash, self._sampler):
            choice.activated.connect(self._edited)
        self._prompt.textChanged.connect(self._typed.start)
        self.reset_button.clicked.connect(self._reset)
        self._show()

    def set_presets(self, presets: Sequence[SamplerPreset]) -> None:
        """What a sampler can be chosen from."""
        self._presets = presets
        self._show()

    def set_usual(self, config: LoadConfig) -> None:
        """What the settings say; shown while the model has no way of its own."""
        self._usual = config
        self._show()

    def set_defaults(self, defaults: ModelDefaults) -> None:
        """Show `defaults` without saying that they changed."""
        if defaults == self._defaults:
            return  # what is being typed goes on
        self._defaults = defaults
        self._typed.stop()
        self._show()

    def flush(self) -> None:
        """Tell now what was typed a moment ago."""
        if self._typed.isActive():
            self._typed.stop()
            self._edited()

    def _show(self) -> None:
        config = self._defaults.config or self._usual
        fields = (self._own, self._context, self._threads, self._layers, self._cache, self._flash)
        blockers = [QSignalBlocker(field) for field in (*fields, self._prompt)]
        self._own.setChecked(self._defaults.config is not None)
        self._load_grid.setEnabled(self._defaults.config is not None)
        self._context.setValue(config.context)
        self._threads.setValue(config.threads)
        self._layers.setValue(config.gpu_layers)
        self._cache.setCurrentIndex(CACHE_TYPES.index(config.cache_type_k))
        self._flash.setCurrentIndex(FLASH.index(config.flash_attention))
        if self._prompt.toPlainText() != (self._defaults.system_prompt or ""):
            self._prompt.setPlainText(self._defaults.system_prompt or "")
        for blocker in blockers:
            blocker.unblock()
        self._show_sampler()
        self.reset_button.setEnabled(self._defaults != ModelDefaults())

    def _show_sampler(self) -> None:
        """As in the settings, the presets, and where it is none of them, its own."""
        names = [preset.name for preset in self._presets]
        sampler = self._defaults.sampler
        chosen = 0
        if sampler is not None:
            same = [n for n, preset in enumerate(self._presets) if preset.settings == sampler]
            chosen = 1 + (same[0] if same else len(names))
        with QSignalBlocker(self._sampler):
            self._sampler.clear()
            self._sampler.addItem(self.tr("As in Settings"))
            self._sampler.addItems(names)
            if chosen > len(names):
                self._sampler.addItem(self.tr("Its own"))
            self._sampler.setCurrentIndex(chosen)

    def _own_toggled(self, on: bool) -> None:
        self._tell(replace(self._defaults, config=self._usual if on else None))

    def _edited(self) -> None:
        config = self._defaults.config
        if config is not None:
            cache = CACHE_TYPES[self._cache.currentIndex()]
            if cache != config.cache_type_k:  # two different types, set elsewhere, may stay
                config = replace(config, cache_type_k=cache, cache_type_v=cache)
            config = replace(
                config,
                context=self._context.value(),
                threads=self._threads.value(),
                gpu_layers=self._layers.value(),
                flash_attention=FLASH[self._flash.currentIndex()],
            )
        prompt = self._prompt.toPlainText()
        self._tell(
            ModelDefaults(config, self._chosen_sampler(), prompt if prompt.strip() else None)
        )

    def _chosen_sampler(self) -> SamplerSettings | None:
        chosen = self._sampler.currentIndex() - 1
        if chosen < 0:
            return None
        if chosen < len(self._presets):
            return self._presets[chosen].settings
        return self._defaults.sampler

    def _reset(self) -> None:
        self._tell(ModelDefaults())

    def _tell(self, defaults: ModelDefaults) -> None:
        if defaults != self._defaults:
            self.set_defaults(defaults)
            self.changed.emit(defaults)


def _number(least: int, most: int, step: int, special: str) -> NumberBox:
    box = NumberBox()
    box.setRange(least, most)
    box.setSingleStep(step)
    box.setSpecialValueText(special)
    return box


def _fill_grid(box: QWidget, fields: Sequence[tuple[str, QWidget]]) -> None:
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(8)
    grid.setColumnStretch(0, 1)
    for row, (name, field) in enumerate(fields):
        text = label(name)
        text.setBuddy(field)
        field.setAccessibleName(name)
        grid.addWidget(text, row, 0)
        grid.addWidget(field, row, 1, Qt.AlignmentFlag.AlignTrailing)
