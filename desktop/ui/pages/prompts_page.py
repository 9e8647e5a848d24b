"""The Prompts page. Its content is made when it is first shown, bit by bit."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.icons import Icons
from desktop.ui.widgets.gradual import Gradual

if TYPE_CHECKING:
    from desktop.ui.pages.prompts_body import PromptsBody


class PromptsPage(QWidget):
    """Signals:

    made: the PromptsBody, once; `PromptsBinding` fills it.
    """

    made = Signal(object)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self._body: Gradual[PromptsBody] = Gradual(self._make_body, self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    @property
    def body(self) -> PromptsBody:
        return self._body.get()

    def when_made(self, act: Callable[[PromptsBody], object]) -> None:
        """Do something with the content, as soon as there is one."""
        self._body.tell(act)

    def flush(self) -> None:
        """Keep what was written a moment ago, for example before the window closes."""
        if self._body.exists:
            self.body.panel.flush()

    def panes(self) -> list[QWidget]:
        """Where F6 stops on this page."""
        return self.body.panes()

    def showEvent(self, event: QShowEvent) -> None:
        self._body.start()
        super().showEvent(event)

    def _make_body(self) -> Generator[None, None, PromptsBody]:
        from desktop.ui.prompts.prompt_panel import PromptPanel  # the start does without these

        yield
        panel = PromptPanel(self._icons)
        yield
        from desktop.ui.pages.prompts_body import PromptsBody

        body = PromptsBody(self._icons, panel)
        yield
        self.made.emit(body)
        yield
        self._column.addWidget(body)
        return body
