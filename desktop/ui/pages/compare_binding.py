"""Binds the Compare page to its controllers, once its content is made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop.controllers.comparison import ComparisonController
from desktop.controllers.conversations import ConversationsController
from desktop.controllers.library import LibraryController
from desktop.ui.pages.compare_page import ComparePage

if TYPE_CHECKING:
    from desktop.ui.pages.compare_body import CompareBody


class CompareBinding(QObject):
    """Owned by the page. The controllers are shared by all windows and outlive it."""

    def __init__(
        self,
        page: ComparePage,
        comparison: ComparisonController,
        library: LibraryController,
        conversations: ConversationsController,
        models_folder: Path,
        cache_folder: Path,
    ) -> None:
        """`models_folder` is Quern's own; in `cache_folder` levels are made that are not kept."""
        super().__init__(page)
        self._comparison = comparison
        self._library = library
        self._conversations = conversations
        self._models_folder = models_folder
        self._cache_folder = cache_folder
        page.made.connect(self._bind)

    def _bind(self, body: CompareBody) -> None:
        # The start does without both.
        from desktop.ui.pages.compare_setup_binding import CompareSetupBinding
        from desktop.ui.pages.comparison_binding import ComparisonBinding

        ComparisonBinding(body, self._comparison)  # first: it hears what the other starts
        CompareSetupBinding(
            body,
            self._comparison,
            self._library,
            self._conversations,
            self._models_folder,
            self._cache_folder,
        )
