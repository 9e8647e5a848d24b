"""The content of the Models page."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.ui.downloads.downloads_panel import DownloadsPanel
from desktop.ui.hub.hub_pane import HubPane
from desktop.ui.icons import Icons
from desktop.ui.library.library_pane import LibraryPane
from desktop.ui.widgets.segmented import Segmented

HERE, FIND = 0, 1


class ModelsBody(QWidget):
    """What is on this computer, what the hub has, and what is on its way from there to here."""

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.views = Segmented(
            self.tr("What to show"), [self.tr("On this computer"), self.tr("Find models")]
        )
        self.library = LibraryPane(icons)
        self.hub = HubPane(icons)
        self.downloads = DownloadsPanel(icons)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.library)
        self._stack.addWidget(self.hub)
        top = QHBoxLayout()
        top.setContentsMargins(16, 10, 16, 6)
        top.addStretch(1)
        top.addWidget(self.views)
        top.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self._stack, 1)
        column.addWidget(self.downloads)
        self.views.changed.connect(self._stack.setCurrentIndex)
        self.library.find_requested.connect(self.find_models)

    def find_models(self) -> None:
        """Look for models, with the cursor in the search field."""
        self.views.choose(FIND)
        self.hub.search.field.setFocus()

    def show_here(self) -> None:
        """Show what is on this computer."""
        self.views.choose(HERE)
