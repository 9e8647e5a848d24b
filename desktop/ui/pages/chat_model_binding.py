"""Binds the chat page to the model it talks with: choosing one, and what the page says of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.controllers.library import LibraryController, picker_order
from desktop.controllers.models import ModelController
from desktop.domain.library import LibraryEntry
from desktop.domain.model import LoadedModel, ModelInfo
from desktop.ui.itemmodels.model_list import ModelChoice
from desktop.ui.pages.chat_page import ChatPage


class ChatModelBinding(QObject):
    """Signals:
    open_model_requested(): the person wants to open a model file.
    find_models_requested(): the person wants to look for models.
    """

    open_model_requested = Signal()
    find_models_requested = Signal()

    def __init__(
        self,
        page: ChatPage,
        models: ModelController,
        library: LibraryController,
        is_starter: Callable[[Path], bool],
    ) -> None:
        super().__init__(page)
        self._page = page
        self._is_starter = is_starter
        library.listed.connect(self._list_models)
        self._models = models
        models.loading.connect(self._show_loading)
        models.loaded.connect(self._show_model)
        models.unloaded.connect(self._show_none)
        models.rested.connect(self._show_rest)
        models.memory_changed.connect(page.status.set_memory)
        page.picker.model_chosen.connect(models.load)
        page.picker.cancel_requested.connect(models.cancel_load)
        page.picker.unload_requested.connect(models.unload)
        page.picker.open_requested.connect(self.open_model_requested)
        page.empty.action_requested.connect(self.open_model_requested)
        page.empty.other_requested.connect(self.find_models_requested)
        self._show_none()

    def _list_models(self, entries: Sequence[LibraryEntry]) -> None:
        self._page.picker.set_models(
            [
                ModelChoice(
                    name=entry.info.name if entry.info else entry.name,
                    level=entry.info.level if entry.info else "",
                    path=entry.path,
                    size=entry.size,
                    missing=entry.missing or bool(entry.problem),
                )
                for entry in picker_order(entries)
            ]
        )

    def _show_loading(self, fraction: float | None, name: str) -> None:
        waits = fraction == 0 and self._models.answering
        self._page.picker.set_loading(fraction, name, waits=waits)
        if fraction is not None:
            self._page.composer.set_enabled_reason(self.tr("The model is being loaded."))

    def _show_none(self) -> None:
        self._page.picker.set_none()
        self._page.status.clear()
        self._page.composer.set_enabled_reason(self.tr("Choose a model to begin."))
        self._page.composer.set_placeholder(self.tr("Write a message"))
        self._page.empty.set_content(
            self.tr("Choose a model to begin"),
            self.tr("Models you have used are listed above."),
            self.tr("Open a model file…"),
            self.tr("Find a model…"),
        )
        self._page.empty.set_suggestions([])

    def _show_model(self, loaded: LoadedModel) -> None:
        info = loaded.info
        self._page.status.set_note("")
        self._page.picker.set_loaded(ModelChoice(info.name, info.level, info.path, info.file_size))
        self._page.status.set_layers(loaded.config.gpu_layers, info.block_count + 1)
        self._page.composer.set_enabled_reason("")
        self._page.composer.set_placeholder(self.tr("Message {0}").format(info.name))
        self._greet(info)

    def _show_rest(self) -> None:
        self._page.status.set_note(self.tr("resting until the next message"))

    def _greet(self, info: ModelInfo) -> None:
        if self._is_starter(info.path):
            self._page.empty.set_content(
                self.tr("Ask the starter model something small"),
                self.tr(
                    "It came with Quern so that you can begin at once, offline. It is tiny: it "
                    "knows a few hundred facts, small sums, word games and short stories, and it "
                    "is often wrong beyond that. Open a larger model for real work."
                ),
                self.tr("Open a model file…"),
                self.tr("Find a model…"),
            )
            self._page.empty.set_suggestions(
                [
                    self.tr("What is the capital of France?"),
                    self.tr("Tell me a short story about a fox."),
                    self.tr("What is 7 + 8?"),
                    self.tr("What is quantization?"),
                ]
            )
        else:
            self._page.empty.set_content(
                self.tr("What would you like to ask?"),
                self.tr("{0} runs on this machine. What you write stays here.").format(info.name),
            )
            self._page.empty.set_suggestions([])
