"""The chat page: picker and figures on top, transcript, composer, sampler panel on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.ui.actions import Actions
from desktop.ui.icons import Icons
from desktop.ui.widgets.composer import Composer
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.panel_beside import PanelBeside
from desktop.ui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from desktop.ui.transcript.view import TranscriptView
    from desktop.ui.widgets.find_bar import FindBar
    from desktop.ui.widgets.sampler_panel import SamplerPanel


class ChatPage(QWidget):
    """The widgets of a conversation; `ChatBinding` and `ChatModelBinding` fill them.

    Made in two steps, so that the window can be painted before everything is there: until
    `complete`, there are no `transcript`, `find_bar` and `panel`.
    """

    transcript: TranscriptView
    find_bar: FindBar
    panel: SamplerPanel

    def __init__(self, actions: Actions, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self._toggle_panel = actions.action("toggle_sampler")
        self.top = TopBar(icons, actions.action("toggle_sidebar"), self._toggle_panel)
        self.picker, self.status = self.top.picker, self.top.status
        self.progress = self.top.progress
        self.empty = EmptyState(icons)
        self.composer = Composer(icons)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self._column = QVBoxLayout()
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.top)
        self._column.addWidget(self.stack, 1)
        self._column.addWidget(self.composer)
        main = QWidget()
        main.setLayout(self._column)
        self.splitter = PanelBeside(main)
        self.splitter.escaped.connect(self._close_panel)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.splitter)

    def complete(self) -> None:
        """Make the rest."""
        from desktop.ui.transcript.view import TranscriptView
        from desktop.ui.widgets.find_bar import FindBar
        from desktop.ui.widgets.sampler_panel import SamplerPanel

        self.transcript = TranscriptView(icon=self._icons.icon)
        self.find_bar = FindBar(self._icons)
        self.panel = SamplerPanel(self._icons)
        self.stack.addWidget(self.transcript)
        self._column.insertWidget(1, self.find_bar)
        self.splitter.add_panel(self.panel, over=self.stack)
        self.find_bar.hide()
        self.composer.tab_after(self.transcript)

    def panes(self) -> list[QWidget]:
        """Where F6 stops on this page."""
        return [self.top, self.stack, self.composer, self.panel]

    def _close_panel(self) -> None:
        self._toggle_panel.trigger()
        self.composer.focus()
