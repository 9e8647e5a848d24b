from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt

from desktop.ui.next_token.token_text import TokenText
from tests.helpers.next_token_data import tokens


@pytest.fixture
def text(theme, qtbot) -> Iterator[TokenText]:
    made = TokenText()
    qtbot.addWidget(made)
    made.resize(420, 200)
    made.show()
    made.set_tokens(tokens(60), 3)
    yield made


def test_a_click_selects_a_token(text, qtbot):
    place = text.area(7).center().toPoint()
    with qtbot.waitSignal(text.selected) as told:
        qtbot.mouseClick(text.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told.args == [7] and text.current == 7


def test_the_arrow_keys_walk_and_stop_at_the_token_to_come(text, qtbot):
    heard: list[int] = []
    text.selected.connect(heard.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_Left):
        qtbot.keyClick(text, key)
    assert heard == [4, 3, 0]
    qtbot.keyClick(text, Qt.Key.Key_End)
    qtbot.keyClick(text, Qt.Key.Key_Right)
    assert text.current == 60
    assert text.accessibleDescription() == "What would come after the last token"


def test_up_and_down_go_to_the_line_above_and_below(text, qtbot):
    start = text.area(3)
    qtbot.keyClick(text, Qt.Key.Key_Down)
    below = text.area(text.current)
    assert below.top() > start.top() and below.left() <= start.right()
    qtbot.keyClick(text, Qt.Key.Key_Up)
    assert text.area(text.current).top() == start.top()


def test_a_token_that_is_gone_to_is_scrolled_to(text):
    text.select(59)
    assert text.viewport().rect().contains(text.area(59).toRect())
    text.select(0)
    assert text.viewport().rect().contains(text.area(0).toRect())


def test_words_say_how_likely_a_token_was(text):
    assert text.words(0) == "Token 1: \u2068␣the\u2069, probability 97.0000 %"
    assert "not kept" in text.words(13)
    text.set_probability(13, 0.5)
    assert "50.0000 %" in text.words(13)
    text.set_probability(60, 0.5)  # the token to come has none


def test_a_new_line_ends_its_line(text):
    assert text.area(3).top() > text.area(2).top()  # the third is one


def test_only_what_is_seen_is_painted(text, monkeypatch):
    text.set_tokens(tokens(20_000), 0)
    painted: list[int] = []
    monkeypatch.setattr(text, "_paint_one", lambda _painter, index: painted.append(index))
    text.grab()
    assert 0 < len(painted) < 200


def test_from_right_to_left_the_first_token_stands_at_the_right(text, qtbot):
    text.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert text.area(0).left() > text.area(1).left()
    qtbot.keyClick(text, Qt.Key.Key_Left)
    assert text.current == 4


def test_an_answer_of_no_tokens_is_shown(text):
    text.set_tokens((), 0)
    assert text.current == 0
    text.grab()
