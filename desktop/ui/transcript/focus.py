"""Tab through the controls of a conversation in reading order, also those not built yet."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget

from desktop.ui.transcript.document import Document
from desktop.ui.transcript.layouter import Layouter


class FocusWalker:
    """Finds and focuses the next control of a transcript."""

    def __init__(self, view: QWidget, document: Document, layouter: Layouter) -> None:
        self._view = view
        self._document = document
        self._layouter = layouter

    def step(self, *, forward: bool) -> bool:
        """Focus the next control; false where there is none in that direction."""
        while True:
            controls = self._controls()
            current = QApplication.focusWidget()
            if current in controls:
                index = controls.index(current) + (1 if forward else -1)
            elif current is self._view and forward:
                index = self._first_visible(controls)
            else:
                index = -1 if forward or current is self._view else len(controls) - 1
                if index < 0:
                    return False
            if 0 <= index < len(controls):
                self._focus(controls[index], forward=forward)
                return True
            if not self._reach_further(forward=forward):
                return False

    def _controls(self) -> list[QWidget]:
        """The focusable widgets in reading order."""
        found = []
        for slot in self._layouter.ordered():
            row = self._layouter.live[slot]
            children = [
                child
                for child in row.findChildren(QWidget)
                if child.focusPolicy() & Qt.FocusPolicy.TabFocus
                and child.isVisibleTo(self._view)
                and child.isEnabled()
            ]
            found += sorted(children, key=lambda child: _place(child, row))
        return found

    def _first_visible(self, controls: list[QWidget]) -> int:
        viewport_top = 0
        for index, control in enumerate(controls):
            parent = control.parentWidget()
            top = control.mapTo(self._view, QPoint(0, 0)).y() if parent else 0
            if top >= viewport_top:
                return index
        return len(controls)

    def _reach_further(self, *, forward: bool) -> bool:
        """Scroll on by a row, so that its controls exist; false at the end."""
        slots = self._layouter.ordered()
        if not slots:
            return False
        following = self._document.following if forward else self._document.preceding
        slot = following(slots[-1 if forward else 0])
        if slot is None:
            return False
        height = self._view.height()
        self._layouter.anchor_to(slot, height // 2)
        return slot in self._layouter.live

    def _focus(self, control: QWidget, *, forward: bool) -> None:
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        control.setFocus(reason)
        self.reveal(control)

    def reveal(self, control: QWidget) -> None:
        """Scroll until a control can be seen."""
        for slot, row in self._layouter.live.items():
            if row.isAncestorOf(control):
                top = control.mapTo(row, QPoint(0, 0)).y() + row.y()
                height = self._view.height()
                if top < 8:
                    self._layouter.anchor_to(slot, row.y() + 8 - top + height // 4)
                elif top + min(control.height(), height // 2) > height - 8:
                    over = top + min(control.height(), height // 2) - height + 8
                    self._layouter.anchor_to(slot, row.y() - over)
                return


def _place(child: QWidget, row: QWidget) -> tuple[int, int]:
    point = child.mapTo(row, QPoint(0, 0))
    return point.y() // 20, point.x()
