"""Things to tick, of which the first few are shown and the others fold out."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.formats import fill, integer
from desktop.ui.prompt_runs.words import shortened
from desktop.ui.widgets.buttons import ElidedLabel, text_button
from desktop.ui.widgets.replaced_rows import replace_rows
from desktop.ui.widgets.tab_order import tab_before

SHOWN = 4
LONGEST = 40  # characters of a name
INDENT = 30  # of what stands below a name


@dataclass(frozen=True, slots=True)
class Tickable:
    """Something to tick: what it is, its name, and a line below it or ""."""

    key: Hashable
    name: str
    details: str = ""


class ChoiceList(QWidget):
    """Signals: changed, when a person ticked something on or off."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.checks: dict[Hashable, QCheckBox] = {}
        self._rows: list[QWidget] = []
        self._shown: tuple[Tickable, ...] = ()
        self._all = False
        self.all_button = text_button("", "link")
        self.all_button.clicked.connect(self._show_all)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addWidget(self.all_button, 0, Qt.AlignmentFlag.AlignLeading)
        self._fold()

    @property
    def chosen(self) -> tuple[Hashable, ...]:
        """What is ticked, in the order of the list."""
        return tuple(key for key, check in self.checks.items() if check.isChecked())

    def choose(self, wanted: Callable[[Hashable], bool]) -> None:
        """Tick what is wanted and nothing else, without saying so."""
        for key, check in self.checks.items():
            check.blockSignals(True)
            check.setChecked(wanted(key))
            check.blockSignals(False)
        self._fold()

    def set_items(self, items: Sequence[Tickable]) -> None:
        """Show these; what was ticked and is still there stays so."""
        if tuple(items) == self._shown:
            return
        before = set(self.chosen)
        self._shown = tuple(items)
        self.checks = {}
        made = [self._make_row(item, on=item.key in before) for item in items]
        self._rows = replace_rows(self._column, self._rows, made)
        self._fold()
        tab_before(self.all_button, self._rows)

    def _make_row(self, item: Tickable, *, on: bool) -> QWidget:
        name = shortened(item.name, LONGEST)
        check = self.checks[item.key] = QCheckBox(name.replace("&", "&&"))
        check.setToolTip(item.name if name != item.name else "")
        check.setChecked(on)
        check.setAccessibleName(item.name)
        check.setAccessibleDescription(item.details)
        check.toggled.connect(self.changed)
        row = QWidget()
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(0)
        column.addWidget(check)
        if item.details:
            details = ElidedLabel(item.details, Qt.TextElideMode.ElideMiddle)
            details.setProperty("tone", "small")
            below = QHBoxLayout()
            below.setContentsMargins(INDENT, 0, 0, 0)
            below.addWidget(details)
            column.addLayout(below)
        return row

    def _show_all(self) -> None:
        self._all = True
        self._fold()

    def _fold(self) -> None:
        """What is ticked always shows."""
        hidden = 0
        for place, (row, check) in enumerate(zip(self._rows, self.checks.values(), strict=True)):
            folded = not self._all and place >= SHOWN and not check.isChecked()
            row.setVisible(not folded)
            hidden += folded
        self.all_button.setText(fill(self.tr("Show %1 more"), integer(hidden)))
        self.all_button.setVisible(hidden > 0)
