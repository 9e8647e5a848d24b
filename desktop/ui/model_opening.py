"""Opening a model file: look at it first, load it only when the person says so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.controllers.library import LibraryController
from desktop.controllers.models import ModelController
from desktop.controllers.settings import SettingsController
from desktop.domain.errors import QuernError
from desktop.domain.model import LoadConfig, MemoryEstimate, ModelInfo

if TYPE_CHECKING:
    from desktop.ui.dialogs.model_card import ModelCard


class ModelOpening(QObject):
    """Shows the card of a model file in front of `window`, and acts on its buttons."""

    def __init__(
        self,
        models: ModelController,
        library: LibraryController,
        settings: SettingsController,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._models = models
        self._library = library
        self._settings = settings
        self._window = window
        self._card: ModelCard | None = None
        self._path = Path()
        library.described.connect(self._show_info)
        library.estimated.connect(self._show_estimate)
        library.describe_failed.connect(self._show_problem)

    @property
    def card(self) -> ModelCard | None:
        """The card that is shown."""
        return self._card

    def choose(self) -> None:
        """Ask for a file, then open it."""
        name, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Open a model file"),
            "",
            self.tr("Models (*.gguf);;All files (*)"),
        )
        if name:
            self.open(Path(name))

    def open(self, path: Path) -> None:
        """Show what `path` is and whether it fits."""
        if self._card is not None:
            self._card.close()
        from desktop.ui.dialogs.model_card import ModelCard

        card = ModelCard(path, self._window)
        card.load_requested.connect(self._load)
        card.add_requested.connect(self._add)
        card.context_changed.connect(self._estimate)
        card.finished.connect(lambda _result: self._forget(card))
        self._card, self._path = card, path
        card.open()
        self._library.describe(path)

    def _forget(self, card: ModelCard) -> None:
        if self._card is card:
            self._card = None
        card.deleteLater()

    @Slot(object)
    def _show_info(self, info: ModelInfo) -> None:
        if self._card is not None and info.path == self._path:
            self._card.set_info(info)  # asks for an estimate

    @Slot(object, object)
    def _show_estimate(self, path: Path, estimate: MemoryEstimate) -> None:
        if self._card is not None and path == self._path:
            self._card.set_estimate(estimate)

    @Slot(object, object)
    def _show_problem(self, path: Path, error: QuernError) -> None:
        if self._card is not None and path == self._path:
            self._card.set_problem(str(error))

    @Slot(int)
    def _estimate(self, context: int) -> None:
        self._library.estimate(self._path, self._config(context))

    @Slot(int)
    def _load(self, context: int) -> None:
        self._library.add_file(self._path)
        self._models.load(self._path, config=self._config(context))

    @Slot()
    def _add(self) -> None:
        self._library.add_file(self._path)

    def _config(self, context: int) -> LoadConfig:
        return replace(self._settings.current.load_config(), context=context)
