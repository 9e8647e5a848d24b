"""Keeps widgets for the rows near the viewport, and only for those, and puts them in place."""

import time
from collections.abc import Iterator

from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtWidgets import QAbstractScrollArea, QApplication

from desktop.ui.transcript.context import RowContext
from desktop.ui.transcript.document import Document
from desktop.ui.transcript.factory import make_widget
from desktop.ui.transcript.message import Slot
from desktop.ui.transcript.row_widget import RowWidget
from desktop.ui.transcript.style import COLUMN_WIDTH

MARGIN = 300
"""Pixels above and below the viewport in which rows are made ready ahead of time."""
KEEP = 900
"""Pixels beyond the viewport at which a row's widget is given up."""
PADDING = 16
"""Space above the first and below the last row, in unscaled pixels."""
SIDE = 24
"""Least space beside the column, in unscaled pixels."""
SLICE_MS = 3.0
"""How long making rows ready may take at a time."""


class Layouter(QObject):
    """Places rows around an anchor: a row that stays where it is on the screen.

    Heights are guesses until a row is measured. Because everything else is placed relative to
    the anchor, a corrected guess above it moves the scroll bar and not the text being read.
    """

    built = Signal(object)
    """A slot got a widget."""
    moved = Signal()
    """Rows were placed; the position or the content may have changed."""

    def __init__(self, area: QAbstractScrollArea, document: Document, context: RowContext) -> None:
        super().__init__(area)
        self._area = area
        self._document = document
        self._context = context
        self._live: dict[Slot, RowWidget] = {}
        self._anchor: Slot | None = None
        self._anchor_y = 0
        self._value = 0
        self._width = 0
        self._busy = False
        self.follows_end = True
        """Whether the view stays at the end while text is added."""
        self._prefetch = QTimer(self, singleShot=True, interval=0)
        self._prefetch.timeout.connect(self._make_ready)

    # -- what is there ----------------------------------------------------------------------

    @property
    def live(self) -> dict[Slot, RowWidget]:
        """The widgets by slot."""
        return self._live

    def ordered(self) -> list[Slot]:
        """The slots with widgets, top to bottom."""
        return sorted(self._live, key=lambda slot: slot.place)

    @property
    def busy(self) -> bool:
        """Whether the scroll bar is being moved from here, not by the person."""
        return self._busy

    def visible(self) -> Iterator[tuple[Slot, RowWidget]]:
        """The slots at least partly inside the viewport."""
        bottom = self._area.viewport().height()
        for slot, widget in self._live.items():
            if widget.y() < bottom and widget.geometry().bottom() >= 0:
                yield slot, widget

    def slot_at(self, y: int, *, with_text: bool = False) -> Slot | None:
        """The slot at, or else nearest to, a height in the viewport; maybe only of text rows."""

        def distance(slot: Slot) -> int:
            rect = self._live[slot].geometry()
            return max(rect.top() - y, y - rect.bottom(), 0)

        slots = (slot for slot, row in self._live.items() if row.selectable or not with_text)
        return min(slots, key=distance, default=None)

    @property
    def anchor(self) -> tuple[Slot, int] | None:
        """The first visible slot and where its top is in the viewport."""
        return (self._anchor, self._anchor_y) if self._anchor is not None else None

    # -- moving -----------------------------------------------------------------------------

    def reset(self) -> None:
        """Forget all rows: another conversation is shown, from its end."""
        for slot in list(self._live):
            self._drop(slot)
        self._anchor = None
        self.follows_end = True
        self.arrange()

    def rebuild(self) -> None:
        """Make all widgets anew, as their style changed."""
        for slot in list(self._live):
            self._drop(slot)
        self.arrange()

    def scrolled(self) -> None:
        """Follow the scroll bar after the person moved it."""
        bar = self._area.verticalScrollBar()
        delta = bar.value() - self._value
        self.follows_end = bar.value() >= bar.maximum() - 2
        if self._anchor is not None and abs(delta) < 2 * self._area.viewport().height():
            self._anchor_y -= delta
        else:
            self._anchor = None
            self._value = bar.value()
        self.arrange()

    def anchor_to(self, slot: Slot, y: int = 0) -> None:
        """Scroll so that `slot` begins at height `y` of the viewport, as far as that goes."""
        self.follows_end = False
        self._anchor, self._anchor_y = slot, y
        self.arrange()
        bar = self._area.verticalScrollBar()
        self.follows_end = bar.value() >= bar.maximum() - 2

    def reveal(self, slot: Slot, position: int) -> None:
        """Scroll to a text position in a row, unless it can be seen already."""
        if slot not in self._live:
            self.anchor_to(slot)
        row = self._live[slot]
        rect = row.position_rect(position)
        height = self._area.viewport().height()
        if not 0 <= row.y() + rect.top() <= height - rect.height():
            self.anchor_to(slot, height // 3 - rect.top())

    def scroll_to_end(self) -> None:
        """Go to the end and stay there."""
        self.follows_end = True
        self.arrange()

    # -- placing ----------------------------------------------------------------------------

    def arrange(self) -> None:
        """Bring widgets and scroll bar in line with the document."""
        if self._busy:
            return
        self._busy = True
        try:
            self._arrange()
        finally:
            self._busy = False
        self.moved.emit()
        self._prefetch.start()

    def _arrange(self) -> None:
        self._take_width()
        for slot in [slot for slot in self._live if not self._is_alive(slot)]:
            self._drop(slot)
        if self._find_anchor():
            for _ in range(4):  # measuring may move the ends, and with them what can be scrolled
                self._fill()
                if not self._clamp():
                    break
        self._move()

    def _take_width(self) -> None:
        style = self._context.style
        room = self._area.viewport().width() - 2 * style.px(SIDE)
        width = max(80, min(style.px(COLUMN_WIDTH), room))
        if width != self._width:
            self._width = width
            measure = self._document.measure
            measure.line = style.line
            measure.characters = max(10, int(width / (0.5 * style.font.pixelSize())))
            for slot in self._live:
                slot.stale = True

    def _is_alive(self, slot: Slot) -> bool:
        messages = self._document.messages
        index = slot.message.index
        return index < len(messages) and messages[index] is slot.message and slot.alive

    @property
    def _padding(self) -> int:
        return self._context.style.px(PADDING)

    def _find_anchor(self) -> bool:
        """Make sure there is an anchor; false for an empty conversation."""
        if self.follows_end:
            self._anchor = self._document.last_slot()
            if self._anchor is not None:
                bottom = self._area.viewport().height() - self._padding
                self._anchor_y = bottom - self._measure(self._anchor)
        elif self._anchor is not None and not self._is_alive(self._anchor):
            self._anchor = self._successor(self._anchor)
        if self._anchor is None:
            self._anchor = self._document.at(self._value - self._padding)
            if self._anchor is not None:
                self._anchor_y = self._padding + self._document.top(self._anchor) - self._value
        return self._anchor is not None

    def _successor(self, slot: Slot) -> Slot | None:
        """What stands where a slot was that is gone."""
        messages = self._document.messages
        if slot.message.index >= len(messages):
            return None
        message = messages[slot.message.index]
        self._document.prepare(message)
        if slot.index >= len(message.slots):
            return message.slots[-1]
        return self._document.at(self._document.top(message.slots[slot.index]))

    def _fill(self) -> None:
        """Measure rows from the anchor on until they cover the viewport."""
        height = self._area.viewport().height()
        slot, y = self._anchor, self._anchor_y
        while slot is not None and y < height:
            y += self._measure(slot)
            slot = self._document.following(slot)
        assert self._anchor is not None
        slot, y = self._anchor, self._anchor_y
        while y > 0 and (slot := self._document.preceding(slot)) is not None:
            y -= self._measure(slot)
            if y + self._document.height(slot) > 0:
                self._anchor, self._anchor_y = slot, y
        self._slide_anchor()

    def _slide_anchor(self) -> None:
        """Make the first row that is visible the anchor."""
        while self._anchor is not None:
            bottom = self._anchor_y + self._document.height(self._anchor)
            following = self._document.following(self._anchor) if bottom <= 0 else None
            if following is None:
                return
            self._anchor, self._anchor_y = following, bottom

    def _measure(self, slot: Slot) -> int:
        """The slot's exact height; makes or updates its widget."""
        widget = self._live.get(slot)
        if widget is None:
            widget = make_widget(slot, self._context, self._area.viewport())
            self._live[slot] = widget
            slot.shown, slot.stale = slot.row, True
            self.built.emit(slot)
        elif slot.shown is not slot.row:
            widget.show_row(slot.row, slot.message)
            slot.shown, slot.stale = slot.row, True
            self.built.emit(slot)
        if slot.stale:
            height = widget.fit(self._width + 2 * widget.bleed)
            self._document.set_height(slot, height)
        return self._document.height(slot)

    def _clamp(self) -> bool:
        """Keep the anchor within what can be scrolled; whether it had to be moved."""
        assert self._anchor is not None
        value = self._padding + self._document.top(self._anchor) - self._anchor_y
        bounded = min(max(0, value), self._maximum())
        self._anchor_y += value - bounded
        self._value = bounded
        return value != bounded

    def _maximum(self) -> int:
        return max(0, self._document.total + 2 * self._padding - self._area.viewport().height())

    def _move(self) -> None:
        """Set the scroll bar, place the widgets and give up those far away."""
        bar = self._area.verticalScrollBar()
        height = self._area.viewport().height()
        if self._anchor is None:
            self._value = 0
        bar.setPageStep(height)
        bar.setRange(0, self._maximum())
        bar.setValue(self._value)
        left = (self._area.viewport().width() - self._width) // 2
        focus = QApplication.focusWidget()
        for slot, widget in list(self._live.items()):
            y = self._padding + self._document.top(slot) - self._value
            rows = self._document.height(slot)
            near = y < height + KEEP and y + rows > -KEEP
            if not near and not (focus is not None and widget.isAncestorOf(focus)):
                self._drop(slot)
                continue
            bleed = widget.bleed
            widget.setGeometry(left - bleed, y, self._width + 2 * bleed, rows)
            widget.expose(-y, height - y)
            if widget.isHidden():
                widget.show()

    def _drop(self, slot: Slot) -> None:
        widget = self._live.pop(slot)
        focus = QApplication.focusWidget()
        if focus is not None and widget.isAncestorOf(focus):
            self._area.setFocus()  # else Qt hands it to the next control, wherever that is
        widget.hide()
        widget.deleteLater()
        slot.shown = None

    # -- ahead of time ----------------------------------------------------------------------

    def _make_ready(self) -> None:
        """Measure some rows just outside the viewport; goes on later if time runs out."""
        if self._anchor is None or self._busy or not self._is_alive(self._anchor):
            return
        deadline = time.perf_counter() + SLICE_MS / 1000
        height = self._area.viewport().height()
        fresh = 0
        slot: Slot | None = self._anchor
        y = self._anchor_y
        while slot is not None and y < height + MARGIN and time.perf_counter() < deadline:
            fresh += slot not in self._live
            y += self._measure(slot)
            slot = self._document.following(slot)
        slot, y = self._anchor, self._anchor_y
        while slot is not None and y > -MARGIN and time.perf_counter() < deadline:
            slot = self._document.preceding(slot)
            if slot is not None:
                fresh += slot not in self._live
                y -= self._measure(slot)
        if fresh:
            self.arrange()

    def to_row(self, slot: Slot, point: QPoint) -> QPoint:
        """A point of the viewport in the coordinates of a slot's widget."""
        return self._live[slot].mapFrom(self._area.viewport(), point)
