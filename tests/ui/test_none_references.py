"""PySide6 6.12.0 lost a reference of None per call on Python 3.11 and aborted within minutes."""

import sys

from PySide6.QtWidgets import QWidget


def test_calls_do_not_eat_references_of_none(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for _ in range(200):
        widget.update()
    assert sys.getrefcount(None) > before - 50
