"""Binds the Models page to its controllers, once its content is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.controllers.downloads import DownloadsController
from desktop.controllers.hub import HubController
from desktop.controllers.library import LibraryController
from desktop.controllers.models import ModelController
from desktop.controllers.settings import SettingsController
from desktop.ui.pages.models_page import ModelsPage

if TYPE_CHECKING:
    from desktop.ui.hub.hub_pane import HubPane
    from desktop.ui.pages.models_body import ModelsBody


class ModelsBinding(QObject):
    """Owned by the page.

    Signals:
        chat_requested: Path of a model; load it and show the conversation.
        quantize_requested: Path of a model or of a checkpoint folder; show how it can be made
            smaller.
        compare_requested: Path of a model; show what its levels cost.
        link_activated: a web address; ask the person, then open it.
        noticed(Notice): something the person should know.
    """

    chat_requested = Signal(object)
    quantize_requested = Signal(object)
    compare_requested = Signal(object)
    link_activated = Signal(str)
    noticed = Signal(object)

    def __init__(
        self,
        page: ModelsPage,
        library: LibraryController,
        hub: HubController,
        downloads: DownloadsController,
        models: ModelController,
        settings: SettingsController,
        memory: Callable[[], int],
    ) -> None:
        """`memory` gives this machine's, in bytes."""
        super().__init__(page)
        self._library = library
        self._hub = hub
        self._downloads = downloads
        self._models = models
        self._settings = settings
        self._memory = memory
        page.made.connect(self._bind)

    def _bind(self, body: ModelsBody) -> None:
        body.hub_made.connect(self._bind_hub)
        from desktop.ui.pages.downloads_binding import DownloadsBinding
        from desktop.ui.pages.library_binding import LibraryBinding

        library = LibraryBinding(body.library, self._library, self._models, self._settings)
        downloads = DownloadsBinding(body.downloads, self._downloads)
        library.chat_requested.connect(self.chat_requested)
        library.quantize_requested.connect(self.quantize_requested)
        library.compare_requested.connect(self.compare_requested)
        library.noticed.connect(self.noticed)
        downloads.chat_requested.connect(self.chat_requested)
        downloads.convert_requested.connect(self.quantize_requested)

    def _bind_hub(self, pane: HubPane) -> None:
        from desktop.ui.pages.hub_binding import HubBinding

        binding = HubBinding(
            pane, self._hub, self._library, self._downloads, self._settings, self._memory()
        )
        binding.chat_requested.connect(self.chat_requested)
        binding.convert_requested.connect(self.quantize_requested)
        binding.link_activated.connect(self.link_activated)
