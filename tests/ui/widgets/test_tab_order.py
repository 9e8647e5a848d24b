from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QPushButton, QSpinBox, QVBoxLayout, QWidget

from desktop.ui.widgets.tab_order import tab_before, tab_through


def order_of(window: QWidget) -> list[QWidget]:
    """What the Tab key comes to, in order."""
    found, part = [], window.nextInFocusChain()
    while part is not window:
        if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.focusProxy() is None:
            found.append(part)
        part = part.nextInFocusChain()
    return found


def box_of(*parts: QWidget) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    for part in parts:
        column.addWidget(part)
    return box


def test_what_was_made_late_is_come_to_where_it_stands(qtbot):
    first, last = QPushButton("first"), QPushButton("last")
    window = box_of(first, last)
    qtbot.addWidget(window)
    one, number, choice = QPushButton("one"), QSpinBox(), QComboBox()
    late = box_of(one, number, choice)
    window.layout().insertWidget(1, late)
    assert order_of(window)[:2] == [first, last]
    assert tab_through(first, late) is choice
    assert order_of(window) == [first, one, number, choice, last]


def test_rows_come_before_their_anchor_in_the_order_told_however_often(qtbot):
    before, anchor, after = QPushButton("before"), QPushButton("anchor"), QPushButton("after")
    window = box_of(before, anchor, after)
    qtbot.addWidget(window)
    tab_before(anchor, [])
    assert order_of(window) == [before, anchor, after]
    rows = [box_of(QPushButton(f"{n}")) for n in range(3)]
    for row in rows:
        window.layout().addWidget(row)
    buttons = [row.findChild(QPushButton) for row in rows]
    for _ in range(2):
        tab_before(anchor, rows)
        assert order_of(window) == [before, *buttons, anchor, after]
    tab_before(anchor, rows[::-1])
    assert order_of(window) == [before, *buttons[::-1], anchor, after]
