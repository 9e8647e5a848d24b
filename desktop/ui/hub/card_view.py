"""A model card, laid out piece by piece so that the longest one holds up nothing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QPalette,
    QResizeEvent,
    QTextCursor,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
    QTextTableCellFormat,
)
from PySide6.QtWidgets import QTextBrowser, QVBoxLayout, QWidget

from desktop.ui.hub.card_text import card_pieces
from desktop.ui.icons import Icons
from desktop.ui.transcript.background import Background
from desktop.ui.transcript.blocks import Block, BlockKind
from desktop.ui.transcript.context import RowContext, RowEvents
from desktop.ui.transcript.entry import clean
from desktop.ui.transcript.formulas import FormulaStore
from desktop.ui.transcript.highlighting import Lexers
from desktop.ui.transcript.rich_text import RichDocument, allowed_link
from desktop.ui.transcript.row_widget import make_passive
from desktop.ui.transcript.style import Style
from desktop.ui.widgets.buttons import label, text_button
from desktop.ui.widgets.replaced_rows import remove_rows

AT_ONCE = 6
"""Pieces shown before the person asks for more."""


class CardView(QWidget):
    """Loads nothing from elsewhere.

    Signals:
        link_activated: address of a link that was clicked.
    """

    link_activated = Signal(str)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._background = Background(self)
        self._context = RowContext(
            Style.of(self.palette(), self.font()),
            icons.icon,
            FormulaStore(self._background, self),
            Lexers(self._background, self),
            RowEvents(self),
        )
        self._context.events.link_activated.connect(self.link_activated)
        self._context.formulas.ready.connect(self._formulas_ready)
        self._markdown = ""
        self._pieces: list[str] = []
        self._panes: list[CardPane] = []
        self._wanted = 0
        self._none = label(self.tr("There is no model card."), "secondary")
        self._more = text_button(self.tr("Show more of the card"), "link")
        self._more.clicked.connect(self._show_more)
        # One piece after the other, so that keys and paints come in between.
        self._next = QTimer(self, interval=0, singleShot=True)
        self._next.timeout.connect(self._add_pane)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self._none)
        self._column.addWidget(self._more)
        self._show_state()

    def set_card(self, markdown: str) -> None:
        """Show another card."""
        self._markdown = markdown
        self._clear()
        self._pieces = []
        self._show_state()
        if markdown:
            self._background.run(
                lambda: (markdown, card_pieces(clean(markdown))), self._take_pieces
            )

    def text(self) -> str:
        """What is laid out so far."""
        return "\n".join(pane.toPlainText() for pane in self._panes)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._restyle()

    def _restyle(self) -> None:
        if self._pieces:
            self._context.style = Style.of(self.palette(), self.font())
            self._clear()
            self._begin()

    def _take_pieces(self, result: tuple[str, list[str]]) -> None:
        markdown, pieces = result
        if markdown != self._markdown:
            return  # a newer card was opened meanwhile
        self._context.style = Style.of(self.palette(), self.font())
        self._pieces = pieces
        self._begin()

    def _begin(self) -> None:
        self._wanted = min(AT_ONCE, len(self._pieces))
        self._add_pane()

    def _show_more(self) -> None:
        self._wanted = min(self._wanted + AT_ONCE, len(self._pieces))
        self._add_pane()

    def _add_pane(self) -> None:
        if len(self._panes) < self._wanted:
            pane = CardPane(self._context, self._pieces[len(self._panes)], self)
            pane.setAccessibleName(self.tr("Model card"))
            self._column.insertWidget(self._column.count() - 1, pane)
            self._panes.append(pane)
            pane.fit(self.width())
            self._next.start()
        self._show_state()

    def _show_state(self) -> None:
        self._none.setVisible(not self._markdown)
        self._more.setVisible(len(self._panes) == self._wanted < len(self._pieces))

    def _clear(self) -> None:
        self._next.stop()
        remove_rows(self._column, self._panes)
        self._panes = []
        self._wanted = 0

    def _formulas_ready(self) -> None:
        for pane in self._panes:
            if pane.rich.waits_for_formulas:
                pane.rich.formulas_changed()
                pane.fit(self.width())


class CardPane(QTextBrowser):
    """One piece, as tall as its text."""

    def __init__(self, context: RowContext, markdown: str, parent: QWidget) -> None:
        super().__init__(parent)
        make_passive(self)
        self.viewport().setAttribute(
            Qt.WidgetAttribute.WA_TransparentForMouseEvents, False
        )  # links and selecting need the mouse
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self._context = context
        self.rich = RichDocument(context)
        self.rich.setParent(self)
        self.setDocument(self.rich)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Text, self.rich.text_colour)
        palette.setColor(QPalette.ColorRole.Base, context.style.base)
        self.setPalette(palette)
        self.rich.show(Block(BlockKind.PROSE, markdown))
        self._dress_tables()
        self._dress_code()
        self._width = 0
        if self.rich.has_links:
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.anchorClicked.connect(self._activate)

    def fit(self, width: int) -> None:
        """Lay the text out over `width` pixels."""
        self._width = width
        self.rich.setTextWidth(width)
        self.setFixedHeight(round(self.rich.size().height()) + 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != self._width:
            self.fit(event.size().width())

    def _dress_tables(self) -> None:
        style = self._context.style
        cell = QTextTableCellFormat()
        cell.setPadding(style.px(5))
        cell.setBottomBorder(1)
        cell.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        cell.setBottomBorderBrush(style.hairline)
        edit = QTextCursor(self.rich)
        edit.beginEditBlock()
        for frame in self.rich.rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                form = frame.format().toTableFormat()
                form.setBorder(0)
                form.setCellSpacing(0)
                form.setWidth(QTextLength(QTextLength.Type.VariableLength, 0))
                frame.setFormat(form)
                for row in range(frame.rows()):
                    for column in range(frame.columns()):
                        frame.cellAt(row, column).setFormat(cell)
        edit.endEditBlock()

    def _dress_code(self) -> None:
        """Let the lines of a code block stand together, on one ground."""
        style = self._context.style
        edit = QTextCursor(self.rich)
        block, inside = self.rich.begin(), False
        while block.isValid():
            form = block.blockFormat()
            code = form.hasProperty(QTextFormat.Property.BlockCodeFence.value)
            if code:
                form.setBackground(style.bubble)
                form.setTopMargin(0 if inside else style.px(8))
                edit.setPosition(block.position())
                edit.setBlockFormat(form)
            block, inside = block.next(), code

    def _activate(self, url: QUrl) -> None:
        if allowed_link(url.toString()):
            self._context.events.link_activated.emit(url.toString())
