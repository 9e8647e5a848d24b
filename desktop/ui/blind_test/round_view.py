"""One round: a prompt, two answers, and which is better."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.blind_test import BlindTest, Round, Vote
from desktop.ui.blind_test.words import progress_line, reveal
from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import label, text_button
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.two_parts import TwoParts

BAR_STEPS = 1000
_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


class RoundView(QWidget):
    """Signals:

    closed: enough for now.
    results_requested.
    voted: Vote.
    next_requested: another round, after a vote or a problem.
    """

    closed = Signal()
    results_requested = Signal()
    voted = Signal(object)
    next_requested = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.round: Round | None = None
        self.back_button = text_button(self.tr("All blind tests"), "link")
        self.back_button.setIcon(icons.icon("chevron-left", QPalette.ColorRole.Link))
        self.back_button.clicked.connect(self.closed)
        self.results_button = text_button(self.tr("Results so far"))
        self.results_button.clicked.connect(self.results_requested)
        self.reveal_box = QCheckBox(self.tr("Say after each vote which was which"))
        self.reveal_box.setChecked(True)
        self._count = label("", "small", wrap=True)
        self._prompt = label("", "title", wrap=True)
        self._prompt.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._note = label("", "warning", wrap=True)
        self.bar = QProgressBar()
        self.bar.setRange(0, BAR_STEPS)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(4)
        self.bar.setAccessibleName(self.tr("Progress of the two answers"))
        self._waiting = label(
            self.tr("Two levels answer, one after the other, in an order that tells nothing."),
            "secondary",
            wrap=True,
        )
        self.answers = (_AnswerText(self.tr("Answer A")), _AnswerText(self.tr("Answer B")))
        self._pair = TwoParts(_card("A", self.answers[0]), _card("B", self.answers[1]))
        self.buttons = {
            Vote.FIRST: text_button(self.tr("A is better")),
            Vote.TIE: text_button(self.tr("A tie")),
            Vote.SECOND: text_button(self.tr("B is better")),
        }
        self._verdict = label("", "secondary", wrap=True)
        self.next_button = text_button(self.tr("Next round"), "primary")
        self.next_button.clicked.connect(self.next_requested)
        self._build()
        self._connect()
        self.wait()

    def _build(self) -> None:
        tools = QWidget()
        flow = FlowLayout(tools)
        for tool in (self.back_button, self.results_button, self.reveal_box):
            flow.addWidget(tool)
        self._vote_row = QWidget()
        votes = QHBoxLayout()
        votes.setSpacing(8)
        votes.addStretch(1)
        for button in self.buttons.values():
            votes.addWidget(button)
        votes.addStretch(1)
        keys = label(self.tr("Keys: 1, 2, 3 or ←, ↓, →"), "small")
        below = QVBoxLayout(self._vote_row)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(4)
        below.addLayout(votes)
        below.addWidget(keys, 0, Qt.AlignmentFlag.AlignHCenter)
        self._after_row = QWidget()
        after = QHBoxLayout(self._after_row)
        after.setContentsMargins(0, 0, 0, 0)
        after.setSpacing(12)
        after.addWidget(self._verdict, 1)
        after.addWidget(self.next_button)
        self._pad = QWidget()  # holds the place of the answers
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(8)
        for part in (tools, self._count, self._note, self._prompt, self.bar, self._waiting):
            column.addWidget(part)
        column.addWidget(self._pair, 1)
        column.addWidget(self._vote_row)
        column.addWidget(self._after_row)
        column.addWidget(self._pad, 1)
        self.setAccessibleName(self.tr("Round"))

    def _connect(self) -> None:
        keys = {
            Vote.FIRST: ("1", "Left"),
            Vote.TIE: ("2", "Down"),
            Vote.SECOND: ("3", "Right"),
        }
        for vote, button in self.buttons.items():
            button.clicked.connect(lambda _=False, vote=vote: self._vote(vote))
            for key in keys[vote]:
                shortcut = QShortcut(QKeySequence(key), self)
                shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
                shortcut.activated.connect(lambda vote=vote: self._vote(vote))

    # --- what is shown ----------------------------------------------------------------------

    def begin(self, test: BlindTest) -> None:
        """A sitting begins."""
        self._note.setText("")
        self.show_count(test)
        self.wait()

    def show_count(self, test: BlindTest) -> None:
        """How far the test is."""
        self._count.setText(progress_line(test))

    def wait(self) -> None:
        """The next round is being prepared."""
        self.round = None
        self.bar.setValue(0)
        self._show(waiting=True)

    def show_progress(self, fraction: float) -> None:
        """0 to 1."""
        self.bar.setValue(round(BAR_STEPS * fraction))

    def show_round(self, one: Round) -> None:
        """Two answers to compare."""
        self.round = one
        assert one.answers is not None
        for part, text in zip(self.answers, one.answers, strict=True):
            part.setPlainText(text.strip() or self.tr("(no answer)"))
        self._prompt.setText(one.prompt)
        self._show(pair=True, votes=True)
        self.setFocus()

    def show_vote(self, test: BlindTest, one: Round) -> None:
        """Who wrote what."""
        self.round = None
        self.show_count(test)
        self._verdict.setText(reveal(test, one))
        self.next_button.setText(self.tr("Next round"))
        self._show(pair=True, after=True)
        self.next_button.setFocus()

    def show_problem(self, sentence: str) -> None:
        """Why there is no round; a person may try again."""
        self.round = None
        self._verdict.setText(sentence)
        self.next_button.setText(self.tr("Go on"))
        self._show(after=True)

    def show_left_out(self, sentence: str) -> None:
        """A level that cannot take part."""
        self._note.setText(f"{self._note.text()}\n{sentence}".strip())
        self._note.show()

    def text(self) -> str:
        """What is said around the answers."""
        parts = (self._count, self._note, self._prompt, self._verdict)
        return " ".join(part.text() for part in parts if part.isVisibleTo(self))

    # --- inside -----------------------------------------------------------------------------

    def _show(
        self, *, waiting: bool = False, pair: bool = False, votes: bool = False, after: bool = False
    ) -> None:
        self._prompt.setVisible(pair)
        self._note.setVisible(bool(self._note.text()))
        for part in (self.bar, self._waiting):
            part.setVisible(waiting)
        self._pair.setVisible(pair)
        self._pad.setVisible(not pair)
        self._vote_row.setVisible(votes)
        self._after_row.setVisible(after)

    def _vote(self, vote: Vote) -> None:
        if self.round is not None and not self._vote_row.isHidden():
            self._vote_row.hide()  # once only
            self.voted.emit(vote)


class _AnswerText(QPlainTextEdit):
    """Read-only. While it has the focus, the arrow keys are for reading, not for voting."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)

    def event(self, event: QEvent) -> bool:
        override = event.type() is QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and event.key() in _ARROWS:
            event.accept()
            return True
        return super().event(event)


def _card(name: str, part: QWidget) -> QFrame:
    card = QFrame()
    card.setObjectName("group")
    inside = QVBoxLayout(card)
    inside.setContentsMargins(12, 10, 12, 10)
    inside.setSpacing(4)
    inside.addWidget(label(name, "heading"))
    inside.addWidget(part, 1)
    return card
