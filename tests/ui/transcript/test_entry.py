"""Text that must not reach a text widget as it is."""

from __future__ import annotations

from desktop.ui.transcript.entry import clean


def test_unsafe_characters_are_replaced():
    assert clean("a\0b") == "a\ufffdb"
    assert clean("é\0\ud800\udfff\ufdd2\ufffc") == "é" + "\ufffd" * 5
    assert clean("a\r\nb\rc") == "a\nb\nc"


def test_ordinary_text_is_left_alone():
    text = "Ünïcödé 😀 مرحبا\n\tx"
    assert clean(text) is text or clean(text) == text
