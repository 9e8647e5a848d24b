"""One token of an answer: where it stands, and how it was or would be chosen."""

from __future__ import annotations

import html

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.controllers.next_token import Hindrance, LookedAt
from desktop.domain.errors import QuernError
from desktop.domain.next_token import AnswerToken, NextToken
from desktop.domain.sampling import SamplerSettings
from desktop.ui.formats import fill, integer
from desktop.ui.icons import Icons
from desktop.ui.next_token.candidate_chart import EMPTY, CandidateChart
from desktop.ui.next_token.picture import picture_of
from desktop.ui.next_token.stage_bar import StageBar
from desktop.ui.next_token.words import (
    END_ISOLATE,
    ISOLATE,
    answer_notes,
    hindrance_sentence,
    sampler_name,
    settings_notes,
    visible,
)
from desktop.ui.widgets.buttons import icon_button, label

CONTEXT_LENGTH = 60  # characters before the token
PATIENCE_MS = 300  # after which it is said that the model is at work


class NextTokenView(QWidget):
    """Signals:

    selected: index of the token that the person wants to see.
    """

    selected = Signal(int)

    def __init__(self, icons: Icons, rows: int) -> None:
        """`rows`: candidates shown."""
        super().__init__()
        self._rows = rows
        self._tokens: tuple[AnswerToken, ...] = ()
        self._token: NextToken | None = None
        self._index = 0
        self._answer_notes: list[str] = []
        self._settings_notes: list[str] = []
        self.message = label("", "secondary", wrap=True)
        self.place = label("", "small")
        self.previous = icon_button(icons, "chevron-left", self.tr("Previous token"))
        self.next = icon_button(icons, "chevron-right", self.tr("Next token"))
        self.context = _rich_label()
        self.stages = StageBar()
        self.legend = label("", "small", wrap=True)
        self.chart = CandidateChart(self.tr("Candidates"))
        self.notes = label("", "small", wrap=True)
        self._content = QWidget()
        walk = QHBoxLayout()
        walk.setSpacing(2)
        walk.addWidget(self.place, 1)
        walk.addWidget(self.previous)
        walk.addWidget(self.next)
        inner = QVBoxLayout(self._content)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(8)
        inner.addLayout(walk)
        for part in (self.context, self.stages, self.legend, self.chart, self.notes):
            inner.addWidget(part)
        inner.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.message)
        column.addWidget(self._content)
        self._content.hide()
        self._patience = QTimer(self, interval=PATIENCE_MS, singleShot=True)
        self._patience.timeout.connect(self._say_working)
        self.previous.clicked.connect(lambda: self._step(-1))
        self.next.clicked.connect(lambda: self._step(1))
        self.stages.changed.connect(self._show_picture)
        self._say_working()
        self._show_notes()

    @property
    def token(self) -> NextToken | None:
        """What was shown last."""
        return self._token

    def show_answer(self, looked_at: LookedAt, index: int) -> None:
        """Another answer; its token `index` follows."""
        self._tokens = looked_at.tokens
        self._answer_notes = answer_notes(looked_at)
        self._show_notes()
        self.expect(index)

    def set_settings(self, settings: SamplerSettings) -> None:
        """The tokens shown from now on are chosen with these."""
        self._settings_notes = settings_notes(settings)
        self._show_notes()

    def expect(self, index: int) -> None:
        """The token `index` was asked for."""
        self._index = index
        self._show_place()
        self._patience.start()

    def show_token(self, token: NextToken) -> None:
        self._patience.stop()
        self._token, self._index = token, token.index
        self._show_place()
        self.stages.set_stages(token.stages)
        self._show_picture()
        self.message.hide()
        self._content.show()

    def show_hindrance(self, hindrance: Hindrance | QuernError) -> None:
        """Say why there is nothing to see."""
        self._patience.stop()
        self._content.hide()
        self.message.setText(hindrance_sentence(hindrance))
        self.message.show()

    # --- inside -----------------------------------------------------------------------------

    def _show_notes(self) -> None:
        text = " ".join((*self._answer_notes, *self._settings_notes))
        self.notes.setText(text)
        self.notes.setVisible(bool(text))

    def _step(self, by: int) -> None:
        index = self._index + by
        self.expect(index)
        self.selected.emit(index)

    def _say_working(self) -> None:
        self.message.setText(self.tr("The model is reading this part again…"))
        self.message.show()

    def _show_place(self) -> None:
        count, index = len(self._tokens), self._index
        if index < count:
            text = fill(self.tr("Token %1 of %2"), integer(index + 1), integer(count))
        else:
            text = fill(self.tr("After the last of %1 tokens"), integer(count))
        self.place.setText(text)
        self.previous.setEnabled(index > 0)
        self.next.setEnabled(index < count)
        texts = [token.text for token in self._tokens[max(0, index - CONTEXT_LENGTH) : index]]
        before = "".join(texts).replace("\n", " ")
        if len(before) > CONTEXT_LENGTH or index > CONTEXT_LENGTH:
            before = f"…{before[-CONTEXT_LENGTH:]}"
        here = visible(self._tokens[index].text) if index < count else "?"
        self.context.setText(
            f"{ISOLATE}{html.escape(before)}{END_ISOLATE}<b>[{html.escape(here)}]</b>"
        )

    def _show_picture(self) -> None:
        token = self._token
        if token is None:
            self.chart.set_picture(EMPTY)
            return
        name = self.stages.current
        self.legend.setText(self._legend(token, name))
        self.chart.set_picture(picture_of(token, name, self._rows))

    def _legend(self, token: NextToken, name: str) -> str:
        if name == "model":
            return fill(
                self.tr("What the model gave, before any sampler: %1 candidates."),
                integer(token.stages[0].remaining),
            )
        after = self.tr("all samplers") if not name else sampler_name(name)
        return fill(self.tr("Outlined: before. Filled: after %1."), after)


def _rich_label() -> QLabel:
    made = label("", wrap=True)
    made.setTextFormat(Qt.TextFormat.RichText)
    return made
