"""What levels are compared with: the model itself, or the best there is of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal

from desktop.ui.formats import fill
from desktop.ui.icons import Icons
from desktop.ui.widgets.model_chooser import ModelChooser


class BaseSection(ModelChooser):
    """The file that levels are compared with.

    Signals: shown: Path of the file, which can be used.
    """

    shown = Signal(object)

    def __init__(self, icons: Icons) -> None:
        super().__init__(icons)
        self._better: Path | None = None
        self.better_button = self.add_button("")
        self.better_button.clicked.connect(self._choose_better)
        self.show_none()

    def show_none(self) -> None:
        """Nothing is chosen."""
        text = self.tr(
            "Choose the model that its levels are compared with: best F16 or BF16, as it was"
            " trained. A quantized one will do."
        )
        self.show_facts("", text, "")

    def show_base(self, path: Path, facts: str, warning: str = "") -> None:
        """`facts` is one line on what it is."""
        self.show_facts(path.name, facts, str(path))
        self.say(warning, "warning")
        self.shown.emit(path)

    def show_facts(self, title: str, facts: str, path: str) -> None:
        super().show_facts(title, facts, path)
        self.offer_better("", None)

    def offer_better(self, name: str, path: Path | None) -> None:
        """A better file of the same model; with None there is none."""
        self._better = path
        self.better_button.setText(fill(self.tr("Use %1 instead"), name.replace("&", "&&")))
        self.better_button.setVisible(path is not None)

    def _choose_better(self) -> None:
        if self._better is not None:
            self.chosen.emit(self._better)
