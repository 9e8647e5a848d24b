"""Binds the Prompts page to its controllers, once its content is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.controllers.prompts import NEW, PromptsController
from desktop.controllers.settings import SettingsController
from desktop.ui.pages.prompts_page import PromptsPage

if TYPE_CHECKING:
    from desktop.controllers.prompt_exchange import PromptExchangeController
    from desktop.ui.pages.prompts_body import PromptsBody


class PromptsBinding(QObject):
    """Owned by the page. The controllers are shared by all windows and outlive it.

    Signals:
        use_requested(Prompt): fill it in and put it into the conversation.
        noticed(Notice): something the person should know.
    """

    use_requested = Signal(object)
    noticed = Signal(object)

    def __init__(
        self,
        page: PromptsPage,
        prompts: PromptsController,
        exchange: PromptExchangeController,
        settings: SettingsController,
    ) -> None:
        super().__init__(page)
        self._page = page
        self._prompts = prompts
        self._exchange = exchange
        self._settings = settings
        page.made.connect(self._bind)

    def open_prompt(self, prompt_id: int) -> None:
        """Show a prompt beside the list."""
        self._page.when_made(lambda _body: self._prompts.open(prompt_id, self._page))

    def open_version(self, prompt_id: int, version_id: int) -> None:
        """Show a prompt beside the list, and this version of it."""
        self._page.when_made(lambda body: body.panel.await_version(prompt_id, version_id))
        self.open_prompt(prompt_id)

    def new_prompt(self) -> None:
        """Go on with the prompt that was never saved, or begin one."""
        self.open_prompt(NEW)

    def _bind(self, body: PromptsBody) -> None:
        from desktop.ui.pages.prompt_exchange_binding import PromptExchangeBinding
        from desktop.ui.pages.prompt_list_binding import PromptListBinding

        binding = PromptListBinding(body, self._prompts, self._settings, self._page)
        binding.use_requested.connect(self.use_requested)
        exchange = PromptExchangeBinding(body, self._exchange)
        exchange.noticed.connect(self.noticed)
