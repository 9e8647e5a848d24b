"""The Compare page. Its content is made when it is first needed, bit by bit."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.icons import Icons
from desktop.ui.widgets.gradual import Gradual

if TYPE_CHECKING:
    from desktop.ui.pages.compare_body import CompareBody

PAGE_ICON = "scale"  # of the page in the sidebar


class ComparePage(QWidget):
    """Signals:

    made: the CompareBody, once; `CompareBinding` fills it.
    chat_requested: Path of the level that is recommended.
    failed: QuernError, when a picture could not be saved.
    """

    made = Signal(object)
    chat_requested = Signal(object)
    failed = Signal(object)

    def __init__(
        self, icons: Icons, memory: Callable[[], int], parent: QWidget | None = None
    ) -> None:
        """`memory` gives what the machine has, in bytes."""
        super().__init__(parent)
        self._icons = icons
        self._memory = memory
        self._body: Gradual[CompareBody] = Gradual(self._make_body, self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    @property
    def body(self) -> CompareBody:
        return self._body.get()

    def set_base(self, path: Path) -> None:
        """Compare levels of a model."""
        self._body.tell(lambda body: body.set_base(path))

    def showEvent(self, event: QShowEvent) -> None:
        self._body.start()
        super().showEvent(event)

    def _make_body(self) -> Generator[None, None, CompareBody]:
        # The start does without these.
        from desktop.ui.compare.result_view import ResultView
        from desktop.ui.compare.setup_view import SetupView
        from desktop.ui.pages.compare_body import CompareBody

        yield
        setup = SetupView(self._icons)
        yield
        body = CompareBody(setup, ResultView(self._icons, self._memory()))
        yield
        body.result.chat_requested.connect(self.chat_requested)
        body.result.failed.connect(self.failed)
        self._column.addWidget(body)
        self.made.emit(body)
        return body
