"""A page of steps, with what pressing its button will do below them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.widgets.action_bar import ActionBar
from desktop.ui.widgets.buttons import label
from desktop.ui.widgets.scroll_page import ScrollPage


class StepsPage(QWidget):
    """`introduce` comes before the steps, `finish` after them.

    Signals: start_requested: the button was pressed, so nothing is lacking.

    Attributes:
        page: what scrolls; the steps go into its column.
        bar: the foot, with the button.
    """

    start_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.page = ScrollPage()
        self.bar = ActionBar()
        self.bar.start_requested.connect(self.start_requested)

    def introduce(self, title: str, purpose: str, action: str) -> None:
        """`action` stands on the button."""
        self.page.column.addWidget(label(title, "display"))
        self.page.column.addWidget(label(purpose, "secondary", wrap=True))
        self.bar.set_action(action)

    def finish(self) -> None:
        """Not before the steps are there: the Tab key comes to the button last."""
        self.page.column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.page, 1)
        whole.addWidget(self.bar)
