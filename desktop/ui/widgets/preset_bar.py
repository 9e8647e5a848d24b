"""Named sampler settings: choose one, save the present ones, delete an own one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QInputDialog, QVBoxLayout, QWidget

from desktop.domain.sampling import SamplerPreset, SamplerSettings
from desktop.ui.formats import fill
from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import icon_button, label
from desktop.ui.widgets.inputs import Choice


class PresetBar(QWidget):
    """Signals: chosen, save_requested and delete_requested with the name of a preset."""

    chosen = Signal(str)
    save_requested = Signal(str)
    delete_requested = Signal(str)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._presets: Sequence[SamplerPreset] = ()
        heading = label(self.tr("Preset"), "heading")
        self._combo = Choice()
        self._combo.setAccessibleName(self.tr("Preset"))
        self._combo.setPlaceholderText(self.tr("Own settings"))
        heading.setBuddy(self._combo)
        self._save = icon_button(icons, "save", self.tr("Save as a preset…"))
        self._delete = icon_button(icons, "trash-2", self.tr("Delete this preset"))
        self._explanation = label("", "small", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self._combo, 1)
        row.addWidget(self._save)
        row.addWidget(self._delete)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(heading)
        column.addLayout(row)
        column.addWidget(self._explanation)
        self._combo.activated.connect(lambda: self.chosen.emit(self._combo.currentText()))
        self._save.clicked.connect(self._ask_name)
        self._delete.clicked.connect(lambda: self.delete_requested.emit(self._combo.currentText()))

    def set_presets(self, presets: Sequence[SamplerPreset]) -> None:
        self._presets = presets
        with QSignalBlocker(self._combo):
            self._combo.clear()
            for number, preset in enumerate(presets):
                self._combo.addItem(preset.name)
                self._combo.setItemData(number, preset.explanation, Qt.ItemDataRole.ToolTipRole)

    def preset(self, name: str) -> SamplerPreset | None:
        return next((preset for preset in self._presets if preset.name == name), None)

    def show_match(self, settings: SamplerSettings) -> None:
        """Show which preset `settings` are, or that they are the person's own."""
        match = next((p for p in self._presets if applied(p, settings) == settings), None)
        with QSignalBlocker(self._combo):
            self._combo.setCurrentIndex(self._presets.index(match) if match else -1)
        self._delete.setVisible(match is not None and not match.built_in)
        self._save.setEnabled(match is None)
        self._explanation.setText(
            match.explanation if match else self.tr("Changed from every preset.")
        )

    def _ask_name(self) -> None:
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Save as a preset"))
        dialog.setLabelText(self.tr("Name of the preset:"))
        dialog.setOkButtonText(self.tr("Save"))
        dialog.textValueSelected.connect(self._save_as)
        dialog.open()

    def _save_as(self, name: str) -> None:
        name = " ".join(name.split())
        taken = self.preset(name)
        if taken is not None and taken.built_in:
            sentence = self.tr("%1 is built in and stays as it is; please choose another name.")
            self._explanation.setText(fill(sentence, name))
        elif name:
            self.save_requested.emit(name)


def applied(preset: SamplerPreset, settings: SamplerSettings) -> SamplerSettings:
    """`settings` after choosing `preset`.

    The seed stays; a built-in preset also leaves alone what it says nothing about: where an answer
    ends and which shape it must have.
    """
    chosen = replace(preset.settings, seed=settings.seed)
    if not preset.built_in:
        return chosen
    return replace(
        chosen,
        max_tokens=settings.max_tokens,
        stop=settings.stop,
        grammar=settings.grammar,
        json_schema=settings.json_schema,
    )
