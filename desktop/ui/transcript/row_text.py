"""Reading and searching the text of rows, whether or not they have a widget."""

from PySide6.QtGui import QTextDocument

from desktop.ui.transcript.blocks import BlockKind
from desktop.ui.transcript.context import RowContext
from desktop.ui.transcript.message import Slot
from desktop.ui.transcript.rich_text import RichDocument, utf16_slice
from desktop.ui.transcript.rows import RowKind


def has_text(slot: Slot) -> bool:
    """Whether a row can be part of a selection."""
    block = slot.row.block
    if slot.row.kind not in (RowKind.BLOCK, RowKind.BUBBLE) or block is None:
        return False
    return block.kind is not BlockKind.RULE


def text_of(slot: Slot, start: int, end: int, context: RowContext) -> str:
    """The text of a row between two positions, as its widget would show it."""
    block = slot.row.block
    if block is None:
        return ""
    if block.kind in (BlockKind.CODE, BlockKind.MATH):
        return utf16_slice(block.text, start, end)
    document = RichDocument(context)
    document.show(block)
    last = document.last_position
    text = document.text_between(min(start, last), min(end, last))
    return text.strip("\n") if block.kind is BlockKind.TABLE else text


def find_in(
    slot: Slot, needle: str, start: int | None, context: RowContext, *, backwards: bool
) -> tuple[int, int] | None:
    """The first match from position `start` on, or the last before it; None begins at an end."""
    block = slot.row.block
    if block is None:
        return None
    if block.kind in (BlockKind.CODE, BlockKind.MATH):
        document = QTextDocument(block.text)
    else:
        document = RichDocument(context)
        document.show(block)
    flags = QTextDocument.FindFlag.FindBackward if backwards else QTextDocument.FindFlag(0)
    last = document.characterCount() - 1
    begin = (last if backwards else 0) if start is None else min(start, last)
    match = document.find(needle, begin, flags)
    return None if match.isNull() else (match.selectionStart(), match.selectionEnd())
