"""The answers beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.next_token import NextToken
from desktop.domain.side_by_side import Column, Plan, Question
from desktop.ui.icons import Icons
from desktop.ui.side_by_side.column_view import ColumnView
from desktop.ui.side_by_side.scroll_lock import ScrollLock
from desktop.ui.side_by_side.words import how, place_of, title_of
from desktop.ui.widgets.buttons import ElidedLabel, label, text_button
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.late import Late
from desktop.ui.widgets.replaced_rows import remove_rows

if TYPE_CHECKING:
    from desktop.ui.side_by_side.candidates_popup import CandidatesPopup


class ResultView(QWidget):
    """Signals:

    closed: back to the question.
    stop_requested, again_requested.
    token_chosen: number of a column, index of a token, about which `show_token` or `show_problem`
        is to tell.
    """

    closed = Signal()
    stop_requested = Signal()
    again_requested = Signal()
    token_chosen = Signal(int, int)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self.views: list[ColumnView] = []
        self._asked: tuple[int, int] | None = None  # column and token the popup is about
        self._popup: Late[CandidatesPopup] = Late(self._make_popup)
        self._running = False
        self.back_button = text_button(self.tr("Another question"), "link")
        self.back_button.setIcon(icons.icon("chevron-left", QPalette.ColorRole.Link))
        self.back_button.clicked.connect(self.closed)
        self._prompt = ElidedLabel("")
        self._prompt.setProperty("tone", "title")
        self._how = label("", "small", wrap=True)
        self.stop_button = text_button(self.tr("Stop"))
        self.stop_button.clicked.connect(self.stop_requested)
        self.again_button = text_button(self.tr("Ask again"))
        self.again_button.clicked.connect(self.again_requested)
        self.lock_box = QCheckBox(self.tr("Scroll together"))
        self.lock_box.setChecked(True)
        self._lock = ScrollLock(self)
        self.lock_box.toggled.connect(self._set_lock)
        tools = QWidget()
        row = FlowLayout(tools)
        for tool in (self.back_button, self.stop_button, self.again_button, self.lock_box):
            row.addWidget(tool)
        self._columns = QHBoxLayout()
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(12)
        content = QWidget()
        content.setLayout(self._columns)
        self.area = QScrollArea()
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(content)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(8)
        for part in (tools, self._prompt, self._how):
            column.addWidget(part)
        column.addWidget(self.area, 1)

    # --- what is shown ----------------------------------------------------------------------

    def begin(self, prompt: str, columns: Sequence[Column]) -> None:
        """A run begins."""
        self._close_popup()
        remove_rows(self._columns, self.views)
        self._lock.hold(())
        self.views = [ColumnView(column, self._lock) for column in columns]
        for number, view in enumerate(self.views):
            view.token_chosen.connect(lambda index, number=number: self._choose(number, index))
            self._columns.addWidget(view, 1)
        self._lock.hold([view.text.verticalScrollBar() for view in self.views])
        self._prompt.setText(" ".join(prompt.split()))
        self._how.setText(self.tr("Looking whether memory holds all of them…"))
        self._set_running(True)

    def show_plan(self, question: Question, plan: Plan) -> None:
        """How they are asked."""
        self._how.setText(how(question, plan))
        for view in self.views:
            view.set_comparable(not plan.at_once)

    def add_text(self, number: int, text: str, *, reasoning: bool) -> None:
        """New text of a column."""
        self.views[number].add(text, reasoning=reasoning)

    def show_column(self, number: int, column: Column) -> None:
        """How a column stands."""
        self.views[number].show_column(column, self._reference())
        self._show_marks()

    def end(self) -> None:
        """The run is over: tokens can be asked about."""
        self._set_running(False)

    def show_token(self, number: int, token: NextToken) -> None:
        """What the popup was opened for."""
        if self._asked == (number, token.index):
            self._popup.get().show_token(token)

    def show_problem(self, number: int, sentence: str) -> None:
        """Why a token cannot be told about."""
        if self._asked is not None and self._asked[0] == number:
            self._popup.get().show_problem(sentence)

    def text(self) -> str:
        """What is said above the columns."""
        return f"{self._prompt.text()} {self._how.text()}"

    # --- inside -----------------------------------------------------------------------------

    def _reference(self) -> str:
        reference = next((view.column for view in self.views if view.column.reference), None)
        return title_of(reference) if reference is not None else ""

    def _show_marks(self) -> None:
        """In each column the token where it parts, in the reference all of these."""
        partings = {
            number: view.column.parting.index
            for number, view in enumerate(self.views)
            if view.column.parting is not None
        }
        for number, view in enumerate(self.views):
            if view.column.reference:
                view.set_marks(set(partings.values()))
            else:
                view.set_marks({partings[number]} if number in partings else ())

    def _set_running(self, running: bool) -> None:
        self._running = running
        self.stop_button.setVisible(running)
        self.again_button.setVisible(not running)

    def _set_lock(self, on: bool) -> None:
        self._lock.on = on

    @property
    def popup(self) -> CandidatesPopup:
        """The candidates of a token, made when they are first asked for."""
        return self._popup.get()

    def _make_popup(self) -> CandidatesPopup:
        from desktop.ui.side_by_side.candidates_popup import CandidatesPopup

        popup = CandidatesPopup(self._icons, self)
        popup.moved.connect(self._move)
        return popup

    def _choose(self, number: int, index: int) -> None:
        if self._running:
            return  # the models answer
        view = self.views[number]
        tokens = view.column.tokens
        self._asked = (number, index)
        title = f"{title_of(view.column)} · {place_of(index, len(tokens), tokens[index])}"
        self.popup.ask(title, view.token_place())
        self.token_chosen.emit(number, index)

    def _move(self, step: int) -> None:
        if self._asked is not None:
            number, index = self._asked
            view = self.views[number]
            view.text.go_to(index + step)
            self._choose(number, view.text.current)

    def _close_popup(self) -> None:
        self._asked = None
        if self._popup.exists:
            self._popup.get().hide()
