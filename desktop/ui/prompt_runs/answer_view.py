"""The answer of one cell: what was said, what was expected, and how the votes fell."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.prompt_run_report import Cell, PromptRunReport
from desktop.ui.formats import fill, integer
from desktop.ui.prompt_runs.words import answer_figures, expected, verdict
from desktop.ui.prompts.template_edit import GrowingBox
from desktop.ui.prompts.words import version_name
from desktop.ui.widgets.buttons import label, set_property

MOST_VOTES = 8  # lines of what was said


class AnswerView(QWidget):
    """Shows one cell of a report."""

    def __init__(self) -> None:
        super().__init__()
        self.heading = label("", "heading", wrap=True)
        self.verdict = label("", "small", wrap=True)
        self.votes = label("", "small", wrap=True)
        self.votes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text = GrowingBox(self.tr("Answer"), lines=2, most=14)
        self.text.setReadOnly(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self.heading, self.verdict, self.votes, self.text):
            column.addWidget(part)

    def show_cell(self, report: PromptRunReport, cell: Cell) -> None:
        case, answer = report.case(cell.place), cell.answer
        number = report.number(cell.place)
        self.heading.setText(
            f"{case.name} · {version_name(number)} · {report.model(cell.place).stem}"
        )
        parts = [verdict(cell), expected(case.expectation)]
        if answer is not None:
            parts.append(answer_figures(answer))
        self.verdict.setText(" · ".join(parts))
        set_property(self.verdict, "tone", "error" if cell.passed is False else "small")
        self.votes.setText(self._votes(cell))
        self.votes.setVisible(bool(self.votes.text()))
        self.text.set_text(answer.text.strip() if answer else cell.problem)
        self.text.setVisible(bool(cell.results))

    def _votes(self, cell: Cell) -> str:
        """What was said how often, of several answers."""
        found = cell.vote
        if found is None or len(cell.results) < 2:
            return ""
        lines = [
            fill(
                self.tr("%1 of %2 answers agree; this is the first of them."),
                integer(found.votes),
                integer(found.of),
            )
        ]
        lines += [
            fill(self.tr("%1 ×  %2"), integer(votes), " ".join(said.split())[:80])
            for said, votes in found.counts[:MOST_VOTES]
        ]
        return "\n".join([*lines, cell.problem] if cell.problem else lines)
