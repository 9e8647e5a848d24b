"""The seed: a new one each time, or a fixed one."""

from __future__ import annotations

import random

from PySide6.QtCore import QRegularExpression, QSignalBlocker, Signal
from PySide6.QtGui import QGuiApplication, QRegularExpressionValidator
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.domain.sampling import MAX_SEED
from desktop.ui.formats import fill
from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import icon_button, label


class SeedField(QWidget):
    """`value()` is None when there is to be a new seed each time.

    Args:
        often: what says so; "" for once an answer.

    Signals:
        changed: when a person changed it.
    """

    changed = Signal()

    def __init__(self, icons: Icons, generator: random.Random, often: str = "") -> None:
        super().__init__()
        self._generator = generator
        self._last: int | None = None
        self._label = label(self.tr("Seed"), "heading")
        self._random = QCheckBox(often or self.tr("A new one for each answer"))
        self._edit = QLineEdit()
        self._edit.setAccessibleName(self.tr("Seed"))
        self._edit.setMaxLength(10)
        digits = QRegularExpression("[0-9]{0,10}")
        self._edit.setValidator(QRegularExpressionValidator(digits, self._edit))
        self._label.setBuddy(self._edit)
        self._dice = icon_button(icons, "dices", self.tr("Throw a seed"))
        self._last_label = label("", "small")
        self._copy = icon_button(icons, "copy", self.tr("Copy the last seed"))
        self._keep = icon_button(
            icons, "pin", self.tr("Keep the last seed"), self.tr("Use the last seed again")
        )
        explanation = label(
            self.tr("The same seed and settings give the same answer again."), "small", wrap=True
        )

        number = QHBoxLayout()
        number.setSpacing(4)
        number.addWidget(self._edit, 1)
        number.addWidget(self._dice)
        last = QHBoxLayout()
        last.setSpacing(4)
        last.addWidget(self._last_label, 1)
        last.addWidget(self._copy)
        last.addWidget(self._keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._label)
        column.addWidget(self._random)
        column.addLayout(number)
        column.addLayout(last)
        column.addWidget(explanation)

        self._random.toggled.connect(self._random_toggled)
        self._edit.editingFinished.connect(self._edited)
        self._dice.clicked.connect(self._throw)
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(str(self._last)))
        self._keep.clicked.connect(lambda: self._choose(self._last))
        self.set_value(None)
        self._show_last()

    def value(self) -> int | None:
        if self._random.isChecked() or not self._edit.text():
            return None
        return min(int(self._edit.text()), MAX_SEED)

    def set_value(self, seed: int | None) -> None:
        """Show `seed` without saying that it changed."""
        with QSignalBlocker(self._random):
            self._random.setChecked(seed is None)
        self._edit.setText("" if seed is None else str(seed))
        self._edit.setEnabled(seed is not None)

    def set_last(self, seed: int) -> None:
        """Say which seed the last answer was made with."""
        self._last = seed
        self._show_last()

    def _random_toggled(self, on: bool) -> None:
        if on:
            self._choose(None)
        else:
            self._choose(self._last if self._last is not None else self._thrown())

    def _edited(self) -> None:
        self._choose(self.value())

    def _throw(self) -> None:
        self._choose(self._thrown())

    def _thrown(self) -> int:
        return self._generator.randint(0, MAX_SEED)

    def _choose(self, seed: int | None) -> None:
        self.set_value(seed)
        self.changed.emit()

    def _show_last(self) -> None:
        known = self._last is not None
        for part in (self._last_label, self._copy, self._keep):
            part.setVisible(known)
        if self._last is not None:
            self._last_label.setText(fill(self.tr("Last used: %1"), self._last))
