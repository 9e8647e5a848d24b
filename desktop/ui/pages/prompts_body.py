"""The content of the Prompts page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.prompt import Prompt
from desktop.ui.icons import Icons
from desktop.ui.prompts.drag import PROMPT_MIME, set_prompt_id
from desktop.ui.prompts.prompt_list_pane import PromptListPane
from desktop.ui.prompts.prompt_panel import PromptPanel

SUFFIXES = (".json", ".md", ".markdown", ".csv")


class PromptsBody(QWidget):
    """Signals:

    files_dropped: list of Path, to be imported.

    Attributes:
        pane, panel: the list, and the prompt beside it.
        file_of: writes a prompt to a Markdown file for other programs; set by whoever can.
    """

    files_dropped = Signal(object)

    def __init__(self, icons: Icons, panel: PromptPanel) -> None:
        super().__init__()
        self.file_of: Callable[[Prompt], Path | None] = lambda _prompt: None
        self.pane = PromptListPane(icons, panel, self._mime_of)
        self.panel = panel
        self.icons = icons
        self.setAcceptDrops(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pane)

    def set_tests(self, view: QWidget, show: Callable[[Prompt], object]) -> None:
        """Give the Test view of a prompt its content; `show` is called with each prompt that is to
        be tested."""
        self.panel.set_tests(view, show)

    def panes(self) -> list[QWidget]:
        """Where F6 stops on this page."""
        return self.pane.panes()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _prompt_files(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()  # the window knows what to do with the rest

    def dropEvent(self, event: QDropEvent) -> None:
        self.files_dropped.emit(_prompt_files(event.mimeData()))
        event.acceptProposedAction()

    def _mime_of(self, prompt: Prompt) -> QMimeData:
        mime = QMimeData()
        set_prompt_id(mime, prompt.id)
        mime.setText(prompt.content.text)
        file = self.file_of(prompt)
        if file is not None:
            mime.setUrls([QUrl.fromLocalFile(str(file))])
        return mime


def _prompt_files(mime: QMimeData) -> list[Path]:
    """Files and folders that may hold prompts; none where one of ours is dragged."""
    if mime.hasFormat(PROMPT_MIME):
        return []
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    return [path for path in paths if path.is_dir() or path.suffix.lower() in SUFFIXES]
