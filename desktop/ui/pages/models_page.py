"""The models page. Its content is made when it is first shown, bit by bit."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.icons import Icons
from desktop.ui.widgets.gradual import Gradual

if TYPE_CHECKING:
    from desktop.ui.pages.models_body import ModelsBody


class ModelsPage(QWidget):
    """Signals:

    made: the ModelsBody, once; `ModelsBinding` fills it.
    """

    made = Signal(object)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self._body: Gradual[ModelsBody] = Gradual(self._make_body, self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    @property
    def body(self) -> ModelsBody:
        return self._body.get()

    def when_made(self, act: Callable[[ModelsBody], object]) -> None:
        """Do something with the content, as soon as there is one."""
        self._body.tell(act)

    @property
    def exists(self) -> bool:
        """Whether the content was made."""
        return self._body.exists

    def panes(self) -> list[QWidget]:
        """Where F6 stops on this page."""
        return self.body.panes()

    def showEvent(self, event: QShowEvent) -> None:
        self._body.start()
        super().showEvent(event)

    def _make_body(self) -> Generator[None, None, ModelsBody]:
        from desktop.ui.library.model_panel import ModelPanel  # a tenth of the start

        yield
        panel = ModelPanel(self._icons)
        yield
        from desktop.ui.library.library_pane import LibraryPane

        yield
        library = LibraryPane(self._icons, panel)
        yield
        from desktop.ui.pages.models_body import ModelsBody

        body = ModelsBody(self._icons, library)
        yield
        self.made.emit(body)
        yield
        self._column.addWidget(body)
        return body
