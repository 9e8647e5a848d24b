"""The Quantize page. Its content is made when it is first needed, bit by bit."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.icons import Icons
from desktop.ui.widgets.gradual import Gradual

if TYPE_CHECKING:
    from desktop.ui.pages.quantize_body import QuantizeBody


class QuantizePage(QWidget):
    """Signals:

    made: the QuantizeBody, once; `QuantizeBinding` fills it.
    chat_requested, folder_requested: Path of a file that was made.
    compare_requested: Path of a model that levels were made of.
    find_requested: look for a checkpoint on a hub.
    """

    made = Signal(object)
    chat_requested = Signal(object)
    folder_requested = Signal(object)
    compare_requested = Signal(object)
    find_requested = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self._body: Gradual[QuantizeBody] = Gradual(self._make_body, self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    @property
    def body(self) -> QuantizeBody:
        return self._body.get()

    def set_source(self, path: Path) -> None:
        """Begin with a model file, or with a checkpoint folder."""
        self._body.tell(lambda body: body.set_source(path))

    def showEvent(self, event: QShowEvent) -> None:
        self._body.start()
        super().showEvent(event)

    def _make_body(self) -> Generator[None, None, QuantizeBody]:
        import desktop.ui.quantize.wizard  # noqa: F401 - in two steps; the start does without

        yield
        from desktop.ui.pages.quantize_body import QuantizeBody

        yield
        body = QuantizeBody(self._icons)
        yield
        body.jobs.chat_requested.connect(self.chat_requested)
        body.jobs.folder_requested.connect(self.folder_requested)
        body.jobs.compare_requested.connect(self.compare_requested)
        body.wizard.source.find_requested.connect(self.find_requested)
        self._column.addWidget(body)
        self.made.emit(body)
        return body
