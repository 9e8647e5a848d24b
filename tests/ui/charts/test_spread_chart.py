from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from desktop.ui.charts.spread_chart import Spread, SpreadChart

ROWS = (
    Spread("near", 1e-4, 1e-3, 1e-2, "near is near."),
    Spread("far", 1e-2, 0.1, 1.0, "far is far.", chosen=True),
)


@pytest.fixture
def chart(theme, qtbot) -> SpreadChart:
    made = SpreadChart("Spread", "median, 90 %, 99 %", "{:g}".format)
    made.set_rows(ROWS)
    qtbot.addWidget(made)
    made.resize(500, made.sizeHint().height())
    made.show()
    return made


def reach(chart: SpreadChart, number: int) -> tuple[int, int]:
    """Where the drawn line begins and ends, beyond the names."""
    image = chart.grab().toImage()
    y = chart.area(number).center().toPoint().y()
    accent = chart.palette().accent().color()
    window = chart.palette().window().color()

    def inked(x: int) -> bool:
        colour = image.pixelColor(x, y)
        return abs(colour.red() - window.red()) > 60 and abs(colour.red() - accent.red()) < 160

    inside = [x for x in range(60, image.width()) if inked(x)]
    return inside[0], inside[-1]


def test_a_row_reaches_from_its_middle_to_its_top(chart):
    near, far = reach(chart, 0), reach(chart, 1)
    assert near[0] < far[0]
    assert near[1] < far[1]


def test_the_keyboard_tells_what_a_row_stands_for(chart, qtbot):
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    assert chart.accessibleDescription() == "near is near."
    qtbot.keyClick(chart, Qt.Key.Key_Down)
    assert chart.accessibleDescription() == "far is far."


def test_values_that_have_no_logarithm_are_drawn_at_the_end(chart):
    chart.set_rows((Spread("same", 0.0, 0.0, 0.0, "It is the same."), ROWS[1]))
    assert not chart.grab().isNull()


def test_more_rows_take_more_room(chart):
    before = chart.sizeHint().height()
    chart.set_rows((*ROWS, ROWS[0]))
    assert chart.sizeHint().height() > before


def test_nothing_to_draw_draws_nothing(chart):
    chart.set_rows(())
    assert not chart.grab().isNull()
