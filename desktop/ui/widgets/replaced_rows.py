"""Rows that come and go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from PySide6.QtWidgets import QBoxLayout, QLayout, QWidget

RowT = TypeVar("RowT", bound=QWidget)


def remove_rows(layout: QLayout, rows: Iterable[QWidget]) -> None:
    """Take `rows` out of `layout` for good."""
    for row in rows:
        layout.removeWidget(row)
        row.hide()
        row.deleteLater()


def replace_rows(
    layout: QBoxLayout, before: Iterable[QWidget], rows: Sequence[RowT], place: int = 0
) -> list[RowT]:
    """Put `rows` into `layout` from `place` on, instead of those that stood there `before`.

    Returns `rows`.
    """
    remove_rows(layout, before)
    for number, row in enumerate(rows, place):
        layout.insertWidget(number, row)
    return list(rows)
