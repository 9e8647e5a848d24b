"""Finding the places where Markdown can be cut without changing what either half means.

Everything rests on this: a finished answer is parsed piece by piece as it comes into view, and a
streamed one is parsed once per piece, only the piece after the last cut being parsed again.
"""

import re
from dataclasses import dataclass

from desktop.ui.transcript.math_source import FORMULA_MARKS

_FENCE = re.compile(r"(?P<marker>`{3,}(?=[^`]*$)|~{3,})")
_ITEM = re.compile(r"(?P<lead>(?:[-+*]|(?P<number>\d{1,9})(?P<delimiter>[.)])))(?:[ \t]+(?=\S)|$)")
_RULE = re.compile(r"([-_*])[ \t]*(?:\1[ \t]*){2,}$")
_HEADING = re.compile(r"#{1,6}(?:[ \t]|$)")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of Markdown that can be parsed on its own."""

    text: str
    ordinal: int | None = None
    """The number its first list item really has, where a list goes on from the segment before."""
    continues_list: bool = False


class CutFinder:
    """Reads lines and says before which of them a cut is safe.

    It never needs to be complete, only right: where it cannot be sure (a list inside a list
    holding a fence that is not closed properly) it makes no cut.
    """

    def __init__(self) -> None:
        self._fence = ""
        self._fence_indent = 0
        self._nested = False
        self._in_list = False
        self._offset = 0
        self._in_text = False
        self._kind = ""
        self._next = 0
        self._counting = True
        self._fresh = True
        self._blank = False
        self._unsure = False
        self._formula = ""
        self._formula_holds_more = False
        self._formula_is_item = False
        self._formula_indent = 0
        self.ordinal: int | None = None
        self.continues_list = False

    @property
    def in_top_level_fence(self) -> bool:
        """Whether the text read so far ends inside a fence that no list holds."""
        return bool(self._fence) and not self._nested

    def cut_before(self, line: str) -> bool:
        """Read the next line (without its line end); whether a cut before it is safe.

        After a true answer `ordinal` and `continues_list` describe the segment it opens.
        """
        if self._unsure:
            return False
        stripped = line.strip()
        if not stripped:
            self._blank = True
            self._leave_formula(closed=False)
            return False
        indent = len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip(" "))
        if self._fence and self._stays_in_fence(stripped, indent):
            self._blank = False
            return False
        if self._formula:
            self._follow_formula(stripped, indent)
            return False
        cut = self._read(stripped, indent)
        self._blank = False
        self._open_formula(stripped, indent)
        return cut

    def _open_formula(self, stripped: str, indent: int) -> None:
        """Take note of a line that opens a formula: what follows may not be what it seems."""
        item = self._item(stripped)
        body = stripped[item.end() :] if item else stripped
        closer = FORMULA_MARKS.get(body[:2], "")
        if closer and not self._fence and closer not in body[2:]:
            self._formula = closer
            self._formula_is_item = self._in_list and (bool(item) or indent >= self._offset)
            self._formula_indent = self._offset if self._formula_is_item else indent

    def _follow_formula(self, stripped: str, indent: int) -> None:
        outside = self._in_list and indent < self._formula_indent
        self._unsure = "```" in stripped or "~~~" in stripped or outside
        self._formula_holds_more = self._formula_holds_more or not _is_text(stripped)
        if self._formula in stripped:
            self._leave_formula(closed=stripped.rstrip(".,;").endswith(self._formula))

    def _leave_formula(self, *, closed: bool) -> None:
        """A formula that was none after all may have held more than text."""
        self._unsure = self._unsure or (not closed and self._formula_holds_more)
        if closed and not self._formula_is_item:
            self._in_list, self._fresh = False, True
        self._formula, self._formula_holds_more = "", False

    def _stays_in_fence(self, stripped: str, indent: int) -> bool:
        """Follow a line inside a fence; false if the list item that holds it ended before it."""
        if self._nested and indent < self._offset:
            self._fence = ""
            self._in_list = bool(self._item(stripped))  # there is no paragraph to go on with
            return False
        if self._nested and indent < self._fence_indent:
            self._unsure = True
        closes = stripped.startswith(self._fence) and not stripped.strip(self._fence[0])
        if closes and (self._nested or indent <= 3):
            self._fence = ""
            self._fresh = not self._nested
        return True

    def _read(self, stripped: str, indent: int) -> bool:
        after_blank, fresh = self._blank, self._fresh
        self._fresh = False
        if self._in_list and indent < self._offset:
            sibling = self._item(stripped)
            if sibling and (after_blank or indent == 0):
                return self._next_item(sibling, indent)
            if not sibling and (after_blank or self._ends_list(stripped)):
                self._in_list = False
        if self._in_list:
            self._read_inside_list(stripped, indent, after_blank=after_blank)
            return False
        in_text, self._in_text = self._in_text and not after_blank, False
        if indent >= 4:
            self._in_text = in_text
            return False
        opens_list = self._item(stripped)
        if opens_list and (after_blank or fresh or self._interrupts(opens_list)):
            self._open_list(opens_list, indent)
        elif opens_list:
            self._unsure = not in_text  # after anything but a paragraph it may open a list
            self._in_text = in_text
            return False
        elif fence := _FENCE.match(stripped):
            self._open_fence(fence["marker"], indent, nested=False)
            return self._cut() if indent == 0 else False
        elif indent == 0 and _HEADING.match(stripped):
            self._fresh = True
            return self._cut()
        else:
            self._in_text = _is_text(stripped)
        return self._cut() if indent == 0 and (after_blank or fresh) else False

    def _read_inside_list(self, stripped: str, indent: int, *, after_blank: bool) -> None:
        item = self._item(stripped)
        if item and indent < self._offset:
            self._count(item, indent)
        elif indent < self._offset and not self._in_text:
            self._unsure = True  # not a paragraph's next line: the list may have ended here
        rest = stripped[item.end() :] if item else stripped
        goes_on = self._in_text and not after_blank
        self._in_text = _is_text(rest) and (goes_on or indent < self._offset + 4)
        if fence := _FENCE.match(rest):
            if item and indent < self._offset:
                self._unsure = True  # the first line of an item opens it: its indent is a guess
            self._open_fence(fence["marker"], indent, nested=True)

    def _open_fence(self, marker: str, indent: int, *, nested: bool) -> None:
        self._fence, self._fence_indent, self._nested = marker, indent, nested

    @staticmethod
    def _item(stripped: str) -> re.Match[str] | None:
        return None if _RULE.match(stripped) else _ITEM.match(stripped)

    @staticmethod
    def _ends_list(stripped: str) -> bool:
        """Whether a line not set in ends a list even without a blank line before it."""
        return bool(
            _HEADING.match(stripped)
            or _FENCE.match(stripped)
            or _RULE.match(stripped)
            or stripped.startswith(">")
            or _is_formula(stripped)
        )

    @staticmethod
    def _interrupts(item: re.Match[str]) -> bool:
        """Whether a list item may follow a paragraph without a blank line."""
        return item.end() < len(item.string) and item["number"] in (None, "1")

    def _open_list(self, item: re.Match[str], indent: int) -> None:
        self._in_list, self._kind, self._counting = True, "", indent == 0
        self._count(item, indent)
        if _FENCE.match(item.string[item.end() :]):
            self._unsure = True

    def _count(self, item: re.Match[str], indent: int) -> None:
        kind = item["delimiter"] or item["lead"]
        if kind != self._kind:
            self._kind = kind
            self._next = int(item["number"] or 0)
        self._next += 1
        self._offset = indent + max(item.end(), len(item["lead"]) + 1)
        self._unsure = self._unsure or item.end() == len(item.string)  # what may an empty one hold?
        code = item.end() - len(item["lead"]) > 4
        self._in_text = not code and _is_text(item.string[item.end() :])
        self._counting = self._counting and indent == 0

    def _next_item(self, item: re.Match[str], indent: int) -> bool:
        same = (item["delimiter"] or item["lead"]) == self._kind
        ordinal = self._next if same and item["number"] else None
        self._count(item, indent)
        if _FENCE.match(item.string[item.end() :]):
            self._unsure = True
        if not self._counting:
            return False
        self.ordinal, self.continues_list = ordinal, same
        return True

    def _cut(self) -> bool:
        self._in_list = False if self._fence else self._in_list
        self.ordinal, self.continues_list = None, False
        return True


def _is_formula(stripped: str) -> bool:
    """Whether a line is a formula of its own, closed at its end."""
    closer = FORMULA_MARKS.get(stripped[:2])
    body = stripped[2:].rstrip(".,;")
    return closer is not None and body.endswith(closer) and closer not in body[: -len(closer)]


def _is_text(stripped: str) -> bool:
    """Whether a line is surely part of a paragraph."""
    return bool(stripped) and not (
        "|" in stripped
        or stripped[0] in "#>~="
        or stripped.startswith(("```", *FORMULA_MARKS))
        or _RULE.match(stripped)
        or _ITEM.match(stripped)
        or not stripped.strip("-")
    )


def cut(markdown: str, *, minimum: int = 0) -> list[Segment]:
    """`markdown` as segments of at least `minimum` characters where cuts allow it."""
    finder = CutFinder()
    segments: list[Segment] = []
    start = position = 0
    ordinal: int | None = None
    continues = False
    for line in markdown.splitlines(keepends=True):
        if finder.cut_before(line.rstrip("\n")) and position - start > minimum:
            segments.append(Segment(markdown[start:position], ordinal, continues))
            start, ordinal, continues = position, finder.ordinal, finder.continues_list
        position += len(line)
    if start < len(markdown):
        segments.append(Segment(markdown[start:], ordinal, continues))
    return segments
