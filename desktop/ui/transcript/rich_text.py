"""Text documents for prose, tables and plain text: how they look, and reading text out of them."""

import re
from collections.abc import Iterator

from PySide6.QtCore import QObject, QRect, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPyTextObject,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFragment,
    QTextOption,
    QTextTable,
)

from desktop.ui.transcript.blocks import Block, BlockKind
from desktop.ui.transcript.context import RowContext
from desktop.ui.transcript.formulas import FormulaKey, FormulaPicture
from desktop.ui.transcript.math_source import Formula, find_formulas

FORMULA_TYPE = QTextFormat.ObjectTypes.UserObject.value + 1
_TEX = QTextFormat.Property.UserProperty.value + 1
_SOURCE = _TEX + 1
_DISPLAY = _TEX + 2
_OPEN, _CLOSE = "\ufdd2", "\ufdd3"
_MARK = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_OBJECT = "\ufffc"
_SCHEMES = ("http", "https", "mailto")
QUOTE_INDENT = 16
"""Pixels each level of quote is set in."""
LIST_INDENT = 26
"""Pixels a level of list is set in, both by Qt and for blocks taken out of a list."""
_HEADING_SIZES = {1: 20, 2: 17, 3: 15, 4: 14, 5: 14, 6: 13}
_FEATURES = (
    QTextDocument.MarkdownFeature.MarkdownDialectGitHub
    | QTextDocument.MarkdownFeature.MarkdownNoHTML
)


def allowed_link(address: str) -> bool:
    """Whether a link may be followed at all: only web and mail addresses may."""
    return QUrl(address).scheme().lower() in _SCHEMES


