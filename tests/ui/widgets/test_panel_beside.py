"""A panel beside a page, or over a part of it."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desktop.ui.widgets.panel_beside import LEAST, PanelBeside

PANEL = 300


@pytest.fixture
def beside(qtbot) -> PanelBeside:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    page.top, page.over, page.below = QLineEdit("top"), QWidget(), QLineEdit("below")
    column.addWidget(page.top)
    column.addWidget(page.over, 1)
    column.addWidget(page.below)
    panel = QWidget()
    panel.setMinimumWidth(PANEL)
    panel.field = QLineEdit("field")
    QVBoxLayout(panel).addWidget(panel.field)
    made = PanelBeside(page)
    made.page, made.panel = page, panel
    made.add_panel(panel, over=page.over)
    qtbot.addWidget(made)
    made.resize(enough(made), 400)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def enough(beside: PanelBeside) -> int:
    return beside.fontMetrics().averageCharWidth() * LEAST + beside.handleWidth() + PANEL


def parted(beside: PanelBeside) -> bool:
    """Whether the page leaves the panel its room."""
    return beside.page.width() + beside.handleWidth() + PANEL == beside.width()


def test_the_panel_is_beside_the_page_where_there_is_room(beside, qtbot):
    assert beside.page.width() == beside.width()
    beside.panel.show()
    qtbot.waitUntil(lambda: parted(beside))
    assert not beside.is_over


@pytest.mark.parametrize(
    "direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft]
)
def test_it_covers_a_part_of_the_page_where_there_is_none(beside, direction, qtbot):
    beside.setLayoutDirection(direction)
    beside.panel.show()
    beside.resize(enough(beside) - 1, 400)
    assert beside.is_over

    def place() -> QRect:
        over = beside.page.over.geometry()
        mirrored = direction is Qt.LayoutDirection.RightToLeft
        left = over.left() if mirrored else over.right() + 1 - PANEL
        return QRect(left, over.top(), PANEL, over.height())

    qtbot.waitUntil(lambda: beside.page.width() == beside.page.over.width() == beside.width())
    qtbot.waitUntil(lambda: beside.panel.geometry() == place())
    assert beside.panel.isVisible()
    beside.resize(enough(beside), 400)
    assert not beside.is_over
    qtbot.waitUntil(lambda: parted(beside))
    assert beside.panel.isVisible()


def test_a_hidden_panel_stays_hidden_wherever_it_is(beside):
    beside.resize(enough(beside) - 1, 400)
    assert beside.is_over
    assert not beside.panel.isVisible()
    beside.resize(enough(beside), 400)
    assert not beside.panel.isVisible()


def test_it_gets_as_narrow_as_its_wider_part(beside, qtbot):
    beside.page.setMinimumWidth(250)
    assert beside.minimumSizeHint().width() == 250
    beside.panel.show()
    assert beside.minimumSizeHint().width() == PANEL
    beside.panel.setMinimumWidth(5000)  # a larger text, for example
    qtbot.waitUntil(lambda: beside.is_over)
    assert beside.minimumSizeHint().width() == 5000


def test_the_focus_stays_in_a_panel_that_moves(beside):
    beside.panel.show()
    beside.panel.field.setFocus()
    for width in (enough(beside) - 1, enough(beside)):
        beside.resize(width, 400)
        assert beside.focusWidget() is beside.panel.field
    beside.page.below.setFocus()
    beside.resize(enough(beside) - 1, 400)
    assert beside.focusWidget() is beside.page.below


def test_esc_leaves_a_panel_that_covers_something(beside, qtbot):
    beside.panel.show()
    with qtbot.assertNotEmitted(beside.escaped):
        QTest.keyClick(beside.panel.field, Qt.Key.Key_Escape)
    beside.resize(enough(beside) - 1, 400)
    with qtbot.assertNotEmitted(beside.escaped):
        beside.page.below.setFocus()
        QTest.keyClick(beside.page.below, Qt.Key.Key_Escape)
    beside.panel.field.setFocus()
    with qtbot.waitSignal(beside.escaped):
        QTest.keyClick(beside.panel.field, Qt.Key.Key_Escape)
