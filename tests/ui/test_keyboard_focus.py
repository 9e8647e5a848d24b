import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.ui.theme import Theme
from desktop.ui.widgets.scroll_column import ScrollColumn


def activate(box: QWidget, qtbot) -> None:
    """Show it as the window that has the keyboard."""
    qtbot.addWidget(box)
    box.show()
    box.activateWindow()
    qtbot.waitUntil(box.isActiveWindow)


@pytest.fixture
def in_a_row(theme: Theme, qtbot):
    """Shows widgets side by side in a window that has the keyboard."""
    box = QWidget()
    row = QHBoxLayout(box)

    def show(*parts: QWidget) -> None:
        for part in parts:
            row.addWidget(part)
        activate(box, qtbot)

    return show


def test_only_the_keyboard_gets_a_focus_ring(in_a_row):
    buttons = [QPushButton("One"), QPushButton("Two")]
    in_a_row(*buttons)
    buttons[0].setFocus()
    QTest.keyClick(buttons[0], Qt.Key.Key_Tab)
    assert buttons[1].property("keyboardFocus")
    QTest.keyClick(buttons[1], Qt.Key.Key_Tab)
    assert not buttons[1].property("keyboardFocus")
    assert buttons[0].property("keyboardFocus")


@pytest.mark.parametrize("make", [QPushButton, QCheckBox])
def test_the_focus_ring_is_the_only_one(in_a_row, make):
    parts = [make("The same"), make("The same")]
    in_a_row(*parts)
    parts[0].setFocus()
    QTest.keyClick(parts[0], Qt.Key.Key_Tab)
    assert parts[1].property("keyboardFocus")
    within = parts[1].rect().adjusted(8, 2, -8, -2)  # of the corners, too, which are round
    plain, focused = (part.grab(within).toImage() for part in parts)
    assert focused == plain
    assert parts[0].grab().toImage() != parts[1].grab().toImage()


def test_what_gets_the_focus_from_outside_is_scrolled_into_view(theme: Theme, qtbot):
    box = QWidget()
    column = QVBoxLayout(box)
    before, page, last = QPushButton("Before"), ScrollColumn(), QPushButton("Last")
    tall = QWidget()
    tall.setFixedHeight(2000)
    page.column.addWidget(tall)
    page.column.addWidget(last)
    column.addWidget(before)
    column.addWidget(page)
    box.resize(300, 300)
    activate(box, qtbot)
    before.setFocus()
    assert last.visibleRegion().isEmpty()
    QTest.keyClick(before, Qt.Key.Key_Tab)
    assert last.hasFocus()
    assert last.visibleRegion().boundingRect() == last.rect()
