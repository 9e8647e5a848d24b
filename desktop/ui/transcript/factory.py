"""Which widget shows which row."""

from PySide6.QtWidgets import QWidget

from desktop.ui.transcript.actions_row import ActionsRow
from desktop.ui.transcript.blocks import BlockKind
from desktop.ui.transcript.code_block import CodeBlock
from desktop.ui.transcript.context import RowContext
from desktop.ui.transcript.editor import EditorRow
from desktop.ui.transcript.math_block import MathBlock
from desktop.ui.transcript.message import Slot
from desktop.ui.transcript.row_widget import RowWidget
from desktop.ui.transcript.rows import RowKind
from desktop.ui.transcript.small_rows import (
    NoticeRow,
    ProblemRow,
    ReasoningRow,
    RuleRow,
    WaitingRow,
)
from desktop.ui.transcript.table_block import TableBlock
from desktop.ui.transcript.text_rows import BubbleRow, TextRow

_ROWS: dict[RowKind, type[RowWidget]] = {
    RowKind.BUBBLE: BubbleRow,
    RowKind.EDITOR: EditorRow,
    RowKind.REASONING: ReasoningRow,
    RowKind.WAITING: WaitingRow,
    RowKind.PROBLEM: ProblemRow,
    RowKind.NOTICE: NoticeRow,
    RowKind.ACTIONS: ActionsRow,
}
_BLOCKS: dict[BlockKind, type[RowWidget]] = {
    BlockKind.PROSE: TextRow,
    BlockKind.PLAIN: TextRow,
    BlockKind.CODE: CodeBlock,
    BlockKind.TABLE: TableBlock,
    BlockKind.MATH: MathBlock,
    BlockKind.RULE: RuleRow,
}


def make_widget(slot: Slot, context: RowContext, parent: QWidget) -> RowWidget:
    """A widget that shows the slot's row; neither measured nor shown yet."""
    row = slot.row
    kind = _BLOCKS[row.block.kind] if row.kind is RowKind.BLOCK and row.block else _ROWS[row.kind]
    widget = kind(context, parent)
    widget.show_row(row, slot.message)
    return widget
