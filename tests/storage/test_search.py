from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.storage.search import Excerpts, match_expression, search_words


@given(st.text(max_size=200))
def test_indexed_words_differ_from_the_text_by_breaks_only(text):
    plain = text.replace("\u200b", "")
    assert search_words(plain).replace("\u200b", "") == plain.translate({0: " ", 2: " ", 3: " "})


def test_expression_quotes_every_word():
    assert match_expression('a "b c') == '"a"* "b"* "c"*'
    assert match_expression("学习") == '"学\u200b习"*'
    assert match_expression("!? ...") == ""


@pytest.mark.parametrize(
    ("text", "query", "excerpt"),
    [
        ("a\n\n rye\t b", "rye", "a \x02rye\x03 b"),
        ("Müller und MULLERIN", "muller", "\x02Müller\x03 und \x02MULLERIN\x03"),
        ("cafe\u0301 noir", "café", "\x02cafe\x03\u0301 noir"),
        ("안녕하세요", "하세", "안녕\x02하세\x03요"),
        ("abc学习abc", "学习", "abc\x02学习\x03abc"),
        ("don't", "don't", "\x02don\x03'\x02t\x03"),
        ("İstanbul", "İst", "\x02İstanbul\x03"),
        ("a (b) c", "(b) [", "a (\x02b\x03) c"),
        ("nothing", "other", "nothing"),
        ("x" * 1000, "xx", "\x02" + "x" * 160 + "\x03…"),
        ("a " + "x" * 1000, "xx", "a \x02" + "x" * 158 + "\x03…"),
        ("学" * 1000, "学", None),
    ],
)
def test_excerpts(text, query, excerpt):
    made = Excerpts(query).of(text)
    assert made == excerpt or excerpt is None
    assert made.count("\x02") == made.count("\x03")


@given(st.text(max_size=400), st.text(max_size=30))
def test_excerpt_is_a_piece_of_the_text(text, query):
    made = Excerpts(query).of(text)
    plain = made.replace("\x02", "").replace("\x03", "").strip("…").strip()
    assert plain in " ".join(text.translate({0: " ", 2: " ", 3: " "}).split())
