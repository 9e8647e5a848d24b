"""The pages of a window beside the conversation, and how one leads to the other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop.controllers.controller import Controller
from desktop.controllers.hub import HubController
from desktop.controllers.models import ModelController
from desktop.ui.folders import show_in_folder
from desktop.ui.pages.compare_binding import CompareBinding
from desktop.ui.pages.compare_page import ComparePage
from desktop.ui.pages.compare_views import CompareViews
from desktop.ui.pages.models_binding import ModelsBinding
from desktop.ui.pages.models_page import ModelsPage
from desktop.ui.pages.prompts_binding import PromptsBinding
from desktop.ui.pages.prompts_page import PromptsPage
from desktop.ui.pages.quantize_binding import QuantizeBinding
from desktop.ui.pages.quantize_page import QuantizePage
from desktop.ui.pages.settings_binding import SettingsBinding
from desktop.ui.pages.settings_page import SettingsPage
from desktop.ui.shared import Shared
from desktop.ui.window_frame import WindowFrame

if TYPE_CHECKING:
    from desktop.ui.pages.prompts_body import PromptsBody


class WindowPages(QObject):
    """Owned by the window; the controllers in `shared` outlive it.

    Signals:
        chat_requested(Path): a model to talk to.
        link_activated(str): an address to be opened in a browser.
        prompt_requested(Prompt): fill it in and put it into the conversation.
        noticed(Notice): something the person should know.

    Attributes:
        models, quantize, compare, prompts, settings: the pages.
    """

    chat_requested = Signal(object)
    link_activated = Signal(str)
    prompt_requested = Signal(object)
    noticed = Signal(object)

    def __init__(
        self,
        frame: WindowFrame,
        shared: Shared,
        models: ModelController,
        hub: HubController,
        follow: Callable[[Controller], object],
    ) -> None:
        """`follow` is told of a controller whose problems this window says from now on."""
        super().__init__(frame.main)
        self._main = frame.main
        self._follow = follow
        self.models = ModelsPage(shared.icons)
        self.quantize = QuantizePage(shared.icons)
        self.compare = ComparePage(shared.icons, shared.memory)
        self.prompts = PromptsPage(shared.icons)
        self.settings = SettingsPage(shared.icons, updatable=shared.updates.possible)
        self._bind_models(shared, models, hub)
        self._bind_quantize(shared)
        self._bind_compare(shared)
        self._prompts = self._bind_prompts(shared)
        self._bind_settings(shared, models, hub)
        # Only now: what a page names to be styled, such as the views to compare by, is there.
        frame.set_page("models", self.models)
        frame.set_page("quantize", self.quantize)
        frame.set_page("compare", self.compare)
        frame.set_page("prompts", self.prompts)
        frame.set_page("settings", self.settings)

    # --- from one page to another -----------------------------------------------------------

    @Slot(object)
    def quantize_model(self, path: Path) -> None:
        """Show how a model can be made smaller."""
        self._main.show_page("quantize")
        self.quantize.set_source(path)

    @Slot(object)
    def compare_model(self, path: Path) -> None:
        """Show what the levels of a model cost."""
        self._main.show_page("compare")
        self.compare.set_base(path)

    def show_comparison(self, view: int) -> None:
        """Show one of the ways to compare, by its number on the Compare page."""
        self._main.show_page("compare")
        self.compare.views.choose(view)

    def find_models(self) -> None:
        """Show the models page, with the cursor where a hub is searched."""
        self._main.show_page("models")
        self.models.when_made(lambda body: body.find_models())

    def find_checkpoints(self) -> None:
        """Show the models page, where a hub is searched for what can be converted."""
        self._main.show_page("models")
        self.models.when_made(lambda body: body.find_checkpoints())

    @Slot(int)
    def show_prompt(self, prompt_id: int) -> None:
        """Show a prompt of the library."""
        self._main.show_page("prompts")
        self._prompts.open_prompt(prompt_id)

    def show_version(self, prompt_id: int, version_id: int) -> None:
        """Show a version of a prompt of the library."""
        self._main.show_page("prompts")
        self._prompts.open_version(prompt_id, version_id)

    def new_prompt(self) -> None:
        """Show the prompts page, with the cursor where a new prompt gets its title."""
        self._main.show_page("prompts")
        self._prompts.new_prompt()

    # --- each page --------------------------------------------------------------------------

    def _bind_models(self, shared: Shared, models: ModelController, hub: HubController) -> None:
        binding = ModelsBinding(
            self.models,
            shared.library,
            hub,
            shared.downloads,
            models,
            shared.settings,
            shared.memory,
        )
        binding.chat_requested.connect(self.chat_requested)
        binding.link_activated.connect(self.link_activated)
        binding.quantize_requested.connect(self.quantize_model)
        binding.compare_requested.connect(self.compare_model)
        binding.noticed.connect(self.noticed)

    def _bind_quantize(self, shared: Shared) -> None:
        QuantizeBinding(self.quantize, shared.quantization, shared.library, shared.home.models)
        self.quantize.chat_requested.connect(self.chat_requested)
        self.quantize.find_requested.connect(self.find_checkpoints)
        self.quantize.folder_requested.connect(show_in_folder)
        # The files made are in the library by now, where the Compare page finds them by itself.
        self.quantize.compare_requested.connect(self.compare_model)

    def _bind_compare(self, shared: Shared) -> None:
        CompareBinding(
            self.compare,
            shared.comparison,
            shared.library,
            shared.conversations,
            shared.home.models,
            shared.home.cache,
        )
        self.compare.chat_requested.connect(self.chat_requested)
        self.compare.make_requested.connect(self.quantize_model)
        views = CompareViews(
            self.compare,
            shared.side_by_side,
            shared.blind_test,
            shared.task_sets,
            shared.task_runs,
            shared.library,
            shared.icons,
            self._follow,
        )
        views.chat_requested.connect(self.chat_requested)

    def _bind_prompts(self, shared: Shared) -> PromptsBinding:
        binding = PromptsBinding(
            self.prompts, shared.prompts, shared.prompt_exchange, shared.settings
        )
        binding.use_requested.connect(self.prompt_requested)
        binding.noticed.connect(self.noticed)
        self.prompts.made.connect(lambda body: self._bind_prompt_runs(body, shared))
        return binding

    def _bind_prompt_runs(self, body: PromptsBody, shared: Shared) -> None:
        from desktop.ui.pages.prompt_runs_binding import PromptRunsBinding

        runs = shared.prompt_runs.get()
        self._follow(runs)
        PromptRunsBinding(body, runs, shared.prompts, shared.library, shared.icons)

    def _bind_settings(self, shared: Shared, models: ModelController, hub: HubController) -> None:
        self.settings.set_home(shared.home.root)
        binding = SettingsBinding(self.settings, shared.settings, models, hub)
        self._main.page_shown.connect(
            lambda name: binding.on_shown() if name == "settings" else None
        )
