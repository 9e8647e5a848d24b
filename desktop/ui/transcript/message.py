"""One message and its rows: made when they are first needed, changed only where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.ui.transcript.blocks import BlockKind, MarkdownSplitter, split_plain
from desktop.ui.transcript.entry import Entry, clean
from desktop.ui.transcript.heights import Heights
from desktop.ui.transcript.rows import (
    FIRST_GAP,
    MESSAGE_GAP,
    Row,
    RowKind,
    block_rows,
    bubble_rows,
    estimate,
    pending_rows,
    same_ends,
    text_height,
)


@dataclass(slots=True)
class Measure:
    """What a first guess of heights rests on."""

    characters: int = 90
    """Characters on a line of prose."""
    line: int = 21
    """Height of a line, in pixels."""


class Slot:
    """A row's place in the column. It stays the same object while its row's text grows."""

    __slots__ = ("index", "message", "row", "shown", "stale")

    def __init__(self, message: Message, index: int, row: Row) -> None:
        self.message = message
        self.index = index
        self.row = row
        self.shown: Row | None = None
        """The row its widget shows, if it has one that is up to date."""
        self.stale = True
        """Whether its height has yet to be measured."""

    @property
    def alive(self) -> bool:
        """Whether the slot is still part of its message."""
        slots = self.message.slots
        return self.index < len(slots) and slots[self.index] is self

    @property
    def place(self) -> tuple[int, int]:
        """Sorts slots from top to bottom."""
        return self.message.index, self.index


class Message:
    """One entry and its rows, which are made on first use."""

    __slots__ = (
        "_measure",
        "_splitter",
        "body",
        "draft",
        "entry",
        "heights",
        "index",
        "is_last",
        "reasoning_open",
        "slots",
        "thoughts",
    )

    def __init__(
        self, entry: Entry, index: int, splitter: MarkdownSplitter, measure: Measure
    ) -> None:
        self.entry = entry
        self.index = index
        self.slots: list[Slot] = []
        self.body: list[Row] = []
        self.thoughts: list[Row] = []
        self.reasoning_open: bool | None = None
        """What the person chose; None follows the state of the answer."""
        self.draft: str | None = None
        """What the person is changing the text to; None while they are not editing it."""
        self.is_last = False
        self._splitter = splitter
        self._measure = measure

    @property
    def split(self) -> bool:
        """Whether the rows have been made."""
        return bool(self.slots)

    def guess(self) -> int:
        """The height before any row is made, in pixels."""
        entry = self.entry
        height = text_height(entry.text, self._measure.characters, self._measure.line)
        return height + 2 * self._measure.line + MESSAGE_GAP

    def prepare(self) -> None:
        """Make the rows, if they are not there yet."""
        if not self.slots:
            self.heights = Heights()  # not before: most messages of a long conversation stay unseen
            self._fill()
            self._apply(0, self._compose())

    def _fill(self) -> None:
        entry = self.entry
        text = clean(entry.text)
        if entry.role == "assistant":
            self.body = pending_rows(text, "text") if text.strip() else []
            reasoning = clean(entry.reasoning)
            self.thoughts = pending_rows(reasoning, "reasoning") if reasoning.strip() else []
        elif entry.role == "notice":
            self.body = [Row(RowKind.NOTICE, text=text, above=MESSAGE_GAP)]
        else:
            self.body = bubble_rows(split_plain(text))

    @property
    def shows_reasoning(self) -> bool:
        """Whether the reasoning is unfolded."""
        if self.reasoning_open is not None:
            return self.reasoning_open
        if self.entry.open_reasoning:
            return True
        return self.entry.state == "streaming" and not self.body

    def _compose(self) -> list[Row]:
        if self.draft is not None:
            return [Row(RowKind.EDITOR, above=MESSAGE_GAP)]
        return self._head() + self.body + self._foot()

    def _head(self) -> list[Row]:
        if self.entry.role != "assistant":
            return []
        if not self.thoughts:
            return []
        opened = self.shows_reasoning
        line = Row(RowKind.REASONING, opened=opened, above=FIRST_GAP)
        return [line, *self.thoughts] if opened else [line]

    def _foot(self) -> list[Row]:
        entry = self.entry
        if entry.role == "notice":
            return []
        rows = []
        if entry.state == "streaming":
            return [] if self.body or self.thoughts else [Row(RowKind.WAITING, above=MESSAGE_GAP)]
        if entry.state == "failed" or entry.problem:
            rows.append(Row(RowKind.PROBLEM, text=entry.problem, last=self.is_last, above=12))
        rows.append(Row(RowKind.ACTIONS, last=self.is_last, above=4))
        return rows

    def rebuild(self) -> None:
        """Make the rows again after anything but a text changed; unchanged rows stay."""
        if self.slots:
            self._apply(0, self._compose())

    def replace(self, entry: Entry, body: list[Row] | None, thoughts: list[Row] | None) -> None:
        """Show another state of the message; `body` and `thoughts` if they are known already."""
        same_role = entry.role == self.entry.role
        same_text = same_role and entry.text == self.entry.text
        same_reasoning = same_role and entry.reasoning == self.entry.reasoning
        old_body, old_thoughts = self.body, self.thoughts
        self.entry = entry
        if not self.slots:
            return
        self._fill()
        self.body = body if body is not None else old_body if same_text else self.body
        if thoughts is not None or same_reasoning:
            self.thoughts = thoughts if thoughts is not None else old_thoughts
        self._apply(0, self._compose())
        for slot in self.slots:
            if slot.row.kind in _FOLLOW_ENTRY or _is_code(slot.row):
                slot.shown, slot.stale = None, True

    def grow(self, part: str, keep: int, rows: Sequence[Row]) -> None:
        """Replace the rows of a text that is being written from its row `keep` on."""
        rows_of_part = self.thoughts if part == "reasoning" else self.body
        was_empty = not rows_of_part
        had_body = bool(self.body)
        rows_of_part[keep:] = rows
        if was_empty or had_body != bool(self.body) or not self.slots:
            self._apply(0, self._compose())
        elif part == "text":
            self._apply(len(self._head()) + keep, [*rows, *self._foot()])
        elif self.shows_reasoning:
            self._apply(1 + keep, [*rows, *self.body, *self._foot()])

    def resolve(self, slot: Slot) -> None:
        """Split the text of a pending slot into its blocks."""
        segment = slot.row.segment
        assert segment is not None
        blocks = self._splitter.parse(segment)
        rows = block_rows(blocks, slot.row.part, first=slot.row.first)
        part = self.thoughts if slot.row.part == "reasoning" else self.body
        at = next(i for i, row in enumerate(part) if row is slot.row)
        part[at : at + 1] = rows
        self._apply(0, self._compose())

    def _apply(self, start: int, rows: Sequence[Row]) -> None:
        """Make the slots from index `start` on show `rows`, keeping those that do already."""
        old = self.slots[start:]
        head, tail = same_ends([slot.row for slot in old], rows)
        fresh = rows[head : len(rows) - tail]
        replaced = old[head : len(old) - tail]
        slots: list[Slot] = []
        heights: list[int] = []
        for index, row in enumerate(fresh):
            slot = replaced[index] if index < len(replaced) else None
            if slot is not None and _grows_into(slot.row, row):
                height = self.heights[slot.index]
                slot.row, slot.stale = row, True
            else:
                slot = Slot(self, 0, row)
                height = estimate(row, self._measure.characters, self._measure.line)
            slots.append(slot)
            heights.append(height)
        kept = old[len(old) - tail :]
        heights += [self.heights[slot.index] for slot in kept]
        first = start + head
        self.slots[first:] = [*slots, *kept]
        self.heights.truncate(first)
        for index in range(first, len(self.slots)):
            self.slots[index].index = index
            self.heights.append(heights[index - first])


_FOLLOW_ENTRY = (RowKind.ACTIONS, RowKind.PROBLEM, RowKind.REASONING)
"""Rows that show more of their message than the row itself holds."""


def _is_code(row: Row) -> bool:
    return row.block is not None and row.block.kind is BlockKind.CODE


def _grows_into(old: Row, new: Row) -> bool:
    """Whether the widget of one row can go on to show the other."""
    if old.kind is not new.kind or old.part != new.part or old.kind is RowKind.PENDING:
        return False
    return (old.block.kind if old.block else None) == (new.block.kind if new.block else None)
