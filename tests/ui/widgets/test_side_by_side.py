"""Two parts beside each other, or above each other."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.ui.widgets.side_by_side import NARROW, SideBySide


@pytest.fixture
def sides(qtbot):
    first, second = QWidget(), QWidget()
    first.setMinimumWidth(200)
    second.setMinimumWidth(300)
    made = SideBySide(first, second)
    qtbot.addWidget(made)
    made.resize(2000, 400)
    made.show()
    return made


def test_both_parts_are_beside_each_other_where_there_is_room(sides):
    sides.set_second_visible(True)
    assert sides.orientation() is Qt.Orientation.Horizontal
    sides.resize(sides.fontMetrics().averageCharWidth() * NARROW - 1, 400)
    assert sides.orientation() is Qt.Orientation.Vertical


def test_it_gets_as_narrow_as_its_wider_part(sides):
    assert sides.minimumSizeHint().width() == 200
    sides.set_second_visible(True)
    assert sides.minimumSizeHint().width() == 300


def test_wide_parts_are_above_each_other_wherever_they_have_no_room_beside_each_other(sides):
    sides.widget(1).setMinimumWidth(1900)
    sides.set_second_visible(True)
    assert sides.orientation() is Qt.Orientation.Vertical
    sides.resize(2200, 400)
    assert sides.orientation() is Qt.Orientation.Horizontal
