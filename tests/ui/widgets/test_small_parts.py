"""Labels, columns, flowing rows and folded parts."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.widgets.buttons import ElidedLabel, action_button, icon_button, label, text_button
from desktop.ui.widgets.column import Column
from desktop.ui.widgets.disclosure import Disclosure
from desktop.ui.widgets.flow_layout import FlowLayout, FlowRow
from desktop.ui.widgets.scroll_column import ScrollColumn
from desktop.ui.widgets.scroll_page import ScrollPage


def test_an_elided_label_tells_the_rest_in_its_tool_tip(qtbot):
    label = ElidedLabel("A rather long sentence about very little")
    qtbot.addWidget(label)
    label.resize(1000, 20)
    label.show()
    assert label.toolTip() == ""
    label.resize(60, 20)
    assert label.toolTip() == label.text()
    assert label.minimumSizeHint().width() < label.sizeHint().width()


def test_a_name_without_a_place_to_break_makes_nothing_wide(qtbot):
    name = "a" * 200 + "-F16.gguf"
    made, word = label(f"“{name}” is damaged.", wrap=True), label("a" * 40)
    for one in (made, word):
        qtbot.addWidget(one)
    assert made.text() == f"“{name}” is damaged."
    assert made.minimumSizeHint().width() < word.minimumSizeHint().width()
    made.setText("short")
    assert made.text() == "short"


@pytest.mark.parametrize("direction", list(Qt.LayoutDirection)[:2])
def test_flowing_rows_go_on_in_the_next_line(qtbot, direction):
    box = QWidget()
    box.setLayoutDirection(direction)
    row = FlowLayout(box)
    parts = [QPushButton("Button") for _ in range(4)]
    for part in parts:
        row.addWidget(part)
    qtbot.addWidget(box)
    width = parts[0].sizeHint().width()
    box.resize(width * 2 + 10, 200)
    box.show()
    assert len({part.y() for part in parts}) == 2
    assert (parts[0].x() < parts[1].x()) == (direction is Qt.LayoutDirection.LeftToRight)
    assert row.heightForWidth(width * 5) < row.heightForWidth(width * 2 + 10)
    assert all(box.rect().contains(part.geometry()) for part in parts)
    row.takeAt(0)
    assert row.count() == 3
    assert row.takeAt(9) is None


def test_a_column_grows_with_the_text(qtbot, theme):
    box = QWidget()
    column = Column(400)
    QHBoxLayout(box).addWidget(column)
    qtbot.addWidget(box)
    box.show()
    before = column.maximumWidth()
    theme.apply(theme.mode, 2.0)
    assert column.maximumWidth() == pytest.approx(2 * before, rel=0.05)


@pytest.mark.parametrize("make", [ScrollColumn, ScrollPage])
def test_nothing_is_left_empty_below_what_scrolls(make, qtbot):
    page = make()
    qtbot.addWidget(page)
    box = QWidget()
    QHBoxLayout(box).addWidget(label("What stands here. " * 100, wrap=True))
    page.column.addWidget(box)
    page.resize(600, 100)
    page.show()
    content = page.widget()
    qtbot.waitUntil(lambda: content.height() == content.heightForWidth(content.width()))
    assert content.height() > page.height()


@pytest.mark.parametrize("make", [ScrollColumn, ScrollPage])
def test_what_scrolls_and_has_no_text_that_wraps_is_not_squeezed(make, qtbot):
    page = make()
    qtbot.addWidget(page)
    fields = [QLineEdit() for _number in range(30)]
    for field in fields:
        page.column.addWidget(field)
    page.resize(600, 100)
    page.show()
    wanted = fields[0].sizeHint().height()
    qtbot.waitUntil(lambda: {field.height() for field in fields} == {wanted})


def test_folded_content_is_made_once(icons, qtbot):
    made = []

    def make() -> QWidget:
        made.append(QLabel("Content"))
        return made[-1]

    part = Disclosure("More", icons, make)
    qtbot.addWidget(part)
    part.show()
    assert not part.is_open
    assert made == []
    part.button.click()
    part.button.click()
    assert not part.is_open
    part.button.click()
    assert part.is_open
    assert len(made) == 1


def test_content_that_is_there_already_belongs_to_its_heading_and_waits(icons, qtbot):
    content = QLabel("later")
    part = Disclosure("More", icons, content)
    qtbot.addWidget(part)
    part.show()
    assert content.window() is part  # else the garbage collector would delete it at any time
    assert not content.isVisible()
    part.button.click()
    assert content.isVisible()
    part.button.click()
    assert not content.isVisible()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_enter_presses_a_button_as_space_does(icons, qtbot, key):
    made = (text_button("Go on"), icon_button(icons, "x", "Close"))
    for button in made:
        qtbot.addWidget(button)
        with qtbot.waitSignal(button.clicked):
            qtbot.keyClick(button, key)


def test_a_held_enter_presses_a_button_once(qtbot):
    button = text_button("Next round")
    qtbot.addWidget(button)
    pressed: list[bool] = []
    button.clicked.connect(lambda checked: pressed.append(checked))
    plain = Qt.KeyboardModifier.NoModifier
    for repeated in (False, True, True):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, plain, "\r", repeated)
        QApplication.sendEvent(button, event)
    assert pressed == [False]


def test_buttons_say_what_they_do(icons, actions, qtbot):
    icon = icon_button(icons, "x", "Close")
    action = action_button(actions.action("toggle_sidebar"))
    for button in (icon, action):
        qtbot.addWidget(button)
        assert button.focusPolicy() == Qt.FocusPolicy.TabFocus
    assert (icon.accessibleName(), icon.toolTip()) == ("Close", "Close")
    assert action.accessibleName() == "Show sidebar"
    assert action.toolTip() == "Show sidebar (Ctrl+B)"


def test_a_splitter_cuts_no_line_of_a_row_that_flows(qtbot):
    row, below = FlowRow(), QListWidget()
    tools = [QPushButton(f"Tool {number}") for number in range(4)]
    for tool in tools:
        row.add(tool)
    above = QWidget()
    column = QVBoxLayout(above)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(row)
    column.addWidget(QListWidget(), 1)
    splitter = QSplitter(Qt.Orientation.Vertical)
    splitter.addWidget(above)
    splitter.addWidget(below)
    qtbot.addWidget(splitter)
    splitter.resize(tools[0].sizeHint().width() * 3, 400)
    splitter.show()
    splitter.setSizes([1, 400])
    qtbot.waitUntil(lambda: row.rect().contains(tools[-1].geometry()))
    assert tools[-1].y() > tools[0].y()
    tools[-1].hide()
    tools[-2].hide()
    qtbot.waitUntil(lambda: row.minimumHeight() == tools[0].height())
