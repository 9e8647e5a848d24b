"""Which sampler's work is shown, and how many candidates each leaves."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QPushButton, QSizePolicy, QWidget

from desktop.domain.next_token import SamplerStage
from desktop.ui.formats import fill, integer
from desktop.ui.next_token.words import sampler_name
from desktop.ui.widgets.buttons import text_button
from desktop.ui.widgets.flow_layout import FlowLayout


class StageBar(QWidget):
    """A button for each stage, in order, after one for all of them together, which is chosen first.

    Signals:
        changed: name of the chosen stage, "" for all.
    """

    changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Which sampler is shown"))
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        self._current = ""
        self._flow = FlowLayout(self)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._group.buttonClicked.connect(self._clicked)

    @property
    def current(self) -> str:
        """Name of the chosen stage; "" for all, and when there is none of that name now."""
        return self._current if self._current in self._buttons else ""

    def set_stages(self, stages: Sequence[SamplerStage]) -> None:
        names = ["", *(stage.name for stage in stages)]
        if names != list(self._buttons):
            self._replace(names)
        for stage in stages:
            name, remaining = sampler_name(stage.name), integer(stage.remaining)
            button = self._buttons[stage.name]
            button.setText(f"{name}  {remaining}")
            button.setAccessibleName(fill(self.tr("%1, %2 candidates left"), name, remaining))
        self._buttons[self.current].setChecked(True)
        self._flow.invalidate()

    def button(self, name: str) -> QPushButton:
        return self._buttons[name]

    def _replace(self, names: Sequence[str]) -> None:
        """Have a button for each name; those that are there stay, and keep the focus."""
        old, self._buttons = self._buttons, {}
        while self._flow.takeAt(0) is not None:
            pass
        for name in names:
            button = old.pop(name, None) or self._make(name)
            self._buttons[name] = button
            self._flow.addWidget(button)
        for button in old.values():
            self._group.removeButton(button)
            button.hide()
            button.deleteLater()

    def _make(self, name: str) -> QPushButton:
        button = text_button(self.tr("All together") if not name else "", "chip")
        button.setCheckable(True)
        button.setParent(self)
        button.show()
        self._group.addButton(button)
        return button

    def _clicked(self, button: QPushButton) -> None:
        self._current = next(name for name, one in self._buttons.items() if one is button)
        self.changed.emit(self._current)
