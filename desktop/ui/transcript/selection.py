"""The selected stretch of a conversation, kept in the model so that it may reach out of view."""

from dataclasses import dataclass

from desktop.ui.transcript.blocks import Gap
from desktop.ui.transcript.context import RowContext
from desktop.ui.transcript.document import Document
from desktop.ui.transcript.message import Message, Slot
from desktop.ui.transcript.row_text import has_text, text_of
from desktop.ui.transcript.row_widget import END
from desktop.ui.transcript.rows import RowKind


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the text: a row and a position in it, counted as Qt does."""

    slot: Slot
    position: int

    @property
    def order(self) -> tuple[int, int, int]:
        """Sorts spots in reading order."""
        return (*self.slot.place, self.position)


class Selection:
    """From where the person began to where the pointer is; empty where both are the same."""

    def __init__(self, document: Document, context: RowContext) -> None:
        self._document = document
        self._context = context
        self._start: Spot | None = None
        self._head: Spot | None = None

    def clear(self) -> None:
        """Select nothing, and forget where a selection began."""
        self._start = self._head = None

    def begin(self, spot: Spot) -> None:
        """Start a new selection."""
        self._start = self._head = spot

    def extend(self, spot: Spot) -> None:
        """Move the far end; the first spot starts a selection."""
        self._start = self._start or spot
        self._head = spot

    def select(self, start: Spot, end: Spot) -> None:
        """Select from one spot to another."""
        self._start, self._head = start, end

    def select_all(self) -> None:
        """Select the whole conversation."""
        last = self._document.last_slot()
        if last is not None:
            first = self._document.first_slot(self._document.messages[0])
            self.select(Spot(first, 0), Spot(last, END))

    @property
    def bounds(self) -> tuple[Spot, Spot] | None:
        """Its first and last spot, or None where nothing is selected."""
        start, head = self._start, self._head
        if start is None or head is None or start == head:
            return None
        if not (self._is_there(start) and self._is_there(head)):
            return None
        return (start, head) if start.order <= head.order else (head, start)

    def _is_there(self, spot: Spot) -> bool:
        message = spot.slot.message
        messages = self._document.messages
        known = message.index < len(messages) and messages[message.index] is message
        return known and spot.slot.alive

    def span(self, slot: Slot) -> tuple[int, int]:
        """Which positions of a slot are selected; equal ones for none."""
        bounds = self.bounds
        if bounds is None or not bounds[0].slot.place <= slot.place <= bounds[1].slot.place:
            return 0, 0
        start = bounds[0].position if bounds[0].slot is slot else 0
        end = bounds[1].position if bounds[1].slot is slot else END
        return start, end

    def text(self) -> str:
        """The selected text.

        A message that is selected whole gives its Markdown, as its Copy button does; of one
        selected in part comes the text as it is shown.
        """
        bounds = self.bounds
        if bounds is None:
            return ""
        first, last = bounds[0].slot.message.index, bounds[1].slot.message.index
        parts = [
            message.entry.text if first < message.index < last else self._part(message)
            for message in self._document.messages[first : last + 1]
        ]
        return "\n\n".join(part for part in parts if part)

    def _part(self, message: Message) -> str:
        rows: list[tuple[Slot, int, int]] = []
        whole = True
        for slot in list(self._document.slots_of(message)):
            if not has_text(slot):
                continue
            selected = self.span(slot)
            whole = whole and selected == (0, END)
            if selected[0] < selected[1]:
                rows.append((slot, *selected))
        if whole and rows:
            return message.entry.text
        parts: list[str] = []
        for slot, first, last in rows:
            if parts:
                parts.append(_joint(slot))
            parts.append(text_of(slot, first, last, self._context))
        return "".join(parts)


def _joint(slot: Slot) -> str:
    """What stands between a row's text and that of the row before it."""
    block = slot.row.block
    close = slot.row.kind is RowKind.BUBBLE or (block is not None and block.gap is Gap.TIGHT)
    return "\n" if close else "\n\n"
