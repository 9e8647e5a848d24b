"""What to ask whom, and the runs there were."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.task_run import MAX_TOKENS, RunRequest, TaskRequest
from desktop.domain.task_set import TaskSet
from desktop.ui.compare.history_list import HistoryList, HistoryWords
from desktop.ui.formats import amount, fill
from desktop.ui.icons import Icons
from desktop.ui.tasks.levels_section import LevelsSection
from desktop.ui.tasks.needle_section import NeedleSection
from desktop.ui.tasks.set_section import SetSection
from desktop.ui.widgets.buttons import label
from desktop.ui.widgets.inputs import NumberBox
from desktop.ui.widgets.readiness import Readiness, Summary, lacking
from desktop.ui.widgets.segmented import Segmented
from desktop.ui.widgets.step_card import step_card
from desktop.ui.widgets.steps_page import StepsPage

QUESTIONS, NEEDLE = 0, 1  # numbers of the kinds
LONGEST = 8192  # tokens an answer may have at most


class SetupView(StepsPage):
    """Questions of a set, or needles; one of both is shown."""

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.introduce(
            self.tr("Tasks"),
            self.tr(
                "Asks a model and its levels the same questions, one by one and always with the"
                " likeliest words, and counts what each gets right."
            ),
            self.tr("Ask"),
        )
        self.base: Path | None = None  # that can be used
        self.kinds = Segmented(
            self.tr("What is asked"), (self.tr("Questions"), self.tr("Needle in a haystack"))
        )
        self.kinds.changed.connect(self._show_kind)
        self.sets = SetSection()
        self.longest = NumberBox()
        self.longest.setRange(1, LONGEST)
        self.longest.setValue(MAX_TOKENS)
        self.longest.setAccessibleName(self.tr("Longest answer, in tokens"))
        self.needle = NeedleSection()
        self.levels = LevelsSection(icons)
        self.history = HistoryList(
            icons,
            HistoryWords(
                self.tr("Runs"),
                self.tr("Delete the run %1"),
                self.tr("Delete the run of “%1”?"),
                self.tr("What was answered is gone then. The task set stays."),
            ),
        )
        for part in (self.sets, self.needle, self.levels):
            part.changed.connect(self.summarize)
        self._build()
        self._show_kind()

    def _build(self) -> None:
        questions = QWidget()
        inside = QVBoxLayout(questions)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        inside.addWidget(self.sets)
        row = QHBoxLayout()
        row.addWidget(label(self.tr("Longest answer, in tokens"), wrap=True), 1)
        row.addWidget(self.longest)
        inside.addLayout(row)
        self._set_step = step_card(self.tr("Task set"), questions)
        self._needle_step = step_card(self.tr("Needle in a haystack"), self.needle)
        column = self.page.column
        column.addSpacing(4)
        column.addWidget(self.kinds)
        for part in (self._set_step, self._needle_step):
            column.addWidget(part)
        column.addWidget(step_card(self.tr("Levels"), self.levels))
        column.addWidget(self.history)
        self.finish()

    @property
    def chosen_set(self) -> TaskSet | None:
        kept = self.sets.current
        return kept.set if kept is not None else None

    def models(self) -> tuple[Path, ...]:
        """The base first; none while there is no base."""
        if self.base is None:
            return ()
        return (self.base, *(info.path for info in self.levels.files.chosen()))

    def request(self) -> RunRequest | None:
        """What is to be asked; None while something is lacking."""
        models = self.models()
        if not models:
            return None
        if self.kinds.current == NEEDLE:
            return self.needle.request(models) if self.needle.chosen_lengths() else None
        tasks = self.chosen_set
        return TaskRequest(tasks, models, self.longest.value()) if tasks is not None else None

    def summarize(self) -> None:
        """Say what pressing the button will do, or what is lacking."""
        self.bar.set_summary(self._summary())

    def _summary(self) -> Summary:
        needle = self.kinds.current == NEEDLE
        if needle and not self.needle.chosen_lengths():
            return lacking(self.tr("Choose at least one length."))
        tasks = self.chosen_set
        if not needle and tasks is None:
            return lacking(self.tr("Choose a task set."))
        if self.base is None:
            return lacking(self.tr("Choose a model."))
        count = self.needle.questions if needle else len(tasks.tasks) if tasks else 0
        models = len(self.models())
        questions = amount(count, self.tr("1 question"), self.tr("%1 questions"))
        if models == 1:
            text = self.tr("Asks 1 model %1. Choose levels to compare it with.")
            return Summary(Readiness.READY, fill(text, questions))
        text = self.tr("Asks %2 models %1 each.")
        return Summary(Readiness.READY, fill(text, questions, models))

    def _show_kind(self) -> None:
        needle = self.kinds.current == NEEDLE
        self._set_step.setVisible(not needle)
        self._needle_step.setVisible(needle)
        self.summarize()
