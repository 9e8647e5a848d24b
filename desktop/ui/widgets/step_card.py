"""A step of a page: a title over a card."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.ui.widgets.buttons import label


def step_card(title: str, part: QWidget) -> QWidget:
    """`part` in a card, under its title."""
    card = QFrame()
    card.setObjectName("group")
    inside = QVBoxLayout(card)
    inside.setContentsMargins(16, 12, 16, 12)
    inside.addWidget(part)
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 16, 0, 0)
    column.setSpacing(6)
    column.addWidget(label(title, "title"))
    column.addWidget(card)
    return box
