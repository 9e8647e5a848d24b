"""The part of an answer that a question was about: its last number, or the choice it made."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

_GROUP = "['’\u00a0\u2009\u202f]"  # between thousands: apostrophe, and spaces that do not break
# "10 - 7" ends with 7, "= -7" with -7; what is glued to a letter is a name, such as Q4.
_NUMBER = re.compile(
    r"(?:(?<![A-Za-z_\d.,)\]])-)?(?<![A-Za-z_\d])(?:"
    r"(?P<dotted>\d{1,3}(?:\.\d{3})+,\d+)"
    rf"|(?P<spaced>\d{{1,3}}(?:{_GROUP}\d{{3}})+(?!\d)(?:[.,]\d+)?)"
    r"|(?P<grouped>\d{1,3}(?:,\d{2,3})*,\d{3}(?!\d)(?:\.\d+)?)"
    r"|(?P<plain>\d+(?:[.,]\d+)?|\.\d+)"
    r")(?:[eE][+-]?\d+)?"
)
_MINUS = str.maketrans("\u2212\u2013\ufe63\uff0d", "----")

_STATED = re.compile(
    r"\b(?:answer|choice|option|solution)s?\b(?:\s+(?:is|was|would be|must be))?"
    r"[\s:=*_\"“'`(\[]*(?P<said>\w+)",
    re.IGNORECASE,
)
_LEAD = r"^[\s*_\"“'`(\[]*(?!\w\W+(?:or|and)\b)"  # naming two is no choice
_LABEL_FIRST = re.compile(_LEAD + r"(?P<said>\w)(?:[\s*_\"”'`]*$|[*_\"”'`]*[.):\],;*-]|\s*\n)")
_CAPITAL_FIRST = re.compile(_LEAD + r"(?P<said>[B-HJ-Z])\b")  # A and I are words, too
_BRACKETED = re.compile(r"[(\[](?P<said>\w)[)\]]")
_CAPITAL = re.compile(r"(?<![\w'’])(?P<said>[B-HJ-Z])(?![\w'’])")
_AROUND = " \t\n\r*_\"“”'`()[].,:;!?"


def last_number(text: str) -> Decimal | None:
    """The last number, or None.

    Read as English writes it: 1,000.5 has a group of thousands and a decimal point. A comma that
    is not followed by groups of digits is a decimal comma (3,14), and so is one after points
    (1.000,5); 1,000 alone is a thousand and 1.000 is one. Powers (1e6), digits of any script, the
    real minus sign, and apostrophes and unbreakable spaces between thousands are understood. A
    fraction is two numbers.
    """
    numbers = list(_NUMBER.finditer(unicodedata.normalize("NFC", text).translate(_MINUS)))
    if not numbers:
        return None
    found = numbers[-1]
    digits = found.group()
    if found["dotted"]:
        digits = digits.replace(".", "").replace(",", ".")
    elif found["grouped"]:
        digits = digits.replace(",", "")
    else:
        digits = re.sub(_GROUP, "", digits).replace(",", ".")
    try:
        return Decimal(digits)
    except InvalidOperation:  # a power that no machine can hold
        return None


def chosen(text: str, right: str) -> bool:
    """Whether an answer chose `right`, a label such as "B" or "(2)", or words such as "yes".

    An answer chooses by saying so ("The answer is B"; the last time counts), by beginning with it
    ("B) Paris"), or with a last line of nothing else. A label may also be the only one in brackets,
    or the only capital standing alone; "A" and "I" alone inside a sentence are words.
    """
    wanted = bare(right)
    if len(wanted) == 1:
        label = _label_in(text)
        return label is not None and bare(label) == wanted
    *_, last = text.strip().splitlines() or [""]
    folded = bare(text)
    stated = list(re.finditer(r"\b(?:answer|choice|option|solution)\b(?:\s+is)?\s*:?", folded))
    said = folded[stated[-1].end() :].strip(_AROUND) if stated else folded
    return bare(last) == wanted or re.match(re.escape(wanted) + r"(?!\w)", said) is not None


def bare(text: str) -> str:
    """Without case, and without the quotes, brackets and stops around."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip(_AROUND)


def _label_in(text: str) -> str | None:
    stated = [one["said"] for one in _STATED.finditer(text) if len(one["said"]) == 1]
    if stated:
        return stated[-1]
    *_, last = text.strip().splitlines() or [""]
    for pattern, where in ((_LABEL_FIRST, text), (_LABEL_FIRST, last), (_CAPITAL_FIRST, text)):
        found = pattern.match(where)
        if found:
            return found["said"]
    for pattern in (_BRACKETED, _CAPITAL):
        labels = {one["said"].casefold() for one in pattern.finditer(text)}
        if labels:
            return labels.pop() if len(labels) == 1 else None
    return None
