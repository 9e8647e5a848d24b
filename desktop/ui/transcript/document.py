"""The conversation as a column of rows with heights, of which only the seen part is worked out."""

from collections.abc import Iterable, Iterator, Mapping

from desktop.ui.transcript.blocks import MarkdownSplitter
from desktop.ui.transcript.entry import Entry
from desktop.ui.transcript.heights import Heights
from desktop.ui.transcript.message import Measure, Message, Slot
from desktop.ui.transcript.rows import RowKind


class Document:
    """All messages of a conversation and where each row stands, in pixels from the top."""

    def __init__(self) -> None:
        self.measure = Measure()
        self.splitter = MarkdownSplitter()
        self.messages: list[Message] = []
        self.heights = Heights()
        self._index: dict[int, int] = {}

    # -- content ---------------------------------------------------------------------------

    def set_entries(self, entries: Iterable[Entry]) -> None:
        """Show another conversation."""
        self.messages = [
            Message(entry, index, self.splitter, self.measure)
            for index, entry in enumerate(entries)
        ]
        self._index = {message.entry.key: message.index for message in self.messages}
        self.heights = Heights(message.guess() for message in self.messages)
        self._mark_last()

    def drafts(self) -> dict[int, str]:
        """What is being written in editors, by the keys of their messages."""
        return {m.entry.key: m.draft for m in self.messages if m.draft is not None}

    def set_drafts(self, drafts: Mapping[int, str]) -> None:
        """Open the editors of these messages again. Raises: KeyError."""
        for key, draft in drafts.items():
            message = self.message(key)
            self.prepare(message)
            message.draft = draft
            self.rebuild(message)

    def append(self, entry: Entry) -> Message:
        """Add a message at the end."""
        if entry.key in self._index:
            raise ValueError(f"Message {entry.key} is already in the conversation")
        message = Message(entry, len(self.messages), self.splitter, self.measure)
        if self.messages:
            self._set_last(self.messages[-1], last=False)
        self._index[entry.key] = message.index
        self.messages.append(message)
        self.heights.append(message.guess())
        self._mark_last()
        return message

    def truncate_after(self, key: int | None) -> list[Message]:
        """Remove and return the messages after `key`; all of them for None."""
        length = 0 if key is None else self._index[key] + 1
        removed = self.messages[length:]
        del self.messages[length:]
        self.heights.truncate(length)
        for message in removed:
            del self._index[message.entry.key]
        self._mark_last()
        return removed

    def holds(self, key: int) -> bool:
        """Whether there is a message with id `key`."""
        return key in self._index

    def message(self, key: int) -> Message:
        """The message with id `key`; KeyError if there is none."""
        return self.messages[self._index[key]]

    def _mark_last(self) -> None:
        if self.messages:
            self._set_last(self.messages[-1], last=True)

    def _set_last(self, message: Message, *, last: bool) -> None:
        if message.is_last != last:
            message.is_last = last
            self.rebuild(message)

    def rebuild(self, message: Message) -> None:
        """Make the rows of a message again after its state changed."""
        message.rebuild()
        self.update_height(message)

    # -- geometry --------------------------------------------------------------------------

    @property
    def total(self) -> int:
        """The height of everything."""
        return self.heights.total

    def update_height(self, message: Message) -> None:
        """Take over a message's height after its rows changed."""
        height = message.heights.total if message.split else message.guess()
        self.heights.set(message.index, height)

    def set_height(self, slot: Slot, height: int) -> None:
        """Record a measured height."""
        slot.stale = False
        if slot.message.heights.set(slot.index, height):
            self.heights.set(slot.message.index, slot.message.heights.total)

    def top(self, slot: Slot) -> int:
        """Where a slot begins."""
        return self.heights.offset(slot.message.index) + slot.message.heights.offset(slot.index)

    def height(self, slot: Slot) -> int:
        """A slot's height as far as it is known."""
        return slot.message.heights[slot.index]

    def at(self, offset: int) -> Slot | None:
        """The slot that covers `offset`; its text is split if it was not yet."""
        if not self.messages:
            return None
        while True:
            message = self.messages[self.heights.at(max(0, offset))]
            self.prepare(message)
            inside = max(0, offset - self.heights.offset(message.index))
            slot = message.slots[message.heights.at(inside)]
            if slot.row.kind is not RowKind.PENDING:
                return slot
            self._resolve(slot)

    def prepare(self, message: Message) -> None:
        """Make the rows of a message."""
        if not message.split:
            message.prepare()
            self.update_height(message)

    def _resolve(self, slot: Slot) -> None:
        slot.message.resolve(slot)
        self.update_height(slot.message)

    def following(self, slot: Slot) -> Slot | None:
        """The slot below."""
        return self._first(slot.message, slot.index + 1)

    def _first(self, message: Message, index: int) -> Slot | None:
        while True:
            if index < len(message.slots):
                slot = message.slots[index]
                if slot.row.kind is not RowKind.PENDING:
                    return slot
                self._resolve(slot)
            elif message.index + 1 < len(self.messages):
                message, index = self.messages[message.index + 1], 0
                self.prepare(message)
            else:
                return None

    def preceding(self, slot: Slot) -> Slot | None:
        """The slot above."""
        message, index = slot.message, slot.index - 1
        while True:
            if index >= 0:
                found = message.slots[index]
                if found.row.kind is not RowKind.PENDING:
                    return found
                before = len(message.slots)
                self._resolve(found)
                index += len(message.slots) - before
            elif message.index > 0:
                message = self.messages[message.index - 1]
                self.prepare(message)
                index = len(message.slots) - 1
            else:
                return None

    def first_slot(self, message: Message) -> Slot:
        """The first row of a message."""
        self.prepare(message)
        slot = message.slots[0]
        if slot.row.kind is RowKind.PENDING:
            self._resolve(slot)
        return message.slots[0]

    def last_slot(self) -> Slot | None:
        """The last row of the conversation."""
        if not self.messages:
            return None
        message = self.messages[-1]
        self.prepare(message)
        while message.slots[-1].row.kind is RowKind.PENDING:
            self._resolve(message.slots[-1])
        return message.slots[-1]

    def slots_of(self, message: Message) -> Iterator[Slot]:
        """All rows of a message, its whole text split."""
        self.prepare(message)
        index = 0
        while index < len(message.slots):
            slot = message.slots[index]
            if slot.row.kind is RowKind.PENDING:
                self._resolve(slot)
            else:
                yield slot
                index += 1
