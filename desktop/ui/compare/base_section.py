"""What levels are compared with: the model itself, or the best there is of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from desktop.ui.formats import fill
from desktop.ui.icons import Icons
from desktop.ui.itemmodels.model_list import ModelChoice
from desktop.ui.widgets.buttons import ElidedLabel, label, set_property, text_button
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.late import Late

if TYPE_CHECKING:
    from desktop.ui.widgets.model_popup import ModelPopup


class BaseSection(QWidget):
    """Signals: chosen: Path of a file."""

    chosen = Signal(object)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self._popup: Late[ModelPopup] = Late(self._make_popup)
        self._better: Path | None = None
        self._title = ElidedLabel("", Qt.TextElideMode.ElideMiddle)
        self._title.setProperty("tone", "heading")
        self._facts = label("", wrap=True)
        self._path = ElidedLabel("", Qt.TextElideMode.ElideMiddle)
        self._path.setProperty("tone", "small")
        self._problem = label("", "error", wrap=True)
        self.better_button = text_button("", "link")
        self.better_button.clicked.connect(self._choose_better)
        quiet = QPalette.ColorRole.PlaceholderText
        self.model_button = text_button(self.tr("Choose a model…"))
        self.model_button.setIcon(icons.icon("box", quiet))
        self.model_button.clicked.connect(lambda: self.popup.open_below(self.model_button))
        self.file_button = text_button(self.tr("Open a file…"))
        self.file_button.setIcon(icons.icon("folder-open", quiet))
        self.file_button.clicked.connect(self._ask_file)
        buttons = QWidget()
        row = FlowLayout(buttons)
        for button in (self.model_button, self.file_button, self.better_button):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self._title, self._facts, self._path, self._problem):
            column.addWidget(part)
        column.addSpacing(4)
        column.addWidget(buttons)
        self.show_none()

    def set_models(self, models: Sequence[ModelChoice]) -> None:
        """What the library offers."""
        self._popup.tell("models", lambda popup: popup.set_models(models))

    @property
    def popup(self) -> ModelPopup:
        """The list of the library's models, made when it is first asked for."""
        return self._popup.get()

    # --- what is shown ----------------------------------------------------------------------

    def show_none(self) -> None:
        """Nothing is chosen."""
        text = self.tr(
            "Choose the model that its levels are compared with: best F16 or BF16, as it was"
            " trained. A level of it does, too."
        )
        self._show("", text, "")

    def show_looking(self, path: Path) -> None:
        """`path` is being looked at."""
        self._show(path.name, self.tr("Looking at it…"), str(path))

    def show_base(self, path: Path, facts: str, warning: str = "") -> None:
        """`facts` is one line on what it is."""
        self._show(path.name, facts, str(path))
        self._say(warning, "warning")

    def offer_better(self, name: str, path: Path | None) -> None:
        """A better file of the same model; with None there is none."""
        self._better = path
        self.better_button.setText(fill(self.tr("Use %1 instead"), name.replace("&", "&&")))
        self.better_button.setVisible(path is not None)

    def show_refusal(self, path: Path, sentence: str) -> None:
        """It cannot be used."""
        self._show(path.name, "", str(path))
        self._say(sentence, "error")

    def text(self) -> str:
        """All that is said."""
        parts = (self._title, self._facts, self._problem)
        return " ".join(part.text() for part in parts if part.text())

    def _show(self, title: str, facts: str, path: str) -> None:
        for part, text in ((self._title, title), (self._facts, facts), (self._path, path)):
            part.setText(text)
            part.setVisible(bool(text))
        set_property(self._facts, "tone", "" if title else "secondary")
        self._say("", "error")
        self.offer_better("", None)

    def _say(self, sentence: str, tone: str) -> None:
        self._problem.setText(sentence)
        set_property(self._problem, "tone", tone)
        self._problem.setVisible(bool(sentence))

    # --- what a person does -----------------------------------------------------------------

    def _make_popup(self) -> ModelPopup:
        from desktop.ui.widgets.model_popup import ModelPopup

        popup = ModelPopup(self._icons, self)
        popup.chosen.connect(self.chosen)
        popup.open_requested.connect(self._ask_file)
        return popup

    def _choose_better(self) -> None:
        if self._better is not None:
            self.chosen.emit(self._better)

    def _ask_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("Open a model file"), "", self.tr("Models (*.gguf);;All files (*)")
        )
        if name:
            self.chosen.emit(Path(name))
