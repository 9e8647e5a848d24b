"""Splitting text into the blocks that become rows of the transcript."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from desktop.ui.transcript.math_source import add_math_rule
from desktop.ui.transcript.segments import Segment, cut

PLAIN_LIMIT = 3000
"""The most characters of plain text in one block."""
PARAGRAPH_LIMIT = 4000
"""A paragraph longer than this is laid out in several blocks."""
CODE_LIMIT = 2_000_000
"""The most characters of code in one block; a longer one goes on in the next."""
TABLE_ROWS = 60
"""A table with more body rows goes on in another block with the same header."""


class BlockKind(StrEnum):
    """What a block is shown as."""

    PROSE = "prose"
    PLAIN = "plain"
    CODE = "code"
    TABLE = "table"
    MATH = "math"
    RULE = "rule"


class Gap(StrEnum):
    """How far a block stands from the one before it."""

    NONE = "none"
    TIGHT = "tight"
    NORMAL = "normal"
    WIDE = "wide"


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a message that is laid out on its own."""

    kind: BlockKind
    text: str
    """Markdown of prose and tables; the code, the TeX or the plain text of the others."""
    language: str = ""
    """The first word after a fence's opening marks."""
    indent: int = 0
    """Levels of list that hold it."""
    gap: Gap = Gap.NORMAL

    @property
    def source(self) -> str:
        """The block as Markdown."""
        match self.kind:
            case BlockKind.CODE:
                fence = "`" * max(3, 1 + max(map(len, re.findall("`+", self.text)), default=0))
                return f"{fence}{self.language}\n{self.text}\n{fence}"
            case BlockKind.MATH:
                return f"$$\n{self.text}\n$$"
            case _:
                return self.text


def split_plain(text: str) -> list[Block]:
    """Plain text as blocks of at most `PLAIN_LIMIT` characters, cut at line ends if it can be."""
    blocks: list[Block] = []
    start = 0
    while start < len(text):
        end = min(len(text), start + PLAIN_LIMIT)
        if end < len(text):
            end = _break(text, start, end, ("\n", " "))
        piece = text[start:end]
        blocks.append(Block(BlockKind.PLAIN, piece.removesuffix("\n"), gap=Gap.NONE))
        start = end
    return blocks or [Block(BlockKind.PLAIN, "", gap=Gap.NONE)]


