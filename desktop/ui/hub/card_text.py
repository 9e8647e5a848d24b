"""A model card as Markdown alone, in pieces that are quick to lay out.

Cards are written by strangers for another page: full of HTML, badges and images. What that HTML
says stays, what it looks like and what it would load from elsewhere goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST = 400_000
"""More characters of a card are not shown; the longest ones on the hub have about 300,000."""
PIECE = 5_000
"""Characters after which a new piece begins, at the next empty line. One takes some 10 ms."""

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
# An end that never comes is the end of the text: else each opening would be searched to the end.
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HIDDEN = re.compile(r"<(?:script|style)\b.*?(?:</(?:script|style)\s*>|\Z)", re.DOTALL | re.I)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})\b([^<>]{0,2000})>")
_ADDRESS = re.compile(r"""href\s*=\s*["']?(https?://[^"'\s]{1,1000})""", re.I)
_IMAGE = re.compile(r"!\[([^\]\[\n]{0,500})\]\([^()\n]{0,2000}\)")
_EMPTY_LINK = re.compile(r"\[\s*\]\([^()\n]{0,2000}\)")
_BREAKS = {"br", "p", "div", "tr", "table", "details", "summary", "center", "ul", "ol"}
_WORDS = {"b": "**", "strong": "**", "summary": "**", "code": "`", "li": ""}


def card_pieces(markdown: str) -> list[str]:
    """The card without HTML and images, cut at empty lines outside of code."""
    cut = markdown[:LONGEST]
    pieces: list[str] = []
    piece: list[str] = []
    size = 0
    for text, is_code in _sections(cut):
        cleaned = text if is_code else _without_html(text)
        for line in cleaned.split("\n"):
            if size > PIECE and not is_code and not line.strip():
                pieces.append("\n".join(piece))
                piece, size = [], 0
            piece.append(line)
            size += len(line) + 1
    pieces.append("\n".join(piece))
    return [piece.strip("\n") for piece in pieces if piece.strip()]


def _sections(markdown: str) -> Iterator[tuple[str, bool]]:
    """Stretches of prose and of fenced code, with whether they are code."""
    lines: list[str] = []
    fence = ""
    for line in markdown.replace("\r\n", "\n").split("\n"):
        match = _FENCE.match(line)
        if not fence and match:
            if lines:
                yield "\n".join(lines), False
            lines, fence = [line], match[1]
        elif fence and match and line.strip() == match[1] and match[1].startswith(fence):
            yield "\n".join([*lines, line]), True
            lines, fence = [], ""
        else:
            lines.append(line)
    if lines:
        yield "\n".join(lines), bool(fence)


def _without_html(text: str) -> str:
    text = _HIDDEN.sub("", _COMMENT.sub("", text))
    text = _IMAGE.sub(r"\1", text)
    addresses: list[str] = []

    def plain(match: re.Match[str]) -> str:
        closing, name = match[1], match[2].lower()
        if name == "a" and not closing:
            address = _ADDRESS.search(match[3])
            addresses.append(address[1] if address else "")
            return "[" if address else ""
        if name == "a":
            address_of_it = addresses.pop() if addresses else ""
            return f"]({address_of_it})" if address_of_it else ""
        mark = _WORDS.get(name, "")
        if name == "li" and not closing:
            return "\n- "
        if re.fullmatch("h[1-6]", name):
            return "\n\n" if closing else f"\n\n{'#' * int(name[1])} "
        if name in _BREAKS:
            return f"{mark}\n\n" if closing or name == "br" else f"\n\n{mark}"
        return mark

    text = _EMPTY_LINK.sub("", _TAG.sub(plain, text))
    # What HTML indented would be code in Markdown, but prose is far more common.
    return re.sub(r"\n{3,}", "\n\n", text)
