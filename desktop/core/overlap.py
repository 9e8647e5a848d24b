"""How much of a reference an answer says: BLEU and ROUGE-L of one text against another.

Words are runs of letters, digits and marks, without case; punctuation marks count as words, and
so does each character of scripts that write no spaces.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Sequence

_ORDERS = 4
_WORD = (
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]\p{M}*"
    r"|[\p{L}\p{N}_][\p{L}\p{N}\p{M}_]*|[^\s\p{M}]\p{M}*"
)


def words_of(text: str) -> list[str]:
    """The words of a text."""
    import regex

    return regex.findall(_WORD, unicodedata.normalize("NFKC", text).casefold())


def bleu(answer: str, reference: str) -> float:
    """BLEU of one sentence, 0 to 1, of word groups 1 to 4 long, with the brevity penalty.

    Smoothed by adding one to the counts of groups longer than a word (Lin & Och 2004), so that a
    short answer without a group of four in common is not simply 0.
    """
    said, wanted = words_of(answer), words_of(reference)
    logs = []
    for order in range(1, _ORDERS + 1):
        groups = _groups(said, order)
        common = (groups & _groups(wanted, order)).total()
        added = order > 1
        if common + added == 0:
            return 0.0
        logs.append(math.log((common + added) / (groups.total() + added)))
    brevity = min(0.0, 1 - len(wanted) / len(said))
    return math.exp(math.fsum(logs) / _ORDERS + brevity)


def rouge_l(answer: str, reference: str) -> float:
    """F1 of the longest common subsequence of words, 0 to 1."""
    said, wanted = words_of(answer), words_of(reference)
    common = _longest_common(said, wanted)
    return 2 * common / (len(said) + len(wanted)) if common else 0.0


def _groups(words: Sequence[str], order: int) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(words[start:] for start in range(order)), strict=False))


def _longest_common(first: Sequence[str], second: Sequence[str]) -> int:
    """Length of the longest common subsequence, a row of bits at a time (Hyyrö 2004)."""
    places: dict[str, int] = {}
    for place, word in enumerate(first):
        places[word] = places.get(word, 0) | 1 << place
    all_ones = (1 << len(first)) - 1
    row = all_ones
    for word in second:
        hits = row & places.get(word, 0)
        row = (row + hits | row - hits) & all_ones
    return len(first) - row.bit_count()
