"""Finding text in a conversation, message by message."""

from collections.abc import Iterator

from desktop.ui.transcript.context import RowContext
from desktop.ui.transcript.document import Document
from desktop.ui.transcript.message import Message, Slot
from desktop.ui.transcript.row_text import find_in, has_text
from desktop.ui.transcript.selection import Spot

_MARKUP = str.maketrans("", "", "*_`~\\[]()#>|$! \t\n")
"""Signs that Markdown may put between two letters that are shown side by side."""


class Finder:
    """Finds matches in what is shown, ignoring case; goes round at the ends."""

    def __init__(self, document: Document, context: RowContext) -> None:
        self._document = document
        self._context = context

    def find(self, needle: str, start: Spot | None, *, backwards: bool) -> tuple[Spot, Spot] | None:
        """The next match from `start` on (or the one before it), as its two ends."""
        if not needle or not self._document.messages:
            return None
        first = start.slot.message.index if start else 0 if not backwards else -1
        for number, message in enumerate(self._round(first, backwards=backwards)):
            if not self._may_hold(message, needle):
                continue
            slots = self._slots(message, backwards=backwards)
            if start is not None and number == 0:
                slots = [slot for slot in slots if _not_before(slot, start.slot, backwards)]
            for slot in slots:
                begin = start.position if start and number == 0 and slot is start.slot else None
                match = find_in(slot, needle, begin, self._context, backwards=backwards)
                if match is not None:
                    return Spot(slot, match[0]), Spot(slot, match[1])
        return None

    def _round(self, first: int, *, backwards: bool) -> Iterator[Message]:
        """All messages from number `first` on, and the first one again at the end."""
        count = len(self._document.messages)
        for step in range(count + 1):
            yield self._document.messages[(first + (-step if backwards else step)) % count]

    def _slots(self, message: Message, *, backwards: bool) -> list[Slot]:
        slots = list(self._document.slots_of(message))
        slots = [slot for slot in slots if has_text(slot)]
        return slots[::-1] if backwards else slots

    @staticmethod
    def _may_hold(message: Message, needle: str) -> bool:
        """A quick look at the source, so that most messages need not be split."""
        wanted = needle.translate(_MARKUP).lower()
        entry = message.entry
        source = entry.text + entry.reasoning if message.shows_reasoning else entry.text
        return wanted in source.translate(_MARKUP).lower()


def _not_before(slot: Slot, start: Slot, backwards: bool) -> bool:
    return slot.index <= start.index if backwards else slot.index >= start.index
