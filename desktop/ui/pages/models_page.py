"""The models page. Its content is made when it is first shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.icons import Icons
from desktop.ui.widgets.late import Late

if TYPE_CHECKING:
    from desktop.ui.pages.models_body import ModelsBody


class ModelsPage(QWidget):
    """Signals:

    made: the ModelsBody, once; `ModelsBinding` fills it.
    """

    made = Signal(object)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self._body: Late[ModelsBody] = Late(self._make_body)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    @property
    def body(self) -> ModelsBody:
        return self._body.get()

    @property
    def exists(self) -> bool:
        """Whether the content was made."""
        return self._body.exists

    def panes(self) -> list[QWidget]:
        """Where F6 stops on this page."""
        return self.body.panes()

    def showEvent(self, event: QShowEvent) -> None:
        self._body.get()
        super().showEvent(event)

    def _make_body(self) -> ModelsBody:
        from desktop.ui.pages.models_body import ModelsBody  # a tenth of the start

        body = ModelsBody(self._icons)
        self._column.addWidget(body)
        self.made.emit(body)
        return body
