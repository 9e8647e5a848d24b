"""The grid of shares."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor

from desktop.ui.charts.heat_map import HeatCell, HeatMap
from desktop.ui.charts.saving import save_chart
from desktop.ui.colors import contrast


def cell(share: float | None) -> HeatCell:
    text = "" if share is None else f"{100 * share:.0f}"
    return HeatCell(share, text, f"Found {text or 'nothing known'}.")


SHARES = ((0.0, 0.5, 1.0), (1.0, None, 0.25))


@pytest.fixture
def chart(theme, qtbot) -> HeatMap:
    made = HeatMap("Found", "Depth", "Tokens")
    made.set_cells(
        ("0 %", "100 %"), ("512", "1,024", "2,048"), [[cell(s) for s in row] for row in SHARES]
    )
    qtbot.addWidget(made)
    made.resize(500, made.sizeHint().height())
    made.show()
    return made


def test_the_arrow_keys_go_in_their_direction_and_stop_at_the_edges(chart, qtbot):
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    key = Qt.Key
    for pressed, expected in (
        (key.Key_Up, 0), (key.Key_Left, 0), (key.Key_Right, 1), (key.Key_Down, 4),
        (key.Key_Down, 4), (key.Key_Right, 5), (key.Key_Right, 5), (key.Key_Up, 2),
        (key.Key_Home, 0), (key.Key_End, 5), (key.Key_Left, 4),
    ):  # fmt: skip
        qtbot.keyClick(chart, pressed)
        assert chart.looked_at == expected
        assert chart.accessibleDescription() == chart.words(expected)


def test_from_right_to_left_the_first_column_is_at_the_right(chart, qtbot):
    left = chart.area(0).center().x()
    chart.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert chart.area(0).center().x() > left
    chart.setFocus()
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    assert chart.looked_at == 1


def test_a_cell_is_activated_by_key_and_by_click(chart, qtbot):
    heard: list[int] = []
    chart.activated.connect(heard.append)
    chart.setFocus()
    qtbot.keyClick(chart, Qt.Key.Key_Down)
    qtbot.keyClick(chart, Qt.Key.Key_Return)
    qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart.area(2).center().toPoint())
    qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert heard == [3, 2]


def colour_in(chart: HeatMap, number: int) -> QColor:
    corner = chart.area(number).topLeft().toPoint() + QPoint(8, 8)
    return chart.grab().toImage().pixelColor(corner)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_more_is_nearer_to_the_accent_and_can_be_read(chart, theme, mode):
    theme.apply(mode)
    accent = chart.palette().accent().color()
    assert colour_in(chart, 2).name() == accent.name()
    assert colour_in(chart, 0).name() == chart.palette().alternateBase().color().name()
    for number in (0, 1, 2, 5):
        fill = chart._fill(chart.cells()[number])
        assert contrast(chart._ink(fill).name(), fill.name()) >= 4.0


def test_other_cells_take_the_place_of_the_old(chart, qtbot):
    chart.setFocus()
    qtbot.keyClick(chart, Qt.Key.Key_End)
    chart.set_cells(("50 %",), ("512",), [[cell(1.0)]])
    assert chart.count() == 1 and chart.looked_at == 0
    chart.set_cells((), (), [])
    assert chart.count() == 0
    qtbot.keyClick(chart, Qt.Key.Key_Down)
    chart.grab()


@pytest.mark.parametrize("name", ["a.png", "a.svg"])
def test_a_picture_is_saved(chart, tmp_path: Path, name: str):
    save_chart(chart, tmp_path / name)
    assert (tmp_path / name).stat().st_size > 500
