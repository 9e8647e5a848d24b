"""Selecting and following links with the mouse."""

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication

from desktop.ui.transcript.layouter import Layouter
from desktop.ui.transcript.message import Message
from desktop.ui.transcript.rich_text import allowed_link
from desktop.ui.transcript.row_widget import END
from desktop.ui.transcript.selection import Selection, Spot

AUTOSCROLL_MS = 30
AUTOSCROLL_SHARE = 0.35
"""Pixels scrolled per step for each pixel the pointer is beyond the edge."""


class Pointer(QObject):
    """Turns mouse events of the viewport into selection, links and hovering."""

    selection_changed = Signal()
    link_activated = Signal(str)

    def __init__(self, area: QAbstractScrollArea, layouter: Layouter, selection: Selection) -> None:
        super().__init__(area)
        self._area = area
        self._layouter = layouter
        self._selection = selection
        self._pressed: QPoint | None = None
        self._dragging = False
        self._words: tuple[Spot, Spot] | None = None
        self._last = QPoint()
        self._double_click_at: QPoint | None = None
        self._hovered: Message | None = None
        self._autoscroll = QTimer(self, interval=AUTOSCROLL_MS)
        self._autoscroll.timeout.connect(self._scroll_on)

    # -- where ------------------------------------------------------------------------------

    def spot_at(self, point: QPoint) -> Spot | None:
        """The place in the text nearest to a point of the viewport."""
        slot = self._layouter.slot_at(point.y(), with_text=True)
        if slot is None:
            return None
        row = self._layouter.live[slot]
        return Spot(slot, row.position_at(self._layouter.to_row(slot, point)))

    def _link_at(self, point: QPoint) -> str:
        for slot, widget in self._layouter.visible():
            if widget.geometry().contains(point):
                address = widget.link_at(self._layouter.to_row(slot, point))
                return address if allowed_link(address) else ""
        return ""

    # -- events -----------------------------------------------------------------------------

    def press(self, event: QMouseEvent) -> None:
        """Begin a selection, or extend it with Shift."""
        point = event.position().toPoint()
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self._pressed, self._dragging, self._words = point, False, None
        spot = self.spot_at(point)
        if spot is None:
            return
        if self._double_click_at is not None:
            near = (point - self._double_click_at).manhattanLength() < 6
            self._double_click_at = None
            if near:  # a triple click takes the whole block
                self._select_block(spot)
                return
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._selection.extend(spot)
        else:
            self._selection.begin(spot)
        self.selection_changed.emit()

    def _select_block(self, spot: Spot) -> None:
        self._selection.select(Spot(spot.slot, 0), Spot(spot.slot, END))
        self.selection_changed.emit()

    def double_click(self, event: QMouseEvent) -> None:
        """Select the word under the pointer; dragging on goes word by word."""
        point = event.position().toPoint()
        spot = self.spot_at(point)
        if event.button() is not Qt.MouseButton.LeftButton or spot is None:
            return
        self._pressed = point
        self._words = self._word(spot)
        self._selection.select(*self._words)
        self._double_click_at = point
        QTimer.singleShot(QApplication.doubleClickInterval(), self, self._forget_double_click)
        self.selection_changed.emit()

    def _forget_double_click(self) -> None:
        self._double_click_at = None

    def _word(self, spot: Spot) -> tuple[Spot, Spot]:
        start, end = self._layouter.live[spot.slot].word_at(spot.position)
        return Spot(spot.slot, start), Spot(spot.slot, end)

    def move(self, event: QMouseEvent) -> None:
        """Extend the selection while a button is held; else show what is under the pointer."""
        point = event.position().toPoint()
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            self._hover(point)
            return
        if not self._dragging:
            distance = (point - self._pressed).manhattanLength()
            self._dragging = distance >= QApplication.startDragDistance() // 2
        if self._dragging:
            self._drag_to(point)

    def _drag_to(self, point: QPoint) -> None:
        self._last = point
        outside = not 0 <= point.y() <= self._area.viewport().height()
        if outside and not self._autoscroll.isActive():
            self._autoscroll.start()
        elif not outside:
            self._autoscroll.stop()
        spot = self.spot_at(point)
        if spot is None:
            return
        if self._words is not None:
            start, end = self._word(spot)
            forward = start.order >= self._words[0].order
            self._selection.select(*((self._words[0], end) if forward else (self._words[1], start)))
        else:
            self._selection.extend(spot)
        self.selection_changed.emit()

    def _scroll_on(self) -> None:
        height = self._area.viewport().height()
        beyond = min(self._last.y(), 0) or max(self._last.y() - height, 0)
        bar = self._area.verticalScrollBar()
        bar.setValue(bar.value() + round(beyond * AUTOSCROLL_SHARE) + (1 if beyond > 0 else -1))
        self._drag_to(self._last)

    def release(self, event: QMouseEvent) -> None:
        """End a selection; a click that selected nothing follows a link."""
        self._autoscroll.stop()
        clicked = self._pressed is not None and not self._dragging
        self._pressed = None
        if clicked and self._selection.bounds is None:
            address = self._link_at(event.position().toPoint())
            if address:
                self.link_activated.emit(address)

    def leave(self) -> None:
        """The pointer left the view."""
        self._show_hovered(None)

    def _hover(self, point: QPoint) -> None:
        slot = self._layouter.slot_at(point.y())
        self._show_hovered(slot.message if slot else None)
        self._area.viewport().setCursor(self._cursor_at(point))

    def _cursor_at(self, point: QPoint) -> Qt.CursorShape:
        if self._link_at(point):
            return Qt.CursorShape.PointingHandCursor
        for _, widget in self._layouter.visible():
            if widget.selectable and widget.geometry().contains(point):
                return Qt.CursorShape.IBeamCursor
        return Qt.CursorShape.ArrowCursor

    def _show_hovered(self, message: Message | None) -> None:
        if message is not self._hovered:
            self._hovered = message
            self.show_hover()

    def show_hover(self) -> None:
        """Tell all rows whether the pointer is over their message."""
        for slot, widget in self._layouter.live.items():
            widget.set_hovered(hovered=slot.message is self._hovered)
