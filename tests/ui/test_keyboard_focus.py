import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.ui.theme import Theme
from desktop.ui.widgets.scroll_column import ScrollColumn


def test_only_the_keyboard_gets_a_focus_ring(theme: Theme, qtbot):
    box = QWidget()
    row = QHBoxLayout(box)
    buttons = [QPushButton("One"), QPushButton("Two")]
    for button in buttons:
        row.addWidget(button)
    qtbot.addWidget(box)
    box.show()
    box.activateWindow()
    qtbot.waitUntil(box.isActiveWindow)
    buttons[0].setFocus()
    QTest.keyClick(buttons[0], Qt.Key.Key_Tab)
    assert buttons[1].property("keyboardFocus")
    QTest.keyClick(buttons[1], Qt.Key.Key_Tab)
    assert not buttons[1].property("keyboardFocus")
    assert buttons[0].property("keyboardFocus")


@pytest.mark.parametrize("make", [QPushButton, QCheckBox])
def test_the_focus_ring_is_the_only_one(theme: Theme, qtbot, make):
    box = QWidget()
    row = QHBoxLayout(box)
    parts = [make("The same"), make("The same")]
    for part in parts:
        row.addWidget(part)
    qtbot.addWidget(box)
    box.show()
    box.activateWindow()
    qtbot.waitUntil(box.isActiveWindow)
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
    qtbot.addWidget(box)
    box.resize(300, 300)
    box.show()
    box.activateWindow()
    qtbot.waitUntil(box.isActiveWindow)
    before.setFocus()
    assert last.visibleRegion().isEmpty()
    QTest.keyClick(before, Qt.Key.Key_Tab)
    assert last.hasFocus()
    assert last.visibleRegion().boundingRect() == last.rect()