def _break(text: str, start: int, end: int, marks: Sequence[str]) -> int:
    """Where to break `text[start:end]`: after the last of the first mark found in its 2nd half."""
    for mark in marks:
        position = text.rfind(mark, (start + end) // 2, end)
        if position >= 0:
            return position + len(mark)
    return end


class MarkdownSplitter:
    """Splits finished Markdown into blocks, exactly as CommonMark with tables reads it."""

    def __init__(self) -> None:
        self._parser = MarkdownIt("commonmark", {"html": False}).enable("table")
        self._parser.core.ruler.enableOnly(["normalize", "block"])
        add_math_rule(self._parser)

    def split(self, markdown: str) -> list[Block]:
        """All blocks of `markdown`."""
        return [block for segment in cut(markdown) for block in self.parse(segment)]

    def parse(self, segment: Segment) -> list[Block]:
        """The blocks of one segment."""
        lines = segment.text.split("\n")
        tokens = self._parser.parse(segment.text)
        blocks: list[Block] = []
        for first, last in _top_level(tokens):
            blocks.extend(_BlockBuilder(lines, segment).blocks(tokens[first:last]))
        if blocks and segment.continues_list:
            blocks[0] = replace(blocks[0], gap=Gap.TIGHT)
        return blocks


def _top_level(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Index ranges of the top-level constructs in a token list."""
    start = 0
    for index, token in enumerate(tokens):
        if token.level == 0 and token.nesting <= 0:
            yield start, index + 1
            start = index + 1


_NESTING = {"list_item_open": 1, "list_item_close": -1}


class _BlockBuilder:
    """Turns one top-level construct into blocks; takes code, tables and formulas out of lists."""

    def __init__(self, lines: list[str], segment: Segment) -> None:
        self._lines = lines
        self._ordinal = segment.ordinal

    def blocks(self, tokens: Sequence[Token]) -> list[Block]:
        """The blocks of the construct that `tokens` describe."""
        token = tokens[0]
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                return self._list(tokens)
            case "paragraph_open":
                return _paragraph(self._source(token))
            case "heading_open":
                return [Block(BlockKind.PROSE, self._source(token), gap=Gap.WIDE)]
            case _:
                return self._leaf(token, 0) or [Block(BlockKind.PROSE, self._source(token))]

    def _source(self, token: Token) -> str:
        start, end = token.map or (0, 0)
        return "\n".join(self._lines[start:end]).rstrip()

    def _leaf(self, token: Token, indent: int) -> list[Block]:
        """The blocks of a construct with a row kind of its own; empty for prose."""
        match token.type:
            case "fence":
                language = token.info.strip().split(maxsplit=1)
                return _code(token.content, language[0] if language else "", indent)
            case "code_block":
                return _code(token.content, "", indent)
            case "math_block" if token.content:
                return [Block(BlockKind.MATH, token.content, indent=indent)]
            case "table_open":
                return _table(_dedent(self._source(token)), indent)
            case "hr":
                return [Block(BlockKind.RULE, "", indent=indent)]
            case _:
                return []

    def _list(self, tokens: Sequence[Token]) -> list[Block]:
        blocks: list[Block] = []
        number = self._ordinal if self._ordinal is not None else _start(tokens[0])
        opens = [i for i, t in enumerate(tokens) if t.type == "list_item_open" and t.level == 1]
        for first, last in pairwise([*opens, len(tokens)]):
            item = self._item(tokens[first:last], number)
            if blocks and item:
                item[0] = replace(item[0], gap=Gap.TIGHT)
            blocks.extend(item)
            number += 1
        self._ordinal = None
        return blocks

    def _item(self, tokens: Sequence[Token], number: int) -> list[Block]:
        start, end = tokens[0].map or (0, 0)
        ordered = tokens[0].info != ""
        blocks: list[Block] = []
        cursor, depth = start, 0
        for token in tokens:
            depth += _NESTING.get(token.type, 0)
            hoisted = self._leaf(token, depth) if token.map and token.map[0] >= cursor else []
            if hoisted and token.map:
                blocks.extend(self._piece(cursor, token.map[0], tokens))
                blocks.extend(hoisted)
                cursor = token.map[1]
        blocks.extend(self._piece(cursor, end, tokens))
        if blocks:
            blocks[0] = replace(blocks[0], gap=Gap.NORMAL)
        if ordered and blocks and blocks[0].kind is BlockKind.PROSE:
            text = re.sub(r"^\s*\d+", str(number), blocks[0].text, count=1)
            blocks[0] = replace(blocks[0], text=text)
        return blocks

    def _piece(self, start: int, end: int, tokens: Sequence[Token]) -> list[Block]:
        """The prose between two blocks taken out of a list item."""
        text = _dedent("\n".join(self._lines[start:end]))
        if not text.strip():
            return []
        depth = 0
        for token in tokens:
            if token.nesting == 1 and token.map and token.map[0] >= start:
                break
            depth += _NESTING.get(token.type, 0)
        return [Block(BlockKind.PROSE, text.rstrip(), indent=depth, gap=Gap.TIGHT)]


def _start(token: Token) -> int:
    return int(token.attrGet("start") or 1)


def _dedent(text: str) -> str:
    """`text` without the indent all its lines share."""
    lines = text.expandtabs(4).split("\n")
    indents = [len(line) - len(line.lstrip(" ")) for line in lines if line.strip()]
    indent = min(indents, default=0)
    return "\n".join(line[indent:] for line in lines)


def _paragraph(text: str) -> list[Block]:
    if len(text) <= PARAGRAPH_LIMIT:
        return [Block(BlockKind.PROSE, text)]
    blocks: list[Block] = []
    start = 0
    while start < len(text):
        end = min(len(text), start + PARAGRAPH_LIMIT)
        if end < len(text):
            end = _break(text, start, end, (". ", " "))
        gap = Gap.NONE if blocks else Gap.NORMAL
        blocks.append(Block(BlockKind.PROSE, text[start:end].strip(), gap=gap))
        start = end
    return blocks


def _code(text: str, language: str, indent: int) -> list[Block]:
    text = text.removesuffix("\n")
    pieces = []
    start = 0
    while len(text) - start > CODE_LIMIT:
        end = _break(text, start, start + CODE_LIMIT, ("\n",))
        pieces.append(text[start:end].removesuffix("\n"))
        start = end
    pieces.append(text[start:])
    return [Block(BlockKind.CODE, piece, language, indent) for piece in pieces]


def _table(text: str, indent: int) -> list[Block]:
    head, delimiter, *rows = text.split("\n")
    parts = [rows[i : i + TABLE_ROWS] for i in range(0, len(rows), TABLE_ROWS)] or [[]]
    return [
        Block(
            BlockKind.TABLE,
            "\n".join([head, delimiter, *part]),
            indent=indent,
            gap=Gap.TIGHT if index else Gap.NORMAL,
        )
        for index, part in enumerate(parts)
    ]
