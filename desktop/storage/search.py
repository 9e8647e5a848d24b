"""How text becomes words for full-text search, on the way in and on the way out.

FTS5's tokenizer finds words between spaces and punctuation. Scripts that write without spaces
(Chinese, Japanese, Thai, ...) would give one word per sentence, so a zero-width space, which is
punctuation to the tokenizer, goes between their characters: each is a word then, and a search for
several becomes a phrase.
"""

from __future__ import annotations

import re

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


def readable_excerpt(snippet: str) -> str:
    """An FTS5 snippet as a person reads it: one line, without the breaks `search_words` put in."""
    return " ".join(snippet.replace(_BREAK, "").split())
