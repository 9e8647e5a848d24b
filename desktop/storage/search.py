"""How text becomes words for full-text search, on the way in and on the way out.

FTS5's tokenizer finds words between spaces and punctuation. Scripts that write without spaces
(Chinese, Japanese, Thai, ...) would give one word per sentence, so a zero-width space, which is
punctuation to the tokenizer, goes between their characters: each is a word then, and a search for
several becomes a phrase.
"""

from __future__ import annotations

import re
import unicodedata

MATCH_START = "\x02"
MATCH_END = "\x03"
_BREAK = "\u200b"
_MAX_WORDS = 32
_MAX_QUERY = 1000

_UNSPACED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f"  # Myanmar
    "\u1780-\u17ff"  # Khmer
    "\u3040-\u30ff"  # Hiragana, Katakana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    "\uac00-\ud7af"  # Hangul: spaced, but its particles are glued on
    "\uff66-\uff9f"  # half-width Katakana
)
_BESIDE_UNSPACED = re.compile(f"(?<=[{_UNSPACED}])(?=.)|(?<=.)(?=[{_UNSPACED}])", re.DOTALL)
_HAS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_LETTER = rf"[^\W_{_UNSPACED}]"
_RUN = re.compile(f"[{_UNSPACED}]+|{_LETTER}+")
_NEVER = "(?!)"
_EXCERPT = 160  # characters
_BEFORE = 40
_UNPRINTABLE = str.maketrans({"\0": " ", MATCH_START: " ", MATCH_END: " "})


def search_words(text: str) -> str:
    """`text` as it is indexed. Called by SQLite inside triggers."""
    text = text.translate(_UNPRINTABLE)
    return _BESIDE_UNSPACED.sub(_BREAK, text) if _HAS_UNSPACED.search(text) else text


def match_expression(query: str) -> str:
    """An FTS5 expression that finds texts with every word of `query`, each as a prefix.

    Empty when `query` has no word. Each word is quoted, so none can be an operator.
    """
    words = query[:_MAX_QUERY].replace('"', " ").split()[:_MAX_WORDS]
    return " ".join(f'"{search_words(word)}"*' for word in words if any(map(str.isalnum, word)))


class Excerpts:
    """Excerpts for one query: a line of text around the first word found.

    (FTS5's own snippet() runs the whole search again for each message.)
    """

    def __init__(self, query: str) -> None:
        self._folding = _Folding()
        runs = _RUN.findall(self._fold(unicodedata.normalize("NFC", query[:_MAX_QUERY])))
        self._found = re.compile("|".join(map(_pattern_of, runs)) or _NEVER)

    def of(self, text: str) -> str:
        """About _EXCERPT characters, the words found between MATCH_START and MATCH_END."""
        text = text.translate(_UNPRINTABLE)
        folded = self._fold(text)
        first = self._found.search(folded)
        start, end = 0, len(text)
        if first and first.start() > _BEFORE:
            start = first.start() - _BEFORE
            start = max(start, text.find(" ", start, first.start()) + 1)
        if end > start + _EXCERPT:
            end = start + _EXCERPT
            gap = text.rfind(" ", first.end() if first else start, end)
            end = gap if gap > start else end
        pieces = ["…" if start else ""]
        position = start
        for found in self._found.finditer(folded, start, end):
            pieces += [
                text[position : found.start()],
                MATCH_START,
                text[found.start() : found.end()],
                MATCH_END,
            ]
            position = found.end()
        pieces += [text[position:end], "…" if end < len(text) else ""]
        return " ".join("".join(pieces).split())

    def _fold(self, text: str) -> str:
        return text.translate(self._folding)


class _Folding(dict[int, str]):
    """Letters without case and accents, one for one, so that places stay the same."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        decomposed = unicodedata.normalize("NFD", character)
        base = decomposed[0]
        if not all(map(unicodedata.combining, decomposed[1:])):  # Hangul falls apart into letters
            base = character
        folded = base.lower()
        self[code] = folded if len(folded) == 1 else character
        return self[code]


def _pattern_of(run: str) -> str:
    """A run of unspaced script is found anywhere, other words by their beginning."""
    if _HAS_UNSPACED.match(run):
        return re.escape(run)
    return f"(?<!{_LETTER}){re.escape(run)}{_LETTER}*"
