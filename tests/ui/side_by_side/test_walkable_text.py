"""A text whose tokens can be walked and asked about."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.domain.side_by_side import token_spans
from desktop.ui.side_by_side.walkable_text import NONE, WalkableText
from tests.helpers.side_by_side_data import tokens

TEXT = "The 🌈 sky is\nblue"


@pytest.fixture
def view(qtbot) -> WalkableText:
    view = WalkableText("Answer")
    qtbot.addWidget(view)
    view.resize(400, 200)
    view.show()
    view.set_whole("", TEXT)
    view.set_tokens(token_spans(tokens(TEXT), TEXT), TEXT)
    return view


def shown(view: WalkableText) -> list[str]:
    return [view.text_of(index) for index in range(view.count)]


def test_tokens_stand_where_they_are_seen(view: WalkableText) -> None:
    assert shown(view) == ["The", " 🌈", " sky", " is\u2029blue"]
    assert [view.token_at(place) for place in (0, 3, 5, 6, 10, 18)] == [0, 1, 1, 2, 3, NONE]


def test_keys_walk_and_choose(view: WalkableText, qtbot) -> None:
    chosen = []
    view.chosen.connect(chosen.append)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Space):
        QTest.keyClick(view, key)
    assert (chosen, view.current) == ([1], 1)
    for key in (Qt.Key.Key_End, Qt.Key.Key_Right, Qt.Key.Key_Enter, Qt.Key.Key_Home):
        QTest.keyClick(view, key)
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert (view.current, chosen) == (0, [1, 3])


def test_from_right_to_left_the_arrow_keys_are_turned(view: WalkableText) -> None:
    view.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Right):
        QTest.keyClick(view, key)
    assert view.current == 0


def place_of(view: WalkableText, index: int) -> QPoint:
    cursor = view.textCursor()
    cursor.setPosition(view._spans[index][0] + 1)
    return view.cursorRect(cursor).center() + QPoint(3, 0)


def test_a_click_chooses_the_token_under_it(view: WalkableText) -> None:
    chosen = []
    view.chosen.connect(chosen.append)
    left = Qt.MouseButton.LeftButton
    QTest.mouseClick(view.viewport(), left, pos=place_of(view, 2))
    QTest.mouseClick(view.viewport(), left, pos=QPoint(390, 190))  # nothing is there
    assert chosen == [2] and view.current == 2


def test_the_token_under_the_pointer_is_shown(view: WalkableText) -> None:
    move = QMouseEvent(
        QMouseEvent.Type.MouseMove, QPointF(place_of(view, 0)), QPointF(),
        Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), move)
    assert view.viewport().cursor().shape() is Qt.CursorShape.PointingHandCursor
    assert [one.cursor.selectedText() for one in view.extraSelections()] == ["The"]


def test_marks_stand_out_and_may_be_the_end(view: WalkableText) -> None:
    view.set_marks({2, 4})
    assert [one.cursor.selectedText() for one in view.extraSelections()] == [" sky"]
    view.go_to(4)
    assert view.current == 3 and view.textCursor().atEnd()


def test_what_streams_in_is_not_written_again(view: WalkableText) -> None:
    view.begin()
    assert view.count == 0 and view.current == NONE
    view.add("hm ", quiet=True)
    view.add("so\r\n")
    document = view.document()
    before = document.characterCount()
    view.set_whole("hm ", "so\r\n")
    assert document.characterCount() == before
    view.set_whole("", "so")
    assert view.toPlainText() == "so"


def test_without_tokens_keys_do_nothing(qtbot) -> None:
    view = WalkableText("Answer")
    qtbot.addWidget(view)
    view.add("text")
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Return)
    view.go_to(0)
    assert view.current == NONE


def test_who_reads_the_end_goes_on_reading_it(qtbot) -> None:
    view = WalkableText("Answer")
    qtbot.addWidget(view)
    view.resize(200, 60)
    view.show()
    bar = view.verticalScrollBar()
    for _ in range(20):
        view.add("a line\n")
    assert bar.maximum() > 0 and bar.value() == bar.maximum()
    bar.setValue(0)
    view.add("a line\n")
    assert bar.value() == 0


def test_a_long_answer_needs_no_more_marks(qtbot) -> None:
    view = WalkableText("Answer")
    qtbot.addWidget(view)
    text = "word " * 20_000
    view.set_whole("", text)
    view.set_tokens(token_spans(tokens(text), text), text)
    view.set_marks({15_000})
    view.go_to(19_000)
    assert len(view.extraSelections()) == 2
    assert view.token_at(5 * 15_000) in (15_000, 15_001)


def test_colours_follow_the_theme(qtbot, theme) -> None:
    view = WalkableText("Answer")
    qtbot.addWidget(view)
    view.add("hm ", quiet=True)
    view.add("so")
    theme.apply("dark")
    cursor = view.textCursor()
    cursor.setPosition(2)
    quiet = QPalette.ColorRole.PlaceholderText
    qtbot.waitUntil(lambda: cursor.charFormat().foreground().color() == view.palette().color(quiet))
    cursor.setPosition(5)
    assert cursor.charFormat().foreground().style() is Qt.BrushStyle.NoBrush
