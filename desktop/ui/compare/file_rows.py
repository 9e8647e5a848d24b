"""A list of files to choose from, of which each set replaces the one before."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout

from desktop.ui.compare.file_row import FileRow


def replace_rows(
    column: QVBoxLayout, before: Sequence[FileRow], rows: Sequence[FileRow]
) -> list[FileRow]:
    """Put `rows` into `column` instead of those that stood there `before`; returns them."""
    for row in before:
        column.removeWidget(row)
        row.hide()
        row.deleteLater()
    for row in rows:
        column.addWidget(row)
    return list(rows)
