"""One run: how it goes, what each level got right, and where they differ."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.task_report import TaskReport
from desktop.domain.job import JobState
from desktop.domain.task_run import TaskRequest, TaskRun
from desktop.domain.task_scores import LevelScore
from desktop.ui.compare.run_strip import RunStrip
from desktop.ui.dialogs.facts_table import FactsTable
from desktop.ui.formats import decimal, fill, integer
from desktop.ui.icons import Icons
from desktop.ui.itemmodels.text_table import TextRow, TextTableModel
from desktop.ui.tasks.answers_section import AnswersSection
from desktop.ui.tasks.needle_result import NeedleResult
from desktop.ui.tasks.words import accuracy, overlap, run_title, speed
from desktop.ui.widgets.buttons import ElidedLabel, label, text_button
from desktop.ui.widgets.disclosure import Disclosure
from desktop.ui.widgets.scroll_page import ScrollPage
from desktop.ui.widgets.step_card import step_card
from desktop.ui.widgets.text_table import TextTable


class ResultView(ScrollPage):
    """Signals:

    closed: back to all runs.
    export_requested: Path of a report to be written.
    """

    closed = Signal()
    export_requested = Signal(object)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.run: TaskRun | None = None
        self.back_button = text_button(self.tr("All runs"), "link")
        self.back_button.setIcon(icons.icon("chevron-left", QPalette.ColorRole.Link))
        self.back_button.clicked.connect(self.closed)
        self._title = ElidedLabel("", Qt.TextElideMode.ElideMiddle)
        self._title.setProperty("tone", "display")
        self.strip = RunStrip()
        self.strip.bar.setAccessibleName(self.tr("Progress of the questions"))
        self.export_button = text_button(self.tr("Save the report…"))
        self.export_button.clicked.connect(self._ask_export)
        self.model = TextTableModel(numbers=range(1, 9))
        self.table = TextTable(self.tr("What each level got right"), self.model)
        self._legend = label(
            self.tr(
                "In brackets the interval that holds the true share with 95 % confidence. Lost and"
                " won: questions that only the base, or only the level, got right; p is how likely"
                " flips that uneven are by chance (McNemar)."
            ),
            "small",
            wrap=True,
        )
        self._notes = label("", "warning", wrap=True)
        self._notes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.answers = AnswersSection()
        self.needle = NeedleResult(icons)
        self.facts = FactsTable(self.tr("How it was asked"))
        self.facts_fold = Disclosure(self.tr("How it was asked"), icons, self.facts)
        self.facts_fold.button.clicked.connect(self.facts.fit_rows)
        self._build()

    def _build(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.back_button)
        top.addStretch(1)
        numbers = QWidget()
        inside = QVBoxLayout(numbers)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        inside.addWidget(self.table)
        inside.addWidget(self._notes)
        inside.addWidget(self._legend)
        self._answers_card = step_card(self.tr("Answers"), self.answers)
        self._needle_card = step_card(self.tr("Where it was found"), self.needle)
        column = self.column
        column.addLayout(top)
        column.addWidget(self._title)
        column.addWidget(self.strip)
        column.addWidget(self.export_button, 0, Qt.AlignmentFlag.AlignLeading)
        column.addWidget(step_card(self.tr("Right answers"), numbers))
        for part in (self._answers_card, self._needle_card, self.facts_fold):
            column.addWidget(part)
        column.addStretch(1)

    def begin(self) -> None:
        """Another run is going to be shown."""
        self.run = None
        self.strip.begin()
        self.verticalScrollBar().setValue(0)

    def show_report(self, report: TaskReport) -> None:
        """What is known of a run by now."""
        run = self.run = report.run
        self._title.setText(run_title(run))
        self.strip.show_state(
            run.state,
            f"{run.problem} {run.advice}".strip(),
            measured=run.measured,
            resumable=run.resumable,
        )
        self.strip.setVisible(run.state is not JobState.DONE or run.resumable)
        self._show_scores(report.scores)
        self._notes.setText("\n".join(report.notes))
        self._notes.setVisible(bool(report.notes))
        questions = isinstance(run.request, TaskRequest)
        self._answers_card.setVisible(questions)
        self._needle_card.setVisible(not questions)
        (self.answers if questions else self.needle).set_results(run, report.scores)
        self.facts.set_facts(list(run.facts.items()))
        self.facts.fit_rows()
        self.facts_fold.setVisible(bool(run.facts))

    def notes(self) -> str:
        return self._notes.text()

    # --- inside -----------------------------------------------------------------------------

    def _show_scores(self, scores: tuple[LevelScore, ...]) -> None:
        with_bleu = any(score.bleu for score in scores)
        with_rouge = any(score.rouge for score in scores)
        several = len(scores) > 1
        headings = (
            *(self.tr("Level"), self.tr("Right"), self.tr("Share")),
            *((self.tr("BLEU"),) if with_bleu else ()),
            *((self.tr("ROUGE-L"),) if with_rouge else ()),
            *((self.tr("Lost"), self.tr("Won"), self.tr("p")) if several else ()),
            self.tr("Writes, tokens/s"),
        )
        self.model.set_table(
            headings,
            [
                self._row(score, with_bleu=with_bleu, with_rouge=with_rouge, several=several)
                for score in scores
            ],
        )
        self.table.fit()

    def _row(
        self, score: LevelScore, *, with_bleu: bool, with_rouge: bool, several: bool
    ) -> TextRow:
        flips, base = score.flips, score.model.position == 0
        name = score.model.name
        cells = [
            fill(self.tr("%1 (base)"), name) if base and several else name,
            fill(self.tr("%1 of %2"), integer(score.right), integer(score.answered)),
            accuracy(score),
        ]
        if with_bleu:
            cells.append(overlap(score.bleu))
        if with_rouge:
            cells.append(overlap(score.rouge))
        if several:
            cells += (
                [integer(len(flips.lost)), integer(len(flips.won)), decimal(flips.p, 3)]
                if flips
                else ["", "", ""]
            )
        cells.append(speed(score.speed))
        problem = f"{score.model.problem} {score.model.advice}".strip()
        return TextRow(
            tuple(cells),
            tip=problem or str(score.model.path),
            wrong=bool(problem),
            quiet=base and several,
        )

    def _ask_export(self) -> None:
        from desktop.core.file_names import safe_stem

        if self.run is None:
            return
        name, chosen = QFileDialog.getSaveFileName(
            self,
            self.tr("Save the report"),
            f"{safe_stem(run_title(self.run), 'tasks')}.md",
            "Markdown (*.md);;CSV (*.csv);;JSON (*.json)",
        )
        if name:
            path = Path(name)
            usual = next((end for end in (".csv", ".json") if end[1:] in chosen), ".md")
            self.export_requested.emit(path if path.suffix else path.with_suffix(usual))
