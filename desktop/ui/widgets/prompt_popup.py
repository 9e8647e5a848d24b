"""The prompts that fit what is written after a "/", above the composer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QVBoxLayout, QWidget

from desktop.domain.prompt import PromptHit
from desktop.ui.formats import fill, integer
from desktop.ui.icons import Icons
from desktop.ui.itemmodels.prompt_list import PROMPT_ROLE, PromptListModel
from desktop.ui.prompts.prompt_delegate import PromptDelegate
from desktop.ui.widgets.buttons import hairline, label

SHOWN_ROWS = 6
MARGIN = 6


class PromptPopup(QFrame):
    """It never has the focus: one goes on writing while it is shown.

    Signals: chosen, with the Prompt.

    Args:
        spoken: the widget that has the focus; a screen reader hears in its name what is chosen.
    """

    chosen = Signal(object)

    def __init__(self, icons: Icons, window: QWidget, spoken: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("popup")
        self.setAccessibleName(self.tr("Prompts"))
        self._spoken = spoken
        self.model = PromptListModel(self)
        self.list = QListView()
        self.list.setAccessibleName(self.tr("Prompts"))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setItemDelegate(PromptDelegate(icons, self.list))
        self.list.setModel(self.model)
        hint = label(self.tr("Enter uses a prompt; Esc leaves the “/” as it is."), "small")
        hint.setContentsMargins(8, 2, 8, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(4)
        for part in (self.list, hairline(), hint):
            column.addWidget(part)
        self.list.clicked.connect(self._choose)
        self.hide()

    def show_above(self, anchor: QWidget, hits: Sequence[PromptHit]) -> None:
        """Show `hits` above `anchor`, the first of them chosen."""
        self.model.set_hits(hits)
        self.show()  # first: how large it is depends on what it wears once it is shown
        self.place_above(anchor)
        self.raise_()
        self.list.scrollToTop()
        self._set_row(0)

    def place_above(self, anchor: QWidget) -> None:
        """Stand above `anchor`, as wide as that."""
        rows = min(SHOWN_ROWS, self.model.rowCount())
        self.list.setFixedHeight(rows * self.list.sizeHintForRow(0) + 2)
        self.setFixedWidth(anchor.width())
        self.adjustSize()
        window = self.parentWidget()
        corner = anchor.mapTo(window, QPoint(0, 0)) if window else QPoint()
        self.move(corner.x(), max(0, corner.y() - self.height() - 4))

    def step(self, by: int) -> None:
        """Choose the next or previous one, around the ends."""
        self._set_row((self.list.currentIndex().row() + by) % self.model.rowCount())

    def choose_current(self) -> None:
        self._choose(self.list.currentIndex())

    def _set_row(self, row: int) -> None:
        index = self.model.index(row)
        self.list.setCurrentIndex(index)
        place = fill(self.tr("%1 of %2"), integer(row + 1), integer(self.model.rowCount()))
        said = str(index.data(Qt.ItemDataRole.AccessibleTextRole))
        QAccessible.updateAccessibility(
            QAccessibleAnnouncementEvent(self._spoken, f"{said}, {place}")
        )

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            prompt = index.data(PROMPT_ROLE)
            self.hide()
            self.chosen.emit(prompt)
