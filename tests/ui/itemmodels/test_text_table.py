"""A table of texts."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtTest import QAbstractItemModelTester

from desktop.ui.itemmodels.text_table import RowsOnDemand, TextRow, TextTableModel

ROWS = (TextRow(("a", "1"), tip="the first"), TextRow(("b\nc", "2"), wrong=True))


@pytest.fixture
def model(qapp) -> TextTableModel:
    made = TextTableModel(("Name", "Count"), numbers=(1,))
    made.set_rows(ROWS)
    return made


def test_it_keeps_the_rules_of_models(model):
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_rows(ROWS[:1])
    model.set_table(("One",), [TextRow(("x",))])
    model.set_rows(())


def test_texts_tips_sides_and_colours(model, theme):
    role = Qt.ItemDataRole
    assert model.data(model.index(0, 1)) == "1"
    assert model.data(model.index(0, 0), role.ToolTipRole) == "the first"
    assert model.data(model.index(1, 0), role.ToolTipRole) is None
    side = model.data(model.index(0, 1), role.TextAlignmentRole)
    assert side & Qt.AlignmentFlag.AlignTrailing
    wrong = model.data(model.index(1, 0), role.ForegroundRole)
    assert QColor(wrong) == QGuiApplication.palette().color(QPalette.ColorRole.BrightText)
    assert model.data(model.index(0, 0), role.ForegroundRole) is None
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Count"
    assert model.headerData(0, Qt.Orientation.Vertical) is None


def test_as_many_rows_change_in_place_and_others_reset(model, qtbot):
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        model.set_rows((ROWS[1], ROWS[0]))
    with qtbot.assertNotEmitted(model.dataChanged):
        model.set_rows((ROWS[1], ROWS[0]))
    with qtbot.waitSignal(model.modelReset):
        model.set_rows(ROWS[:1])
    with qtbot.waitSignal(model.modelReset):
        model.set_table(("Other",), [TextRow(("x",))])
    assert model.columnCount() == 1 and list(model.rows()) == [TextRow(("x",))]


def test_as_text_a_row_is_a_line(model):
    assert model.as_text() == "Name\tCount\na\t1\nb c\t2"


def test_rows_on_demand_are_made_only_when_looked_at(model, qtbot):
    made: list[int] = []

    def make(number: int) -> TextRow:
        made.append(number)
        return TextRow((str(number), "x"))

    rows = RowsOnDemand(1000, make)
    model.set_rows(rows)
    assert model.rowCount() == 1000 and made == []
    assert model.data(model.index(7, 0)) == "7" and made == [7]
    assert [row.cells[0] for row in rows[-2:]] == ["998", "999"]
    with qtbot.waitSignal(model.dataChanged) as told:
        model.tell_row(3)
    assert (told.args[0].row(), told.args[1].row(), told.args[1].column()) == (3, 3, 1)
    assert len(model.as_text().splitlines()) == 1001