class RichDocument(QTextDocument):
    """The document of one block. It never loads anything: no images, no style sheets."""

    def __init__(self, context: RowContext, *, muted: bool = False) -> None:
        super().__init__()
        self._context = context
        self.text_colour = context.style.muted if muted else context.style.text
        self.has_links = False
        self.has_quotes = False
        self._plain = False
        self.setUndoRedoEnabled(False)
        self.setDocumentMargin(0)
        self.setIndentWidth(context.style.px(LIST_INDENT))
        self.setDefaultFont(context.style.font)
        option = QTextOption()
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setDefaultTextOption(option)
        self._painter = _FormulaPainter(context, self.text_colour, self)
        self.documentLayout().registerHandler(FORMULA_TYPE, self._painter)

    def loadResource(self, _type: int, _name: QUrl | str) -> object:
        """Refuse every resource."""
        return None

    def show(self, block: Block) -> None:
        """Show another block's text."""
        self._plain = block.kind is BlockKind.PLAIN
        if self._plain:
            self.setPlainText(block.text)
            self._format_blocks()
            return
        formulas = find_formulas(block.text)
        self.setMarkdown(_with_marks(block.text, formulas), _FEATURES)
        self._format_blocks()
        if formulas:
            self._insert_formulas(formulas)

    def formulas_changed(self) -> None:
        """Lay the text out again because formulas that were waited for are ready."""
        self._painter.waiting = False  # measuring says whether some are still missing
        self.markContentsDirty(0, self.characterCount())

    @property
    def waits_for_formulas(self) -> bool:
        """Whether some formula is shown as its source for now."""
        return self._painter.waiting

    # -- looks ------------------------------------------------------------------------------

    def _format_blocks(self) -> None:
        self.has_links = self.has_quotes = False
        cursor = QTextCursor(self)
        cursor.beginEditBlock()
        block = self.begin()
        while block.isValid():
            self._format_block(cursor, block)
            block = block.next()
        cursor.endEditBlock()

    def _format_block(self, cursor: QTextCursor, block: QTextBlock) -> None:
        style = self._context.style
        form = block.blockFormat()
        level = form.headingLevel()
        quotes = form.intProperty(QTextFormat.Property.BlockQuoteLevel.value)
        proportional = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
        form.setLineHeight(style.line_percent * (0.92 if level else 1), proportional)
        first = block.position() == 0
        space = 0 if first or self._plain else 4 if block.textList() else 8
        form.setTopMargin(style.px(space))
        form.setBottomMargin(0)
        if quotes:
            self.has_quotes = True
            form.setLeftMargin(quotes * style.px(QUOTE_INDENT))
            form.setRightMargin(0)
        elif not block.textList():
            form.setLeftMargin(0)
        cursor.setPosition(block.position())
        cursor.setBlockFormat(form)
        for fragment in reversed(list(_fragments(block))):  # an image's text moves what follows
            self._format_fragment(cursor, fragment, level)

    def _format_fragment(self, cursor: QTextCursor, fragment: QTextFragment, level: int) -> None:
        style = self._context.style
        form = fragment.charFormat()
        image = form.isImageFormat()
        plain = not (level or form.fontFixedPitch() or form.isAnchor() or image)
        if plain:
            return
        address = form.toImageFormat().name() if image else form.anchorHref()
        new = QTextCharFormat()
        if form.fontFixedPitch():
            new.setFont(style.mono)
            new.setBackground(style.bubble)
        if level:
            new.setFont(style.sized(_HEADING_SIZES[level]))
            new.setFontWeight(QFont.Weight.DemiBold)
        if address and allowed_link(address):
            self.has_links = True
            new.setAnchor(True)
            new.setAnchorHref(address)
            new.setForeground(style.link)
            new.setFontUnderline(True)
            new.setToolTip(address)
        if form.fontWeight() > QFont.Weight.Normal:
            new.setFontWeight(QFont.Weight.DemiBold)
        new.setFontItalic(form.fontItalic())
        new.setFontStrikeOut(form.fontStrikeOut())
        cursor.setPosition(fragment.position())
        cursor.setPosition(fragment.position() + fragment.length(), QTextCursor.MoveMode.KeepAnchor)
        if image:
            name = str(form.property(QTextFormat.Property.ImageAltText.value) or "") or address
            cursor.insertText(name, new)
        else:
            cursor.setCharFormat(new)

    # -- formulas ---------------------------------------------------------------------------

    def _insert_formulas(self, formulas: list[Formula]) -> None:
        """Put formula objects where the marks stand, last first so that positions hold."""
        text = self.toPlainText()
        cursor = QTextCursor(self)
        cursor.beginEditBlock()
        for match in reversed(list(_MARK.finditer(text))):
            start, end = utf16_length(text[: match.start()]), utf16_length(text[: match.end()])
            formula = formulas[int(match[1])]
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            form = QTextCharFormat(cursor.charFormat())
            form.setObjectType(FORMULA_TYPE)
            form.setProperty(_TEX, formula.tex)
            form.setProperty(_SOURCE, _delimited(formula))
            form.setProperty(_DISPLAY, formula.display)
            form.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
            cursor.insertText(_OBJECT, form)
        cursor.endEditBlock()

    # -- reading ----------------------------------------------------------------------------

    def text_between(self, start: int, end: int) -> str:
        """The text between two positions as a person reads it.

        List items get their marks, formulas their TeX, and the cells of a table tabs.
        """
        parts: list[str] = []
        previous: QTextBlock | None = None
        block = self.findBlock(start)
        while block.isValid() and block.position() <= end:
            first, last = (
                max(start, block.position()),
                min(end, block.position() + block.length() - 1),
            )
            if previous is not None:
                parts.append("\t" if self._same_table_row(previous, block) else "\n")
            if first == block.position() and last > first:
                parts.append(_list_mark(block))
            parts.append(self._block_text(block, first, last))
            previous, block = block, block.next()
        return "".join(parts)

    def _same_table_row(self, one: QTextBlock, other: QTextBlock) -> bool:
        table = QTextCursor(one).currentTable()
        if not isinstance(table, QTextTable) or QTextCursor(other).currentTable() is None:
            return False
        return table.cellAt(one.position()).row() == table.cellAt(other.position()).row()

    @staticmethod
    def _block_text(block: QTextBlock, start: int, end: int) -> str:
        parts = []
        for fragment in _fragments(block):
            first = max(start, fragment.position())
            last = min(end, fragment.position() + fragment.length())
            if first >= last:
                continue
            form = fragment.charFormat()
            if form.objectType() == FORMULA_TYPE:
                parts.append(str(form.property(_SOURCE)) * (last - first))
            else:
                offset = fragment.position()
                parts.append(utf16_slice(fragment.text(), first - offset, last - offset))
        return "".join(parts).replace("\u2028", "\n").replace("\u00a0", " ")

    @property
    def last_position(self) -> int:
        """The last position."""
        return self.characterCount() - 1


