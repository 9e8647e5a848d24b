"""Rows of which each set replaces the one before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

RowT = TypeVar("RowT", bound=QWidget)


def replace_rows(
    column: QVBoxLayout, before: Sequence[QWidget], rows: Sequence[RowT]
) -> list[RowT]:
    """Put `rows` at the top of `column` instead of those that stood there `before`.

    Returns `rows`.
    """
    for row in before:
        column.removeWidget(row)
        row.hide()
        row.deleteLater()
    for place, row in enumerate(rows):
        column.insertWidget(place, row)
    return list(rows)
