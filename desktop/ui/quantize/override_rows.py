"""Tensors that get a type of their own, whatever the level."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.domain.quantization import TensorOverride
from desktop.ui.formats import fill, integer
from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import icon_button, label, set_property, text_button
from desktop.ui.widgets.inputs import Choice
from desktop.ui.widgets.replaced_rows import remove_rows
from desktop.ui.widgets.tab_order import tab_before

TYPES = (
    "F16", "BF16", "Q8_0", "Q6_K", "Q5_K", "Q5_1", "Q5_0", "Q4_K", "Q4_1", "Q4_0", "IQ4_NL",
    "IQ4_XS", "Q3_K", "IQ3_S", "Q2_K",
)  # fmt: skip
USUAL_TYPE = "Q8_0"


class OverrideRow(QWidget):
    """One pattern and the type it gives. `number` tells screen readers which row it is.

    Signals: changed; remove_requested.
    """

    changed = Signal()
    remove_requested = Signal()

    def __init__(self, number: int, icons: Icons) -> None:
        super().__init__()
        self._tensors: Sequence[str] = ()
        self.pattern = QLineEdit()
        self.pattern.setPlaceholderText(self.tr("Part of a tensor's name, such as ffn_down"))
        self.pattern.setAccessibleName(fill(self.tr("Tensors of exception %1"), integer(number)))
        self.type = Choice()
        self.type.setMinimumContentsLength(8)
        self.type.addItems(TYPES)
        self.type.setCurrentText(USUAL_TYPE)
        self.type.setAccessibleName(fill(self.tr("Type of exception %1"), integer(number)))
        self.remove_button = icon_button(
            icons, "x", fill(self.tr("Remove exception %1"), integer(number))
        )
        self._note = label("", "small", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.pattern, 1)
        row.addWidget(self.type)
        row.addWidget(self.remove_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self._note)
        self.pattern.textChanged.connect(self._check)
        self.pattern.editingFinished.connect(self.changed)
        self.type.activated.connect(self.changed)
        self.remove_button.clicked.connect(self.remove_requested)
        self._check()

    def override(self) -> TensorOverride | None:
        """None while nothing is written, or something that is no regular expression."""
        pattern = self.pattern.text().strip()
        if not pattern or self.unsound():
            return None
        return TensorOverride(pattern, self.type.currentText())

    def unsound(self) -> str:
        """What is written, when that is no regular expression; "" when it is one."""
        pattern = self.pattern.text().strip()
        return "" if _sound(pattern) else pattern

    def set_tensors(self, tensors: Sequence[str]) -> None:
        """The names the pattern is looked for in."""
        self._tensors = tensors
        self._check()

    def note(self) -> str:
        """What is said about the pattern."""
        return self._note.text()

    def _check(self) -> None:
        pattern = self.pattern.text().strip()
        if self.unsound():
            self._say(self.tr("This is no regular expression; plain letters are one."), "error")
        elif pattern and self._tensors:
            found = sum(bool(re.search(pattern, name)) for name in self._tensors)
            text = self.tr("Found in %1 of %2 tensors.")
            numbers = (integer(found), integer(len(self._tensors)))
            none = self.tr("Found in no tensor of this model.")
            self._say(fill(text, *numbers) if found else none, "small" if found else "warning")
        else:
            self._say("", "small")

    def _say(self, text: str, tone: str) -> None:
        self._note.setText(text)
        self._note.setVisible(bool(text))
        set_property(self._note, "tone", tone)


class OverrideRows(QWidget):
    """Signals: changed, when a person changed what `overrides` or `lacking` gives."""

    changed = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self._tensors: Sequence[str] = ()
        self._told: tuple[tuple[TensorOverride, ...], str] = ((), "")
        self.rows: list[OverrideRow] = []
        self.add_button = text_button(self.tr("Add an exception"))
        self.add_button.clicked.connect(self._add)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addWidget(label(self.tr("Exceptions"), "heading"))
        self._column.addWidget(
            label(
                self.tr("Tensors that get a type of their own. The first that fits counts."),
                "small",
                wrap=True,
            )
        )
        self._column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeading)

    def overrides(self) -> tuple[TensorOverride, ...]:
        found = (row.override() for row in self.rows)
        return tuple(override for override in found if override is not None)

    def lacking(self) -> str:
        """What has to be mended before anything can be made, as a sentence; "" when nothing."""
        unsound = next((row.unsound() for row in self.rows if row.unsound()), "")
        text = self.tr("The exception “%1” is no regular expression. Correct it, or remove it.")
        return fill(text, unsound) if unsound else ""

    def set_tensors(self, tensors: Sequence[str]) -> None:
        """The names of the source's tensors."""
        self._tensors = tensors
        for row in self.rows:
            row.set_tensors(tensors)

    def _add(self) -> None:
        row = OverrideRow(len(self.rows) + 1, self._icons)
        row.set_tensors(self._tensors)
        row.changed.connect(self._tell)
        row.remove_requested.connect(lambda: self._remove(row))
        self.rows.append(row)
        self._column.insertWidget(self._column.count() - 1, row)
        tab_before(self.add_button, self.rows)
        row.pattern.setFocus(Qt.FocusReason.TabFocusReason)

    def _remove(self, row: OverrideRow) -> None:
        self.rows.remove(row)
        remove_rows(self._column, [row])
        self.add_button.setFocus(Qt.FocusReason.TabFocusReason)
        self._tell()

    def _tell(self) -> None:
        told = (self.overrides(), self.lacking())
        if told != self._told:
            self._told = told
            self.changed.emit()


def _sound(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True
