"""From a message to the rows that show it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from desktop.ui.transcript.blocks import Block, BlockKind, Gap
from desktop.ui.transcript.segments import Segment, cut


class RowKind(StrEnum):
    """Which widget shows a row."""

    BLOCK = "block"
    """A block of an answer or of its reasoning."""
    BUBBLE = "bubble"
    """A block of a user's or system message."""
    EDITOR = "editor"
    REASONING = "reasoning"
    """The line that opens and closes the reasoning."""
    WAITING = "waiting"
    """Stands for an answer of which nothing has come yet."""
    PROBLEM = "problem"
    NOTICE = "notice"
    ACTIONS = "actions"
    PENDING = "pending"
    """Text that has not been split into blocks yet; split before it is ever shown."""


class Edge(StrEnum):
    """Which piece of its bubble a row is."""

    WHOLE = "whole"
    FIRST = "first"
    MIDDLE = "middle"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the transcript."""

    kind: RowKind
    block: Block | None = None
    part: str = "text"
    """`text` or `reasoning`: which of its message's texts a block belongs to."""
    opened: bool = False
    """For a reasoning line: whether the reasoning is shown."""
    edge: Edge = Edge.WHOLE
    last: bool = False
    """For an action row: whether it ends the conversation, so that it is always visible."""
    text: str = ""
    """What a notice or a banner says."""
    segment: Segment | None = None
    """The Markdown of a row that has not been split yet."""
    first: bool = False
    """For an unsplit row: whether it begins its text."""
    above: int = 0
    """Space above the row, in unscaled pixels."""


_GAPS = {Gap.NONE: 0, Gap.TIGHT: 4, Gap.NORMAL: 12, Gap.WIDE: 22}
MESSAGE_GAP = 20
"""Space above a message, in unscaled pixels."""
FIRST_GAP = 8
"""Space above the first block of an answer or of its reasoning."""
PENDING_SIZE = 1500
"""Characters of Markdown that are split at a time, or a little more."""


def block_rows(blocks: Sequence[Block], part: str, *, first: bool) -> list[Row]:
    """The rows of an answer's blocks; `first` says whether they begin their text."""
    return [
        Row(RowKind.BLOCK, block, part, above=_GAPS[block.gap] if index or not first else FIRST_GAP)
        for index, block in enumerate(blocks)
    ]


def pending_rows(markdown: str, part: str) -> list[Row]:
    """Rows that stand for `markdown` until they come near the viewport."""
    return [
        Row(RowKind.PENDING, None, part, segment=segment, first=index == 0)
        for index, segment in enumerate(cut(markdown, minimum=PENDING_SIZE))
    ]


def bubble_rows(blocks: Sequence[Block]) -> list[Row]:
    """The rows of a message shown in a bubble."""
    rows = []
    for index, block in enumerate(blocks):
        first, last = index == 0, index == len(blocks) - 1
        edge = (
            Edge.WHOLE
            if first and last
            else Edge.FIRST
            if first
            else Edge.LAST
            if last
            else Edge.MIDDLE
        )
        above = MESSAGE_GAP if first else 0
        rows.append(Row(RowKind.BUBBLE, block, edge=edge, above=above))
    return rows


def estimate(row: Row, characters: int, line: int) -> int:
    """A first guess of a row's height in pixels.

    `characters` fit on a line of `line` pixels.
    """
    match row.kind:
        case RowKind.PENDING if row.segment is not None:
            return row.above + text_height(row.segment.text, characters, line)
        case RowKind.BLOCK | RowKind.BUBBLE if row.block is not None:
            return row.above + _block_height(row.block, characters, line)
        case _:
            return row.above + 2 * line


def _block_height(block: Block, characters: int, line: int) -> int:
    match block.kind:
        case BlockKind.CODE:
            return (block.text.count("\n") + 4) * line * 4 // 5
        case BlockKind.TABLE:
            return (block.text.count("\n") + 1) * line * 3 // 2
        case BlockKind.MATH | BlockKind.RULE:
            return 2 * line
        case _:
            return text_height(block.text, characters, line)


def text_height(text: str, characters: int, line: int) -> int:
    """A guess of the height of `text`, in the same units as `estimate`."""
    return (1 + len(text) // characters + text.count("\n")) * line


def same_ends(old: Sequence[Row], new: Sequence[Row]) -> tuple[int, int]:
    """How many rows at the start and at the end of `new` are those of `old`."""
    shortest = min(len(old), len(new))
    head = _common(zip(old, new, strict=False))
    tail = _common(zip(reversed(old), reversed(new), strict=False))
    return head, min(tail, shortest - head)


def _common(pairs: Iterable[tuple[Row, Row]]) -> int:
    count = 0
    for old, new in pairs:
        if old is not new and old != new:
            break
        count += 1
    return count
