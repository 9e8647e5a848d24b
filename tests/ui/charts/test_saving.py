from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtGui import QImage

from desktop.domain.errors import EnvironmentFault
from desktop.ui.charts.bar_chart import Bar, BarChart
from desktop.ui.charts.saving import DENSITY, MARGIN, save_chart


@pytest.fixture
def chart(theme, qtbot) -> BarChart:
    made = BarChart("Sizes", "{:g}".format)
    made.set_bars((Bar("Q4_K_M", 5.0, "5", "It is 5."),))
    qtbot.addWidget(made)
    made.resize(400, made.sizeHint().height())
    return made


def test_a_picture_is_dense_and_has_a_margin_in_the_colours_of_now(chart, theme, tmp_path: Path):
    for mode in ("light", "dark"):
        theme.apply(mode)
        save_chart(chart, tmp_path / "a.png")
        image = QImage(str(tmp_path / "a.png"))
        assert image.width() == (400 + 2 * MARGIN) * DENSITY
        assert image.pixelColor(1, 1).name() == theme.colors.window
        assert len({image.pixel(x, image.height() // 2) for x in range(image.width())}) > 2


def test_a_drawing_is_svg_with_a_title_and_texts(chart, tmp_path: Path):
    save_chart(chart, tmp_path / "a.SVG")
    root = ET.parse(tmp_path / "a.SVG").getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("viewBox") == f"0 0 {400 + 2 * MARGIN} {chart.height() + 2 * MARGIN}"
    assert root.findtext("{http://www.w3.org/2000/svg}title") == "Sizes"
    assert "Q4_K_M" in "".join(root.itertext())


@pytest.mark.parametrize("name", ["a.png", "a.svg"])
@pytest.mark.filterwarnings("ignore")
def test_where_nothing_can_be_written_is_told(chart, tmp_path: Path, qtlog, name: str):
    with qtlog.disabled(), pytest.raises(EnvironmentFault, match=name):
        save_chart(chart, tmp_path / "not there" / name)
