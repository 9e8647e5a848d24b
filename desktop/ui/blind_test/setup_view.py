"""Which levels to test blindly, with which prompts; and the tests there were."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.blind_test import prompts_of
from desktop.domain.blind_test import FEWEST_LEVELS, MOST_LEVELS, USUAL_TOKENS
from desktop.domain.sampling import SamplerSettings
from desktop.ui.compare.history_list import HistoryList, HistoryWords
from desktop.ui.formats import amount, fill, integer
from desktop.ui.icons import Icons
from desktop.ui.side_by_side.levels_section import LevelsSection
from desktop.ui.side_by_side.sampler_basics import SamplerBasics
from desktop.ui.widgets.disclosure import Disclosure
from desktop.ui.widgets.inputs import TextBox
from desktop.ui.widgets.prompt_field import PromptField
from desktop.ui.widgets.readiness import Readiness, Summary, lacking
from desktop.ui.widgets.segmented import Segmented
from desktop.ui.widgets.step_card import step_card
from desktop.ui.widgets.steps_page import StepsPage

OURS, OWN = 0, 1  # whose prompts


class SetupView(StepsPage):
    """Its button can be pressed when there is something to ask and enough to answer."""

    def __init__(self, icons: Icons, prompts: Sequence[str]) -> None:
        """`prompts` are those Quern brings along."""
        super().__init__()
        self.introduce(
            self.tr("Blind test"),
            self.tr(
                "Two levels answer the same prompt, and you say which answer is better without"
                " knowing whose it is. Your votes become a ranking."
            ),
            self.tr("Begin"),
        )
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
            self.tr("Blind tests"),
            self.tr("Delete the blind test %1"),
            self.tr("Delete the blind test of “%1”?"),
            self.tr("Its votes and answers are gone then."),
        )
        self.history = HistoryList(icons, words)
        self._build(icons)
        self.levels.changed.connect(self.summarize)
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
        column.addWidget(step_card(self.tr("Levels"), self.levels))
        column.addWidget(step_card(self.tr("Prompts"), prompts))
        column.addWidget(step_card(self.tr("Settings"), self.sampler))
        column.addWidget(self.history)
        self.finish()

    def prompts(self) -> tuple[str, ...]:
        """What the levels are asked."""
        if self.whose.current == OURS:
            return self._ours
        return prompts_of(self.own.toPlainText())

    def summarize(self) -> None:
        """Say what will happen, or what is missing."""
        self.bar.set_summary(self._summary())

    def _summary(self) -> Summary:
        missing = self.levels.lacking(FEWEST_LEVELS, MOST_LEVELS)
        if missing:
            return lacking(missing)
        prompts = len(self.prompts())
        if not prompts:
            return lacking(self.tr("Write at least one prompt."))
        shown = amount(prompts, self.tr("1 prompt"), self.tr("%1 prompts"))
        text = self.tr("%1 levels and %2. Stop and go on whenever you like.")
        return Summary(Readiness.READY, fill(text, len(self.levels.chosen()), shown))

    def _show_whose(self) -> None:
        self.own.setVisible(self.whose.current == OWN)
        self.summarize()
