"""Draws a prompt as a row of a list."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QPalette

from desktop.domain.prompt import Prompt, PromptHit
from desktop.ui.icons import Icons
from desktop.ui.itemmodels.prompt_list import (
    DRAFT_ROLE,
    EXCERPT_ROLE,
    PROMPT_ROLE,
    TITLE_ROLE,
)
from desktop.ui.prompts.words import details
from desktop.ui.widgets.row_delegate import Index, RowContent, RowDelegate


class PromptDelegate(RowDelegate):
    """A prompt: title, what it is for or where the search found it, star and standing."""

    def __init__(self, icons: Icons, parent: QObject) -> None:
        super().__init__(parent)
        self._star = icons.icon("star-full", QPalette.ColorRole.Accent)

    def content(self, index: Index) -> RowContent:
        prompt: Prompt = index.data(PROMPT_ROLE)
        mark = ""
        if index.data(DRAFT_ROLE):
            mark = self.tr("Unsaved")
        elif prompt.builtin and not prompt.changed:
            mark = self.tr("Built in")
        return RowContent(
            index.data(TITLE_ROLE),
            details(PromptHit(prompt, index.data(EXCERPT_ROLE))),
            mark=mark,
            icon=self._star if prompt.favourite else None,
            faded=prompt.hidden,
        )
