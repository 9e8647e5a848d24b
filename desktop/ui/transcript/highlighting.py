"""Syntax highlighting in small slices of time, so that no code block holds up a frame."""

import time
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QTextBlock, QTextCharFormat, QTextDocument, QTextLayout

from desktop.ui.transcript.background import Background

HIGHLIGHT_LIMIT = 500_000
"""Code of more characters is left uncoloured: lexing it would keep a core busy for seconds."""
SLICE_MS = 3.0
"""How long one slice may take."""

_LIGHT = {
    "keyword": "#8b2bb8",
    "string": "#2c7a2e",
    "comment": "#707684",
    "number": "#b3470b",
    "function": "#1f5fbf",
    "type": "#9a6700",
    "builtin": "#0b7285",
    "error": "#c92a2a",
}
_DARK = {
    "keyword": "#c99af2",
    "string": "#98c379",
    "comment": "#8b929e",
    "number": "#f0a35e",
    "function": "#7cb7ff",
    "type": "#e5c07b",
    "builtin": "#56c2cf",
    "error": "#ff8787",
}
_GROUPS = {
    "Comment": "comment", "Keyword": "keyword", "Literal.String": "string",
    "Literal.Number": "number", "Name.Function": "function", "Name.Class": "type",
    "Name.Decorator": "function", "Name.Builtin": "builtin", "Name.Tag": "keyword",
    "Name.Attribute": "type", "Keyword.Type": "type", "Operator.Word": "keyword",
    "Generic.Deleted": "error", "Generic.Inserted": "string", "Generic.Heading": "keyword",
    "Name.Exception": "type",
}  # fmt: skip


def load_lexer(language: str) -> Any:
    """Pygments' lexer for a fence's language, or None; imports it, which takes a while."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


class Lexers(QObject):
    """Pygments' lexers by language, loaded in a thread on first use."""

    ready = Signal(str)
    """The lexer of a language that was asked for is there."""

    def __init__(self, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._background = background
        self._lexers: dict[str, Any] = {"": None}
        self._asked: set[str] = set()

    def get(self, language: str) -> Any:
        """The lexer, or None for an unknown language and until `ready` says it is loaded."""
        language = language.lower()
        if language not in self._lexers and language not in self._asked:
            self._asked.add(language)
            self._background.run(
                lambda: load_lexer(language), lambda lexer: self._store(language, lexer)
            )
        return self._lexers.get(language)

    def _store(self, language: str, lexer: Any) -> None:
        self._lexers[language] = lexer
        self.ready.emit(language)


@lru_cache(maxsize=512)
def _group(token: Any) -> str | None:
    """Which of our few colours a Pygments token type gets."""
    name = str(token).removeprefix("Token.")
    while name:
        if name in _GROUPS:
            return _GROUPS[name]
        name = name.rpartition(".")[0]
    return None


class Highlighter(QObject):
    """Colours a code block's document, from the top, a slice at a time."""

    def __init__(self, document: QTextDocument, *, dark: bool) -> None:
        super().__init__(document)
        self._document = document
        self._formats = {
            name: _format(name, colour) for name, colour in (_DARK if dark else _LIGHT).items()
        }
        self._tokens: Iterator[tuple[int, Any, str]] | None = None
        self._expected = 0
        self._begin_line(document.begin())
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._slice)

    @property
    def busy(self) -> bool:
        """Whether some of the document is still to be coloured."""
        return self._tokens is not None

    def start(self, lexer: Any) -> None:
        """Colour the whole document bit by bit, between other events."""
        self._tokens = iter(lexer.get_tokens_unprocessed(self._document.toPlainText()))
        self._expected = 0
        self._begin_line(self._document.begin())
        self._timer.start()

    def stop(self) -> None:
        """Leave the rest as it is, because the text is about to change."""
        self._timer.stop()
        self._tokens = None

    def colour_lines(self, lexer: Any, first: int) -> None:
        """Colour the lines from number `first` on at once, each as if it stood alone."""
        self.stop()
        block = self._document.findBlockByNumber(first)
        start = block.position()
        while block.isValid():
            self._begin_line(block)
            for _, token, text in lexer.get_tokens_unprocessed(block.text()):
                self._add(token, text.rstrip("\n"))
            self._end_line()
            block = block.next()
        self._document.markContentsDirty(start, self._document.characterCount() - start)

    def _slice(self) -> None:
        start = self._block.position()
        deadline = time.perf_counter() + SLICE_MS / 1000
        for position, token, text in self._tokens or ():
            if position != self._expected:  # a lexer that skips or repeats text: trust it no more
                self.stop()
                break
            self._expected += len(text)
            self._take(token, text)
            if time.perf_counter() > deadline:
                break
        else:
            self.stop()
        self._end_line()
        length = (
            min(self._block.position() + self._block.length(), self._document.characterCount())
            - start
        )
        self._document.markContentsDirty(start, length)

    def _take(self, token: Any, text: str) -> None:
        """Hand a token, which may span lines, to the lines it covers."""
        first, *others = text.split("\n")
        self._add(token, first)
        for part in others:
            self._end_line()
            self._begin_line(self._block.next())
            self._add(token, part)

    def _begin_line(self, block: QTextBlock) -> None:
        self._block, self._ranges, self._column = block, list[QTextLayout.FormatRange](), 0

    def _end_line(self) -> None:
        if self._block.isValid():
            self._block.layout().setFormats(self._ranges)

    def _add(self, token: Any, text: str) -> None:
        length = len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
        group = _group(token)
        if group is not None and length:
            span = QTextLayout.FormatRange()
            span.start, span.length, span.format = self._column, length, self._formats[group]
            self._ranges.append(span)
        self._column += length


def _format(name: str, colour: str) -> QTextCharFormat:
    text_format = QTextCharFormat()
    text_format.setForeground(QColor(colour))
    if name == "comment":
        text_format.setFontItalic(True)
    if name == "keyword":
        text_format.setFontWeight(QFont.Weight.Medium)
    return text_format
