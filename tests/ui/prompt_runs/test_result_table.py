from __future__ import annotations

from desktop.ui.prompt_runs.result_table import ResultTable
from tests.helpers.prompt_runs_data import report


def test_the_heading_goes_on_beside_the_last_column(theme, icons, qtbot) -> None:
    theme.apply("dark")
    table = ResultTable(icons)
    qtbot.addWidget(table)
    theme.dress(table)
    table.set_report(report())
    header = table.horizontalHeader()
    table.resize(header.length() + 200, 300)
    table.show()
    picture = header.grab().toImage()
    between, beside = header.sectionSize(0) - 1, header.length() + 100
    assert picture.pixelColor(beside, 2) == picture.pixelColor(between, 2)
