from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette

from desktop.ui.next_token.candidate_chart import CandidateChart
from desktop.ui.next_token.picture import picture_of
from tests.helpers.next_token_data import choice


@pytest.fixture
def chart(theme, qtbot) -> CandidateChart:
    made = CandidateChart("Candidates")
    made.set_picture(picture_of(choice(), "", 8))
    qtbot.addWidget(made)
    made.resize(400, made.sizeHint().height())
    made.show()
    return made


def length(chart: CandidateChart, number: int) -> int:
    """How many pixels in the middle of a row have the colour of what is left."""
    image = chart.grab().toImage()
    y = chart.area(number).center().toPoint().y()
    accent = chart.palette().color(QPalette.ColorRole.Accent).rgb()
    return sum(image.pixelColor(x, y).rgb() == accent for x in range(image.width()))


def test_bars_are_as_long_as_what_is_left(chart):
    first, second, third = (length(chart, number) for number in range(3))
    assert first > second > third > 0
    assert second / first == pytest.approx(0.22 / 0.65, abs=0.05)
    assert length(chart, 3) == 0  # it is gone


def test_rows_below_a_cut_move_down_for_its_line(chart):
    assert chart.area(3).top() - chart.area(2).bottom() > 5
    assert chart.area(2).top() == pytest.approx(chart.area(1).bottom())


def test_a_moved_cut_does_not_change_the_height(chart):
    height = chart.sizeHint().height()
    chart.set_picture(picture_of(choice(), "", 8))
    assert chart.sizeHint().height() == height


def test_the_arrow_keys_tell_each_candidate(chart, qtbot):
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(chart, Qt.Key.Key_Down)
    told = chart.accessibleDescription()
    assert "␣a" in told and "20.0000 %" in told and "22.0000 %" in told and "chosen" in told
    qtbot.keyClick(chart, Qt.Key.Key_End)
    assert "cannot be chosen any more" in chart.accessibleDescription()


@pytest.mark.parametrize("width", [160, 400, 900])
def test_it_is_painted_at_any_width_and_from_right_to_left(chart, width):
    chart.resize(width, chart.height())
    left = chart.grab().toImage()
    chart.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert chart.grab().toImage() != left


def test_nothing_is_painted_of_nothing(theme, qtbot):
    chart = CandidateChart("Candidates")
    qtbot.addWidget(chart)
    chart.show()
    assert chart.count() == 0