class _FormulaPainter(QPyTextObject):
    """Measures and paints the formulas inside prose."""

    def __init__(self, context: RowContext, colour: QColor, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._colour = colour
        self.waiting = False

    def _picture(self, form: QTextFormat) -> FormulaPicture | None:
        size = form.toCharFormat().font().pixelSize()
        key = FormulaKey(
            str(form.property(_TEX)),
            round((size if size > 0 else self._context.style.font.pixelSize()) * 1.12),
            self._colour.name(),
            bool(form.property(_DISPLAY)),
        )
        return self._context.formulas.picture(key)

    def intrinsicSize(self, _document: QTextDocument, _position: int, form: QTextFormat) -> QSizeF:
        """The size of the formula, or of its source while that is shown instead."""
        picture = self._picture(form)
        metrics = QFontMetricsF(self._context.style.mono)
        if picture is None or picture.renderer is None:
            self.waiting = self.waiting or picture is None
            return QSizeF(metrics.horizontalAdvance(str(form.property(_SOURCE))), metrics.height())
        middle = self._middle(form)
        below = picture.height - picture.ascent
        return QSizeF(picture.width, 2 * max(picture.ascent - middle, below + middle))

    def _middle(self, form: QTextFormat) -> float:
        """Height over the baseline of the line Qt centres an object on."""
        return QFontMetricsF(form.toCharFormat().font()).xHeight() / 4

    def drawObject(
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        _document: QTextDocument,
        _position: int,
        form: QTextFormat,
    ) -> None:
        """Paint the formula on the baseline, or its source."""
        picture = self._picture(form)
        if picture is None or picture.renderer is None:
            painter.setFont(self._context.style.mono)
            painter.setPen(self._colour)
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, str(form.property(_SOURCE)))
            return
        baseline = QRectF(rect).center().y() + self._middle(form)
        top = baseline - picture.ascent
        picture.paint(painter, QRectF(rect.left(), top, picture.width, picture.height))


def _with_marks(markdown: str, formulas: list[Formula]) -> str:
    parts = []
    position = 0
    for number, formula in enumerate(formulas):
        parts += [markdown[position : formula.start], f"{_OPEN}{number}{_CLOSE}"]
        position = formula.end
    return "".join([*parts, markdown[position:]])


def _delimited(formula: Formula) -> str:
    return f"$${formula.tex}$$" if formula.display else f"${formula.tex}$"


def _fragments(block: QTextBlock) -> Iterator[QTextFragment]:
    iterator = block.begin()
    while not iterator.atEnd():
        yield iterator.fragment()
        iterator += 1


def _list_mark(block: QTextBlock) -> str:
    text_list = block.textList()
    if text_list is None:
        return ""
    indent = "  " * (text_list.format().indent() - 1)
    mark = text_list.itemText(block)
    return f"{indent}{mark if mark[:1].isalnum() else '-'} "


def utf16_length(text: str) -> int:
    """The length of `text` as Qt counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf16_slice(text: str, start: int, end: int) -> str:
    """`text[start:end]` with positions as Qt counts them."""
    if text.isascii():
        return text[start:end]
    units = text.encode("utf-16-le", "surrogatepass")[2 * start : 2 * end]
    return units.decode("utf-16-le", "replace")
