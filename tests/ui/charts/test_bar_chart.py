from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QColor

from desktop.ui.charts.bar_chart import Bar, BarChart, Limit


def bar(name: str, value: float, **more: float) -> Bar:
    return Bar(name, value, f"{value:g}", f"{name} is {value:g}.", **more)


BARS = (bar("small", 2), bar("middle", 5, chosen=True), bar("large", 10, faded=True))


@pytest.fixture
def chart(theme, qtbot) -> BarChart:
    made = BarChart("Sizes", lambda value: f"{value:g}")
    made.set_bars(BARS, Limit(6, "free"))
    qtbot.addWidget(made)
    made.resize(500, made.sizeHint().height())
    made.show()
    return made


def middle(chart: BarChart, number: int) -> QPoint:
    return chart.area(number).center().toPoint()


def colours(chart: BarChart, number: int) -> set[str]:
    image = chart.grab().toImage()
    y = middle(chart, number).y()
    return {image.pixelColor(x, y).name() for x in range(image.width())}


def test_the_arrow_keys_go_from_bar_to_bar_and_stop_at_the_ends(chart, qtbot):
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    assert chart.looked_at == 0
    for key, expected in (
        (Qt.Key.Key_Up, 0), (Qt.Key.Key_Down, 1), (Qt.Key.Key_Right, 2), (Qt.Key.Key_Down, 2),
        (Qt.Key.Key_Left, 1), (Qt.Key.Key_Home, 0), (Qt.Key.Key_End, 2),
    ):  # fmt: skip
        qtbot.keyClick(chart, key)
        assert chart.looked_at == expected
        assert chart.accessibleDescription() == BARS[expected].words


def test_from_right_to_left_the_left_arrow_goes_on(chart, qtbot):
    chart.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    chart.setFocus()
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    assert chart.looked_at == 1
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert chart.looked_at == 0


def test_a_bar_is_activated_by_key_and_by_click(chart, qtbot):
    heard: list[int] = []
    chart.activated.connect(heard.append)
    chart.setFocus()
    qtbot.keyClick(chart, Qt.Key.Key_Down)
    qtbot.keyClick(chart, Qt.Key.Key_Space)
    qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=middle(chart, 2))
    qtbot.mouseClick(chart, Qt.MouseButton.RightButton, pos=middle(chart, 0))
    qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=QPoint(5, chart.height() - 2))
    assert heard == [1, 2]


def test_the_pointer_goes_before_the_keyboard(chart, qtbot):
    chart.setFocus()
    qtbot.mouseMove(chart, middle(chart, 2))
    qtbot.waitUntil(lambda: chart.looked_at == 2)
    qtbot.mouseMove(chart, QPoint(5, chart.height() - 2))
    qtbot.waitUntil(lambda: chart.looked_at == 0)


def test_other_keys_are_left_to_the_window(chart, qtbot):
    chart.setFocus()
    qtbot.keyClick(chart, Qt.Key.Key_A)
    assert chart.looked_at == 0


def test_fewer_bars_leave_the_keyboard_on_one_that_is_there(chart, qtbot):
    chart.setFocus()
    qtbot.keyClick(chart, Qt.Key.Key_End)
    chart.set_bars(BARS[:1])
    assert chart.looked_at == 0
    assert chart.accessibleDescription() == BARS[0].words
    chart.set_bars(())
    qtbot.keyClick(chart, Qt.Key.Key_Down)
    assert chart.accessibleDescription() == ""


def test_a_screen_reader_hears_name_and_bar(chart):
    chart.setFocus()
    interface = QAccessible.queryAccessibleInterface(chart)
    assert interface.text(QAccessible.Text.Name) == "Sizes"
    assert interface.text(QAccessible.Text.Description) == BARS[0].words


def test_a_limit_far_beyond_every_bar_is_not_drawn(chart):
    assert chart.limit_shown
    with_limit = chart.sizeHint().height()
    chart.set_bars(BARS, Limit(100, "free"))
    assert not chart.limit_shown
    assert chart.sizeHint().height() < with_limit


def test_what_reaches_beyond_the_limit_is_marked(chart, theme):
    error, accent = theme.colors.error, theme.colors.accent
    assert error not in colours(chart, 1)
    assert accent in colours(chart, 1)
    assert error in colours(chart, 2)


def test_a_chosen_bar_is_strong_and_a_faded_one_has_no_accent(chart, theme):
    chart.set_bars(BARS)
    accent = QColor(theme.colors.accent)
    assert accent.name() not in colours(chart, 0)
    assert accent.name() in colours(chart, 1)
    reds = {QColor(name).red() for name in colours(chart, 2)}
    assert accent.red() not in reds


def test_the_colours_follow_the_palette(chart, theme):
    theme.apply("dark")
    assert theme.colors.accent in colours(chart, 1)


@pytest.mark.parametrize("direction", list(Qt.LayoutDirection)[:2])
def test_a_longer_bar_is_longer_in_both_directions(chart, theme, direction):
    chart.setLayoutDirection(direction)
    chart.set_bars([bar("a", 5, chosen=True), bar("b", 10, chosen=True)])
    image = chart.grab().toImage()

    def length(number: int) -> int:
        y = middle(chart, number).y()
        accent = theme.colors.accent
        return sum(image.pixelColor(x, y).name() == accent for x in range(image.width()))

    assert length(1) == pytest.approx(2 * length(0), abs=6)


def test_a_line_to_reach_hatches_nothing(chart):
    error = chart.palette().brightText().color().name()
    assert error in colours(chart, 2)
    chart.set_bars(BARS, Limit(6, "wanted", to_reach=True))
    assert error not in colours(chart, 2)


def test_an_interval_is_drawn_across_the_end_of_its_bar(chart):
    def dark() -> int:
        image, y = chart.grab().toImage(), middle(chart, 0).y()
        pixels = [image.pixelColor(x, y + d) for x in range(image.width()) for d in (-1, 0, 1)]
        return sum(pixel.lightness() < 120 for pixel in pixels)

    chart.set_bars((bar("", 10),))
    before = dark()
    chart.set_bars((bar("", 10, reach=2.0),))
    assert dark() > before + 20
