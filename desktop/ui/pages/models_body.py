"""The content of the Models page."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.domain.hub import RepositoryKind
from desktop.ui.downloads.downloads_panel import DownloadsPanel
from desktop.ui.icons import Icons
from desktop.ui.widgets.gradual import Gradual
from desktop.ui.widgets.segmented import Segmented

if TYPE_CHECKING:
    from desktop.ui.hub.hub_pane import HubPane
    from desktop.ui.library.library_pane import LibraryPane

HERE, FIND = 0, 1


class ModelsBody(QWidget):
    """What is on this computer, what the hub has, and what is on its way from there to here.

    Signals:
        hub_made: the HubPane, once, when it is first shown; `HubBinding` fills it.
    """

    hub_made = Signal(object)

    def __init__(self, icons: Icons, library: LibraryPane) -> None:
        super().__init__()
        self.views = Segmented(
            self.tr("What to show"), [self.tr("On this computer"), self.tr("Find models")]
        )
        self.library = library
        self._icons = icons
        self._hub: Gradual[HubPane] = Gradual(self._make_hub, self)
        self.downloads = DownloadsPanel(icons)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.library)
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
        self.views.changed.connect(self._show)
        self.library.find_requested.connect(self.find_models)

    @property
    def hub(self) -> HubPane:
        return self._hub.get()

    def find_models(self) -> None:
        """Look for models, with the cursor in the search field."""
        self.views.choose(FIND)
        self._hub.tell(lambda hub: hub.search.field.setFocus())

    def find_checkpoints(self) -> None:
        """Look for checkpoints that can be converted."""
        self.find_models()
        self._hub.tell(lambda hub: hub.search.set_kind(RepositoryKind.CONVERTIBLE))

    def panes(self) -> list[QWidget]:
        """Where F6 stops on this page."""
        pane = self.hub if self._stack.currentWidget() is not self.library else self.library
        return [*pane.panes(), self.downloads]

    def _show(self, view: int) -> None:
        if view == HERE:
            self._stack.setCurrentWidget(self.library)
        else:
            self._hub.tell(self._show_hub)

    def _show_hub(self, hub: HubPane) -> None:
        if self.views.current == FIND:  # still, after it was made
            self._stack.setCurrentWidget(hub)

    def _make_hub(self) -> Generator[None, None, HubPane]:
        from desktop.ui.hub.repository_panel import RepositoryPanel  # all that shows a model card

        yield
        panel = RepositoryPanel(self._icons)
        yield
        from desktop.ui.hub.hub_pane import HubPane

        pane = HubPane(self._icons, panel)
        yield
        self.hub_made.emit(pane)
        yield
        self._stack.addWidget(pane)
        return pane
