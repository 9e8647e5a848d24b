"""What to make smaller files of: a model of the library, a file, or a checkpoint folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QCheckBox, QFileDialog, QVBoxLayout, QWidget

from desktop.ui.icons import Icons
from desktop.ui.itemmodels.model_list import ModelChoice
from desktop.ui.widgets.buttons import ElidedLabel, label, set_property, text_button
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.late import Late

if TYPE_CHECKING:
    from desktop.ui.widgets.model_popup import ModelPopup


class SourceSection(QWidget):
    """Signals:

    chosen: Path of a file or of a checkpoint folder.
    requantize_changed: whether to go on although the source is quantized already.
    find_requested: look for a checkpoint on a hub.
    """

    chosen = Signal(object)
    requantize_changed = Signal(bool)
    find_requested = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self._popup: Late[ModelPopup] = Late(self._make_popup)
        self._title = ElidedLabel("", Qt.TextElideMode.ElideMiddle)
        self._title.setProperty("tone", "heading")
        self._facts = label("", wrap=True)
        self._path = ElidedLabel("", Qt.TextElideMode.ElideMiddle)
        self._path.setProperty("tone", "small")
        self._problem = label("", "error", wrap=True)
        self.requantize = QCheckBox(self.tr("Quantize it all the same"))
        self.requantize.toggled.connect(self.requantize_changed)
        quiet = QPalette.ColorRole.PlaceholderText
        self.model_button = text_button(self.tr("Choose a model…"))
        self.model_button.setIcon(icons.icon("box", quiet))
        self.model_button.clicked.connect(self._open_popup)
        self.file_button = text_button(self.tr("Open a file…"))
        self.file_button.setIcon(icons.icon("folder-open", quiet))
        self.file_button.clicked.connect(self._ask_file)
        self.folder_button = text_button(self.tr("Open a checkpoint folder…"))
        self.folder_button.setIcon(icons.icon("files", quiet))
        self.folder_button.setToolTip(self.tr("A folder with config.json and .safetensors files"))
        self.folder_button.clicked.connect(self._ask_folder)
        self.find_button = text_button(self.tr("Find a checkpoint to convert"), "link")
        self.find_button.clicked.connect(self.find_requested)
        buttons = QWidget()
        row = FlowLayout(buttons)
        for button in (self.model_button, self.file_button, self.folder_button, self.find_button):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self._title, self._facts, self._path, self._problem, self.requantize):
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
        self._show(
            "",
            self.tr(
                "Choose a model that is not quantized yet, best at F16 or BF16, or a checkpoint as"
                " it is published. Nothing is written before you press Quantize."
            ),
            "",
        )

    def show_looking(self, path: Path) -> None:
        """`path` is being looked at."""
        self._show(path.name, self.tr("Looking at it…"), str(path))

    def show_source(self, title: str, facts: str, path: Path) -> None:
        """`facts` is one line on what it is."""
        self._show(title, facts, str(path))

    def show_refusal(self, path: Path, sentence: str) -> None:
        """It cannot be used."""
        self._show(path.name, "", str(path))
        self._say(sentence, "error")

    def offer_requantizing(self, sentence: str, *, agreed: bool) -> None:
        """It can be used, at a cost that `sentence` tells."""
        self._say(sentence, "warning")
        with QSignalBlocker(self.requantize):
            self.requantize.setChecked(agreed)
        self.requantize.show()

    def text(self) -> str:
        """All that is said."""
        parts = (self._title, self._facts, self._problem)
        return " ".join(part.text() for part in parts if part.text())

    def _show(self, title: str, facts: str, path: str) -> None:
        for part, text in ((self._title, title), (self._facts, facts), (self._path, path)):
            part.setText(text)
            part.setVisible(bool(text))
        set_property(self._facts, "tone", "secondary" if not title else "")
        self._problem.hide()
        self._problem.clear()
        self.requantize.hide()

    def _say(self, sentence: str, tone: str) -> None:
        self._problem.setText(sentence)
        set_property(self._problem, "tone", tone)
        self._problem.show()

    # --- what a person does -----------------------------------------------------------------

    def _make_popup(self) -> ModelPopup:
        from desktop.ui.widgets.model_popup import ModelPopup

        popup = ModelPopup(self._icons, self)
        popup.chosen.connect(self.chosen)
        popup.open_requested.connect(self._ask_file)
        return popup

    def _open_popup(self) -> None:
        self.popup.open_below(self.model_button)

    def _ask_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("Open a model file"), "", self.tr("Models (*.gguf);;All files (*)")
        )
        if name:
            self.chosen.emit(Path(name))

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Open a checkpoint folder"))
        if name:
            self.chosen.emit(Path(name))
