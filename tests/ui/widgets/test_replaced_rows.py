"""Rows that replace others."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.ui.widgets.replaced_rows import replace_rows


def test_rows_stand_where_those_before_stood_and_what_is_below_stays(qtbot) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    column = QVBoxLayout(box)
    below = QLabel("below")
    column.addWidget(below)
    first = replace_rows(column, [], [QLabel("a"), QLabel("b")])
    box.show()
    second = replace_rows(column, first, [QLabel("c")])
    assert [column.itemAt(n).widget() for n in range(column.count())] == [*second, below]
    assert not any(row.isVisible() for row in first)
