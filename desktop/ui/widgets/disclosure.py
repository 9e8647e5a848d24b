"""A heading that folds its content out."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import text_button
from desktop.ui.widgets.tab_order import tab_through


class Disclosure(QWidget):
    """`content` is there already, or is made on first opening, which keeps a panel of many fields
    quick.

    Signals:
        toggled: whether it is open now.
    """

    toggled = Signal(bool)

    def __init__(self, title: str, icons: Icons, content: QWidget | Callable[[], QWidget]) -> None:
        super().__init__()
        self._content: QWidget | None = None
        if isinstance(content, QWidget):
            # Without a parent Python's garbage collector would delete it, at a time when Qt may be
            # going through all widgets.
            content.setParent(self)
            content.hide()
            self._make: Callable[[], QWidget] = lambda: content
        else:
            self._make = content
        role = QPalette.ColorRole.PlaceholderText
        self._closed_icon = icons.icon("chevron-right", role)
        self._open_icon = icons.icon("chevron-down", role)
        self.button = text_button(title, "row")
        self.button.setIcon(self._closed_icon)
        self.button.setAccessibleDescription(self.tr("Shows or hides more"))
        self.button.clicked.connect(lambda: self.set_open(not self.is_open))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self.button)

    @property
    def is_open(self) -> bool:
        return self._content is not None and self._content.isVisibleTo(self)

    def set_open(self, opened: bool) -> None:
        if opened and self._content is None:
            self._content = self._make()
            self._column.addWidget(self._content)
            tab_through(self.button, self._content)
        if self._content is not None:
            self._content.setVisible(opened)
        self.button.setIcon(self._open_icon if opened else self._closed_icon)
        self.toggled.emit(opened)
