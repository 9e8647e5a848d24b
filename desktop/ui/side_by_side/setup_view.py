"""What to ask, and whom."""

from __future__ import annotations

import random

from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from desktop.domain.sampling import SamplerSettings
from desktop.domain.side_by_side import FEWEST, MOST
from desktop.ui.formats import fill, integer
from desktop.ui.icons import Icons
from desktop.ui.side_by_side.levels_section import LevelsSection
from desktop.ui.side_by_side.sampler_basics import SamplerBasics
from desktop.ui.widgets.disclosure import Disclosure
from desktop.ui.widgets.inputs import TextBox
from desktop.ui.widgets.prompt_field import PromptField
from desktop.ui.widgets.readiness import Readiness, Summary, lacking
from desktop.ui.widgets.step_card import step_card
from desktop.ui.widgets.steps_page import StepsPage

USUAL = SamplerSettings(temperature=0.0, max_tokens=300)


class SetupView(StepsPage):
    """Its button can be pressed when there is something to ask and enough to answer."""

    def __init__(self, icons: Icons, generator: random.Random) -> None:
        """`generator` throws seeds."""
        super().__init__()
        self.introduce(
            self.tr("Side by side"),
            self.tr(
                "Asks several levels the same, with the same seed and settings, and shows where"
                " their answers part."
            ),
            self.tr("Ask them"),
        )
        self.levels = LevelsSection(
            icons,
            self.tr(
                "Choose a model; its other levels are offered along with it. The first file is what"
                " the others are compared with."
            ),
        )
        self.prompt = TextBox(lines=4)
        self.prompt.setAccessibleName(self.tr("Question"))
        self.prompt.setPlaceholderText(self.tr("What all of them are to answer"))
        self.system = PromptField()
        self.sampler = SamplerBasics(icons, USUAL, generator)
        self.thinking = QCheckBox(self.tr("Let models think first, where they can"))
        self.thinking.setChecked(True)
        question = QWidget()
        column = QVBoxLayout(question)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.prompt)
        column.addWidget(self.thinking)
        column.addWidget(Disclosure(self.tr("System prompt"), icons, self.system))
        self.page.column.addWidget(step_card(self.tr("Who answers"), self.levels))
        self.page.column.addWidget(step_card(self.tr("Question"), question))
        self.page.column.addWidget(step_card(self.tr("Settings"), self.sampler))
        self.finish()
        self.prompt.textChanged.connect(self.summarize)
        self.levels.changed.connect(self.summarize)
        self.summarize()

    def summarize(self) -> None:
        """Say what will happen, or what is missing."""
        self.bar.set_summary(self._summary())

    def _summary(self) -> Summary:
        missing = self.levels.lacking(FEWEST, MOST)
        if missing:
            return lacking(missing)
        if not self.prompt.toPlainText().strip():
            return lacking(self.tr("Type what they are to answer."))
        text = self.tr("%1 files answer: at the same time if memory holds them all.")
        return Summary(Readiness.READY, fill(text, integer(len(self.levels.chosen()))))
