"""Lets the Tab key follow the eye, where parts are made after what stands behind them."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def tab_through(before: QWidget, content: QWidget) -> QWidget:
    """The Tab key goes from `before` into `content`; returns the last part it comes to."""
    for part in (content, *content.findChildren(QWidget)):
        # Boxes have parts of their own, and lists that open in windows of their own.
        inner = part.focusProxy() is not None or part.window() is not before.window()
        if part.focusPolicy() & Qt.FocusPolicy.TabFocus and not inner:
            QWidget.setTabOrder(before, part)
            before = part
    return before


def tab_before(anchor: QWidget, contents: Iterable[QWidget]) -> None:
    """The Tab key goes through `contents`, in this order, before it comes to `anchor`."""
    before = anchor
    for content in contents:
        before = tab_through(before, content)
    if before is not anchor:
        QWidget.setTabOrder(before, anchor)
