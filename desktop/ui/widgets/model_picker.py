"""The button in the top bar that says which model answers, and lets one choose another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QWidget

from desktop.ui.formats import fill, integer
from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import ToolButton, icon_button
from desktop.ui.widgets.late import Late

if TYPE_CHECKING:
    from desktop.ui.itemmodels.model_list import ModelChoice
    from desktop.ui.widgets.model_popup import ModelPopup

LONGEST_NAME = 40  # characters of average width
SHORTEST_NAME = 10


class ModelPicker(QWidget):
    """Signals:

    model_chosen: Path of the model.
    open_requested, cancel_requested, unload_requested.
    """

    model_chosen = Signal(object)
    open_requested = Signal()
    cancel_requested = Signal()
    unload_requested = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._loaded: ModelChoice | None = None
        self._loading_name = ""
        self._fraction: float | None = None
        self._waits = False
        self._room = 0
        self._icons = icons
        self._popup = Late(self._make_popup)
        self.button = ToolButton()
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setLayoutDirection(_opposite(self.layoutDirection()))
        self.button.setIcon(icons.icon("chevron-down", QPalette.ColorRole.PlaceholderText))
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._progress = QProgressBar()
        self._progress.setRange(0, 1000)
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(4)
        self._progress.setFixedWidth(self.fontMetrics().averageCharWidth() * 12)
        self._progress.setAccessibleName(self.tr("Loading the model"))
        self._cancel = icon_button(icons, "x", self.tr("Stop loading"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.button)
        row.addWidget(self._progress)
        row.addWidget(self._cancel)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.button.clicked.connect(self.open)
        self._cancel.clicked.connect(self.cancel_requested)
        self._show()

    @property
    def popup(self) -> ModelPopup:
        """The list, made when it is first asked for."""
        return self._popup.get()

    def set_models(self, models: Sequence[ModelChoice]) -> None:
        self._popup.tell("models", lambda popup: popup.set_models(models))

    def set_loaded(self, choice: ModelChoice) -> None:
        """`choice` answers from now on."""
        self._loaded, self._fraction = choice, None
        self._popup.tell("loaded", lambda popup: popup.set_loaded(choice.path))
        self._show()

    def set_loading(self, fraction: float | None, name: str = "", *, waits: bool = False) -> None:
        """Show how far loading is, 0 to 1; None when it ended without a model being loaded.

        `waits`: the present model answers first.
        """
        self._fraction = fraction
        self._waits = waits
        self._loading_name = name or self._loading_name
        self._show()

    def set_none(self) -> None:
        """No model is loaded."""
        self._loaded, self._fraction = None, None
        self._popup.tell("loaded", lambda popup: popup.set_loaded(None))
        self._show()

    def set_room(self, width: int) -> None:
        """How wide the name may be, in pixels; longer ones are shortened in the middle."""
        if width != self._room:
            self._room = width
            self._show()

    def open(self) -> None:
        """Show the list of models."""
        self.popup.open_below(self.button)

    def _make_popup(self) -> ModelPopup:
        from desktop.ui.widgets.model_popup import ModelPopup

        popup = ModelPopup(self._icons, self)
        popup.chosen.connect(self.model_chosen)
        popup.open_requested.connect(self.open_requested)
        popup.unload_requested.connect(self.unload_requested)
        return popup

    def _show(self) -> None:
        loading = self._fraction is not None
        self._progress.setVisible(loading)
        self._cancel.setVisible(loading)
        if self._fraction is not None:
            self._progress.setValue(round(self._fraction * 1000))
            doing = self.tr("After this answer: %1") if self._waits else self.tr("Loading %1")
            text = fill(doing, self._loading_name).strip()
            self._progress.setToolTip(
                fill(self.tr("%1 % loaded"), integer(round(self._fraction * 100)))
            )
        elif self._loaded is not None:
            parts = (self._loaded.name, self._loaded.level)
            text = " · ".join(part for part in parts if part)
        else:
            text = self.tr("Choose a model")
        metrics = self.button.fontMetrics()
        unit = metrics.averageCharWidth()
        room = min(max(self._room, unit * SHORTEST_NAME), unit * LONGEST_NAME)
        self.button.setText(metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, room))
        self.button.setAccessibleName(fill(self.tr("Model: %1"), text))
        path = str(self._loaded.path) if self._loaded is not None and not loading else ""
        self.button.setToolTip(f"{text}\n{path}".strip())


def _opposite(direction: Qt.LayoutDirection) -> Qt.LayoutDirection:
    """Puts the chevron after the name."""
    if direction is Qt.LayoutDirection.LeftToRight:
        return Qt.LayoutDirection.RightToLeft
    return Qt.LayoutDirection.LeftToRight
