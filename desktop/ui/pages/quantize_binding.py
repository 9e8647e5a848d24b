"""Binds the Quantize page to its controllers, once its content is made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop.controllers.library import LibraryController
from desktop.controllers.quantization import QuantizationController
from desktop.ui.pages.quantize_page import QuantizePage

if TYPE_CHECKING:
    from desktop.ui.pages.quantize_body import QuantizeBody


class QuantizeBinding(QObject):
    """Owned by the page. The controllers are shared by all windows and outlive it."""

    def __init__(
        self,
        page: QuantizePage,
        quantization: QuantizationController,
        library: LibraryController,
        models_folder: Path,
    ) -> None:
        """`models_folder` is Quern's own."""
        super().__init__(page)
        self._quantization = quantization
        self._library = library
        self._models_folder = models_folder
        page.made.connect(self._bind)

    def _bind(self, body: QuantizeBody) -> None:
        from desktop.ui.pages.jobs_binding import JobsBinding
        from desktop.ui.pages.wizard_binding import WizardBinding  # the start does without both

        WizardBinding(body, self._quantization, self._library, self._models_folder)
        JobsBinding(body, self._quantization)
