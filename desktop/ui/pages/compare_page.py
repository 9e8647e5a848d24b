"""The Compare page: what levels cost in figures, and other ways to tell them apart.

Each view is made when it is first needed, bit by bit.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.ui.icons import Icons
from desktop.ui.widgets.gradual import Gradual
from desktop.ui.widgets.segmented import Segmented

if TYPE_CHECKING:
    from desktop.ui.pages.compare_body import CompareBody

LEVELS, SIDE_BY_SIDE, BLIND_TEST, TASKS = range(4)  # numbers of the views


class ComparePage(QWidget):
    """Signals:

    made: the CompareBody, once; `CompareBinding` fills it.
    chat_requested: Path of the level that is recommended.
    make_requested: Path of the base, when the level that is recommended is not there.
    """

    made = Signal(object)
    chat_requested = Signal(object)
    make_requested = Signal(object)

    def __init__(self, icons: Icons, memory: Callable[[], int]) -> None:
        """`memory` gives what the machine has, in bytes."""
        super().__init__()
        self._icons = icons
        self._memory = memory
        self._body: Gradual[CompareBody] = Gradual(self._make_body, self)
        self._makers: dict[int, Callable[[], Generator[None, None, QWidget]]] = {}
        self._places: list[QVBoxLayout] = []  # of the views, which may be still to come
        self._stack = QStackedWidget()
        self.views = Segmented(self.tr("How to compare"), [])
        self._top = QWidget()
        top = QHBoxLayout(self._top)
        top.setContentsMargins(16, 10, 16, 6)
        top.addStretch(1)
        top.addWidget(self.views)
        top.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top)
        column.addWidget(self._stack, 1)
        self._add_place(self.tr("Levels"))
        self.views.changed.connect(self._show_view)

    @property
    def body(self) -> CompareBody:
        return self._body.get()

    def add_view(self, text: str, make: Callable[[], Generator[None, None, QWidget]]) -> None:
        """Another way to compare; `make` is called when it is first chosen, and yields between its
        steps."""
        self._makers[self._add_place(text)] = make

    def set_base(self, path: Path) -> None:
        """Compare levels of a model."""
        self.views.choose(LEVELS)
        self._body.tell(lambda body: body.set_base(path))

    def parts(self) -> list[QWidget]:
        """What is styled each on its own: a view that is not shown takes no time then."""
        views = (self._stack.widget(number) for number in range(self._stack.count()))
        return [self._top, *filter(None, views)]

    def showEvent(self, event: QShowEvent) -> None:
        self._body.start()
        super().showEvent(event)

    def _add_place(self, text: str) -> int:
        number = self.views.add(text)
        self._top.setVisible(number > 0)
        place = QWidget()
        self._places.append(QVBoxLayout(place))
        self._places[-1].setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(place)
        return number

    def _show_view(self, number: int) -> None:
        make = self._makers.pop(number, None)
        if make is not None:
            Gradual(make, self).tell(self._places[number].addWidget)
        self._stack.setCurrentIndex(number)

    def _make_body(self) -> Generator[None, None, CompareBody]:
        from desktop.ui.compare.setup_view import SetupView  # the start does without these

        yield
        setup = SetupView(self._icons)
        yield
        from desktop.ui.compare.result_view import ResultView
        from desktop.ui.pages.compare_body import CompareBody

        yield
        body = CompareBody(setup, ResultView(self._icons, self._memory()))
        yield
        body.result.chat_requested.connect(self.chat_requested)
        body.result.make_requested.connect(self.make_requested)
        self._places[LEVELS].addWidget(body)
        self.made.emit(body)
        return body
