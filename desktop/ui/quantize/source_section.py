"""What to make smaller files of: a model of the library, a file, or a checkpoint folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog

from desktop.ui.icons import Icons
from desktop.ui.widgets.model_chooser import ModelChooser


class SourceSection(ModelChooser):
    """A checkpoint folder can be chosen, too.

    Signals:
        requantize_changed: whether to go on although the source is quantized already.
        find_requested: look for a checkpoint on a hub.
    """

    requantize_changed = Signal(bool)
    find_requested = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__(icons)
        self.requantize = QCheckBox(self.tr("Quantize it all the same"))
        self.requantize.toggled.connect(self.requantize_changed)
        self.add_below_problem(self.requantize)
        self.folder_button = self.add_button(self.tr("Open a checkpoint folder…"), "files")
        self.folder_button.setToolTip(self.tr("A folder with config.json and .safetensors files"))
        self.folder_button.clicked.connect(self._ask_folder)
        self.find_button = self.add_button(self.tr("Find a checkpoint to convert"))
        self.find_button.clicked.connect(self.find_requested)
        self.show_none()

    def show_none(self) -> None:
        """Nothing is chosen."""
        text = self.tr(
            "Choose a model that is not quantized yet, best at F16 or BF16, or a checkpoint as"
            " it is published. Nothing is written before you press Quantize."
        )
        self.show_facts("", text, "")

    def show_source(self, title: str, facts: str, path: Path) -> None:
        """`facts` is one line on what it is."""
        self.show_facts(title, facts, str(path))

    def show_facts(self, title: str, facts: str, path: str) -> None:
        super().show_facts(title, facts, path)
        self.requantize.hide()

    def offer_requantizing(self, sentence: str, *, agreed: bool) -> None:
        """It can be used, at a cost that `sentence` tells."""
        self.say(sentence, "warning")
        with QSignalBlocker(self.requantize):
            self.requantize.setChecked(agreed)
        self.requantize.show()

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Open a checkpoint folder"))
        if name:
            self.chosen.emit(Path(name))
