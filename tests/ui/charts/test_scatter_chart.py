from __future__ import annotations

import math

import pytest
from PySide6.QtCore import Qt

from desktop.ui.charts.bar_chart import Limit
from desktop.ui.charts.scatter_chart import Point, ScatterChart


def point(name: str, x: float, y: float, **more: object) -> Point:
    values: dict[str, object] = {"low": y / 2, "high": y * 2, "words": f"{name}: {x}, {y}."} | more
    return Point(name, x, y, **values)  # type: ignore[arg-type]


SMALL, MIDDLE, LARGE = point("small", 4, 0.1), point("middle", 5, 0.01), point("large", 8, 0.001)
WORSE = point("worse", 6, 0.05)


@pytest.fixture
def chart(theme, qtbot) -> ScatterChart:
    made = ScatterChart("Quality", "Size", "Distance", "{:g}".format, "{:g}".format)
    made.set_points((LARGE, SMALL, WORSE, MIDDLE))
    qtbot.addWidget(made)
    made.resize(600, made.sizeHint().height())
    made.show()
    return made


def centre(chart: ScatterChart, number: int):
    return chart.area(number).center()


def test_larger_is_farther_and_more_divergent_higher(chart):
    large, small, worse, middle = (centre(chart, number) for number in range(4))
    assert small.x() < middle.x() < worse.x() < large.x()
    assert small.y() < worse.y() < middle.y() < large.y()


def test_from_right_to_left_it_is_mirrored(chart):
    before = centre(chart, 0)
    chart.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    after = centre(chart, 0)
    assert after.x() == pytest.approx(chart.width() - before.x())
    assert after.y() == before.y()


def test_the_line_joins_what_no_other_beats_in_both(chart):
    assert chart.unbeaten() == (SMALL, MIDDLE, LARGE)


def test_a_limit_far_beyond_all_points_is_not_drawn(chart):
    for value, shown in ((7, True), (12, True), (40, False), (0, False), (-3, False)):
        chart.set_points((SMALL, LARGE), Limit(value, "memory"))
        assert chart.limit_shown is shown


def test_a_floor_far_below_all_points_is_not_drawn(chart):
    for value, shown in ((1e-2, True), (2e-5, True), (1e-6, False), (-1e-9, False)):
        chart.set_points((SMALL, LARGE), floor=Limit(value, "noise"))
        assert chart.floor_shown is shown


def test_all_points_stay_inside_whatever_their_values(chart):
    odd = (
        point("same as the base", 3, 0.0, low=0.0, high=0.0),
        point("below 0", 3.5, -1e-7, low=-1e-6, high=1e-6),
        point("one chunk", 4, 0.02, low=-math.inf, high=math.inf),
        point("huge", 9, 30.0),
    )
    chart.set_points(odd, Limit(9, "memory"), Limit(0.001, "noise"))
    for number in range(len(odd)):
        assert chart.rect().contains(centre(chart, number).toPoint())
    assert not chart.grab().isNull()


def test_a_single_point_is_drawn(chart):
    chart.set_points((MIDDLE,))
    assert chart.rect().contains(centre(chart, 0).toPoint())
    assert not chart.grab().isNull()


def test_the_keyboard_goes_from_point_to_point_and_tells_what_it_stands_for(chart, qtbot):
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert chart.accessibleDescription() == SMALL.words


def test_the_recommended_point_is_strong_and_the_unsuited_one_hollow(chart):
    def colours(**more: object) -> str:
        chart.set_points((point("m", 5, 0.01, **more),))
        image = chart.grab().toImage()
        place = centre(chart, 0).toPoint()
        return image.pixelColor(place).name()

    window, accent = (
        chart.palette().window().color().name(),
        chart.palette().accent().color().name(),
    )
    assert colours() == colours(chosen=True) == accent
    assert colours(faded=True) == window


def test_nothing_to_draw_draws_nothing(chart):
    chart.set_points(())
    assert chart.count() == 0
    assert not chart.grab().isNull()
