"""Which levels to test blindly, with which prompts; and the tests there were."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.blind_test import prompts_of
from desktop.domain.blind_test import FEWEST_LEVELS, MOST_LEVELS, USUAL_TOKENS
from desktop.domain.sampling import SamplerSettings
from desktop.ui.compare.history_list import HistoryLine, HistoryList, HistoryWords
from desktop.ui.formats import amount, fill, integer
from desktop.ui.icons import Icons
from desktop.ui.quantize.action_bar import ActionBar
from desktop.ui.quantize.summary import Readiness, Summary, lacking
from desktop.ui.side_by_side.levels_section import LevelsSection
from desktop.ui.side_by_side.sampler_basics import SamplerBasics
from desktop.ui.widgets.buttons import label
from desktop.ui.widgets.disclosure import Disclosure
from desktop.ui.widgets.inputs import TextBox
from desktop.ui.widgets.prompt_field import PromptField
from desktop.ui.widgets.scroll_page import ScrollPage
from desktop.ui.widgets.segmented import Segmented
from desktop.ui.widgets.step_card import step_card

OURS, OWN = 0, 1  # whose prompts


class SetupView(QWidget):
    """Signals: start_requested, when there is something to ask and enough to answer."""

    start_requested = Signal()

    def __init__(self, icons: Icons, prompts: Sequence[str]) -> None:
        """`prompts` are those Quern brings along."""
        super().__init__()
        self._ours = tuple(prompts)
        self.levels = LevelsSection(
            icons, self.tr("Choose a model; its other levels are offered along with it.")
        )
        self.whose = Segmented(
            self.tr("Prompts"),
            [fill(self.tr("Quern's %1 prompts"), integer(len(prompts))), self.tr("My own")],
        )
        self.whose.changed.connect(self._show_whose)
        self.own = TextBox(lines=6)
        self.own.setAccessibleName(self.tr("My own prompts"))
        self.own.setPlaceholderText(self.tr("One prompt a line"))
        self.own.textChanged.connect(self.summarize)
        self.system = PromptField()
        self.sampler = SamplerBasics(icons, SamplerSettings(max_tokens=USUAL_TOKENS))
        words = HistoryWords(
            self.tr("Delete the blind test %1"),
            self.tr("Delete the blind test of “%1”?"),
            self.tr("Its votes and answers are gone then."),
        )
        self.history = HistoryList(icons, words)
        self.page = ScrollPage()
        self._past = step_card(self.tr("Blind tests"), self.history)
        self._build(icons)
        self.levels.changed.connect(self.summarize)
        self._past.hide()
        self._show_whose()

    def _build(self, icons: Icons) -> None:
        prompts = QWidget()
        inside = QVBoxLayout(prompts)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        for part in (
            self.whose,
            self.own,
            Disclosure(self.tr("System prompt"), icons, self.system),
        ):
            inside.addWidget(part)
        column = self.page.column
        column.addWidget(label(self.tr("Blind test"), "display"))
        column.addWidget(
            label(
                self.tr(
                    "Two levels answer the same prompt, and you say which answer is better without"
                    " knowing whose it is. Your votes become a ranking."
                ),
                "secondary",
                wrap=True,
            )
        )
        column.addWidget(step_card(self.tr("Levels"), self.levels))
        column.addWidget(step_card(self.tr("Prompts"), prompts))
        column.addWidget(step_card(self.tr("Settings"), self.sampler))
        column.addWidget(self._past)
        column.addStretch(1)
        self.bar = ActionBar()
        self.bar.set_action(self.tr("Begin"))
        self.bar.start_requested.connect(self._start)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.page, 1)
        whole.addWidget(self.bar)

    def prompts(self) -> tuple[str, ...]:
        """What the levels are asked."""
        if self.whose.current == OURS:
            return self._ours
        return prompts_of(self.own.toPlainText())

    def set_history(self, lines: Sequence[HistoryLine]) -> None:
        """The tests there were."""
        self.history.set_lines(lines)
        self._past.setVisible(bool(lines))

    def summarize(self) -> None:
        """Say what will happen, or what is missing."""
        self.bar.set_summary(self._summary())

    def _summary(self) -> Summary:
        count = len(self.levels.chosen())
        if not self.levels.rows:
            return lacking(self.tr("Choose a model first."))
        if not FEWEST_LEVELS <= count <= MOST_LEVELS:
            text = self.tr("Choose %1 to %2 files; %3 are chosen.")
            return lacking(fill(text, integer(FEWEST_LEVELS), integer(MOST_LEVELS), integer(count)))
        prompts = len(self.prompts())
        if not prompts:
            return lacking(self.tr("Write at least one prompt."))
        shown = amount(prompts, self.tr("1 prompt"), self.tr("%1 prompts"))
        return Summary(
            Readiness.READY,
            fill(self.tr("%1 levels and %2. Stop and go on whenever you like."), count, shown),
        )

    def _show_whose(self) -> None:
        self.own.setVisible(self.whose.current == OWN)
        self.summarize()

    def _start(self) -> None:
        if self._summary().readiness is Readiness.READY:
            self.start_requested.emit()
