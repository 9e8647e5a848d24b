"""Choosing a model: what it is, what speaks against it, and the ways to choose another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFileDialog, QPushButton, QVBoxLayout, QWidget

from desktop.ui.icons import Icons
from desktop.ui.itemmodels.model_list import ModelChoice
from desktop.ui.widgets.buttons import ElidedLabel, label, set_property, text_button
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.late import Late
from desktop.ui.widgets.tab_order import tab_before

if TYPE_CHECKING:
    from desktop.ui.widgets.model_popup import ModelPopup


class ModelChooser(QWidget):
    """What a step that begins with a model is made from; it shows nothing yet.

    Signals:
        chosen: Path of a file.
    """

    chosen = Signal(object)

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
        buttons = QWidget()
        self._buttons = FlowLayout(buttons)
        self.model_button = self.add_button(self.tr("Choose a model…"), "box")
        self.model_button.clicked.connect(self._open_popup)
        self.file_button = self.add_button(self.tr("Open a file…"), "folder-open")
        self.file_button.clicked.connect(self._ask_file)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        for part in (self._title, self._facts, self._path, self._problem):
            self._column.addWidget(part)
        self._column.addSpacing(4)
        self._column.addWidget(buttons)

    def add_button(self, text: str, icon: str = "") -> QPushButton:
        """One more way to choose; without an icon it looks like a link."""
        button = text_button(text, "" if icon else "link")
        if icon:
            button.setIcon(self._icons.icon(icon, QPalette.ColorRole.PlaceholderText))
        self._buttons.addWidget(button)
        return button

    def add_below_problem(self, part: QWidget) -> None:
        """What can be done about what speaks against the model."""
        self._column.insertWidget(self._column.indexOf(self._problem) + 1, part)
        tab_before(self.model_button, [part])

    def set_models(self, models: Sequence[ModelChoice]) -> None:
        """What the library offers."""
        self._popup.tell("models", lambda popup: popup.set_models(models))

    @property
    def popup(self) -> ModelPopup:
        """The list of the library's models, made when it is first asked for."""
        return self._popup.get()

    # --- what is shown ----------------------------------------------------------------------

    def show_looking(self, path: Path) -> None:
        """`path` is being looked at."""
        self.show_facts(path.name, self.tr("Looking at it…"), str(path))

    def show_refusal(self, path: Path, sentence: str) -> None:
        """It cannot be used."""
        self.show_facts(path.name, "", str(path))
        self.say(sentence, "error")

    def show_facts(self, title: str, facts: str, path: str) -> None:
        """`facts` is one line on what it is; without a title nothing is chosen, and it says what to
        choose. Nothing speaks against it yet."""
        for part, text in ((self._title, title), (self._facts, facts), (self._path, path)):
            part.setText(text)
            part.setVisible(bool(text))
        set_property(self._facts, "tone", "" if title else "secondary")
        self.say("", "error")

    def say(self, sentence: str, tone: str) -> None:
        """What speaks against it, in `tone` "error" or "warning"; "" for nothing."""
        self._problem.setText(sentence)
        set_property(self._problem, "tone", tone)
        self._problem.setVisible(bool(sentence))

    def text(self) -> str:
        """All that is said."""
        parts = (self._title, self._facts, self._problem)
        return " ".join(part.text() for part in parts if part.text())

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
