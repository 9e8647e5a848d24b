"""A table as tall as its rows."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from desktop.ui.itemmodels.text_table import TextRow, TextTableModel
from desktop.ui.widgets.text_table import TextTable


@pytest.fixture
def model(qapp) -> TextTableModel:
    return TextTableModel(("Name", "Text"))


def table_of(model: TextTableModel, qtbot, **more) -> TextTable:
    made = TextTable("Things", model, **more)
    qtbot.addWidget(made)
    made.resize(500, 100)
    made.show()
    return made


def rows(count: int, text: str = "x") -> list[TextRow]:
    return [TextRow((str(number), text)) for number in range(count)]


def test_it_grows_with_its_rows_up_to_the_most(model, theme, qtbot):
    table = table_of(model, qtbot, most=3)
    heights = []
    for count in (0, 1, 2, 3, 9):
        model.set_rows(rows(count))
        heights.append(table.height())
    assert heights == sorted(heights) and len(set(heights)) == 4 and heights[-1] == heights[-2]


def test_long_texts_do_not_push_the_others_away(model, theme, qtbot):
    table = table_of(model, qtbot, stretched=(0,))
    model.set_rows(rows(2, "long " * 100))
    assert table.columnWidth(1) < 400 and table.columnWidth(0) > 0
    model.set_rows(rows(2))
    assert table.columnWidth(0) + table.columnWidth(1) <= table.viewport().width()


def test_a_row_is_chosen_by_key_and_copied_with_all(model, theme, qtbot):
    table = table_of(model, qtbot)
    model.set_rows(rows(3))
    heard: list[int] = []
    table.chosen.connect(heard.append)
    assert table.chosen_row() == -1
    table.setFocus()
    table.selectRow(0)
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert heard == [0, 1] and table.chosen_row() == 1
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().splitlines()[0] == "Name\tText"
