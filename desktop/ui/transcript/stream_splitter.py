"""Splitting an answer into blocks while it is being written."""

import re
from dataclasses import replace

from desktop.ui.transcript.blocks import Block, BlockKind, MarkdownSplitter
from desktop.ui.transcript.segments import CutFinder, Segment

_UNDECIDED = re.compile(r"[ \t]*(?:[-+*_=#>|~$\\\[]+|`{1,}|\d{1,9}[.)]?)[ \t]*$")
"""A last line that may yet become markup: shown, it would make the text above it flicker."""


_CODE_SPAN = re.compile(r"`[^`\n]+`")
_OPEN_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])[^*]*$")


def _with_closed_marks(text: str) -> str:
    """`text` with emphasis and code that are open at its end closed: no bare marks flash up."""
    text = text.rstrip("*`")
    if _CODE_SPAN.sub("", text).count("`") % 2:
        text += "`"
    marks = _CODE_SPAN.sub("", text)
    if _OPEN_EMPHASIS.search(marks.replace("**", "")):
        text += "*"
    return text + "**" if marks.count("**") % 2 else text


class StreamSplitter:
    """Takes text as it arrives and keeps the list of blocks it makes so far.

    Only what stands after the last safe cut is parsed again; an open code block, the one
    construct that grows long without a cut, is not parsed at all. After the last piece
    `finish` gives what `MarkdownSplitter.split` gives for the whole.
    """

    def __init__(self, splitter: MarkdownSplitter) -> None:
        self._splitter = splitter
        self._finder = CutFinder()
        self._settled: list[Block] = []
        self._tail: list[str] = []
        self._partial = ""
        self._segment = Segment("")
        self._only_fence = False

    @property
    def settled(self) -> int:
        """How many blocks, from the first, will not change any more."""
        return len(self._settled)

    def feed(self, text: str) -> None:
        """Take the next piece, which may end anywhere."""
        *lines, self._partial = (self._partial + text).split("\n")
        for line in lines:
            self._take(line)

    def blocks(self, first: int = 0) -> list[Block]:
        """The blocks as they stand from number `first` on, which must be settled or the next.

        A last line that cannot be read yet is left out, and bold text and code that are still
        open are shown as if they ended here.
        """
        partial = "" if _UNDECIDED.match(self._partial) else self._partial
        tail = self._parse_tail(partial)
        if tail and tail[-1].kind is BlockKind.PROSE:
            tail[-1] = replace(tail[-1], text=_with_closed_marks(tail[-1].text))
        return self._settled[first:] + tail

    def finish(self) -> list[Block]:
        """The blocks once all text has been fed."""
        partial, self._partial = self._partial, ""
        if partial:
            self._take(partial)
        return self._settled + self._splitter.parse(self._tail_segment("" if partial else "\n"))

    def _take(self, line: str) -> None:
        was_in_fence = self._finder.in_top_level_fence
        if self._finder.cut_before(line) and self._tail:
            self._settle()
        if not was_in_fence or not self._finder.in_top_level_fence:
            self._only_fence = self._finder.in_top_level_fence and not self._tail
        self._tail.append(line)

    def _settle(self) -> None:
        self._settled += self._splitter.parse(self._tail_segment("\n"))
        self._tail.clear()
        self._segment = Segment("", self._finder.ordinal, self._finder.continues_list)

    def _tail_segment(self, end: str, extra: str = "") -> Segment:
        text = "\n".join([*self._tail, extra]) if extra else "\n".join(self._tail) + end
        return Segment(text, self._segment.ordinal, self._segment.continues_list)

    def _parse_tail(self, partial: str) -> list[Block]:
        if self._only_fence and len(self._tail) > 1:
            info = self._tail[0].strip().lstrip("`~").split(maxsplit=1)
            lines = [*self._tail[1:], partial] if partial else self._tail[1:]
            return [Block(BlockKind.CODE, "\n".join(lines), info[0] if info else "")]
        return self._splitter.parse(self._tail_segment("", partial))
