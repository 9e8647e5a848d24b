"""Finding a text by a few of its letters."""

from __future__ import annotations

_WORD_START, _RUN, _LETTER, _SKIPPED = 8, 5, 1, -0.05
_WHOLE_WORDS, _WHOLE = 20, 4


def score(query: str, text: str) -> float | None:
    """How well `query` fits `text`, the higher the better; None when it does not.

    Every letter of the query must occur in order. Letters at the start of a word and letters that
    follow each other count more, and a text that holds the query in one piece more still.
    """
    wanted = "".join(query.casefold().split())
    folded = text.casefold()
    if not wanted:
        return 0.0
    total, position, previous = 0.0, 0, -2
    for letter in wanted:
        found = _best(letter, folded, position)
        if found < 0:
            return None
        if _starts_word(folded, found):
            total += _WORD_START
        elif found == previous + 1:
            total += _RUN
        else:
            total += _LETTER
        total += _SKIPPED * (found - position)
        previous, position = found, found + 1
    whole = folded.find(query.casefold().strip())
    if whole >= 0:
        total += _WHOLE_WORDS if _starts_word(folded, whole) else _WHOLE
    return total + _SKIPPED * (len(folded) - len(wanted)) / 4


def _best(letter: str, text: str, start: int) -> int:
    """The next place of `letter`; the start of a word is worth passing over another place for."""
    first = text.find(letter, start)
    if first < 0 or first == start or _starts_word(text, first):
        return first
    place = first
    while place >= 0 and not _starts_word(text, place):
        place = text.find(letter, place + 1)
    return place if place >= 0 else first


def _starts_word(text: str, place: int) -> bool:
    return place == 0 or not text[place - 1].isalnum()
