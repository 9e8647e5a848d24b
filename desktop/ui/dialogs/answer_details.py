"""How an answer came about."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.conversation import AnswerFacts, StopReason
from desktop.domain.sampling import FIELDS
from desktop.ui.dialogs.facts_table import FactsTable
from desktop.ui.dialogs.fitting import within_screen
from desktop.ui.formats import decimal, fill, integer
from desktop.ui.widgets.buttons import label, text_button


class AnswerDetails(QDialog):
    """Signals:

    use_settings_requested: the `SamplerSettings` of the answer, seed included.
    prompt_requested: the version of a prompt that the answer answers is to be shown.
    """

    use_settings_requested = Signal(object)
    prompt_requested = Signal()

    def __init__(self, facts: AnswerFacts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("How this answer was made"))
        self._facts = facts
        self.table = FactsTable(self.tr("How this answer was made"))
        self.table.set_facts(self._rows())
        self.prompt_button = text_button("", "link")
        self.prompt_button.hide()
        copy = text_button(self.tr("Copy"))
        use = text_button(self.tr("Use these settings"))
        use.setToolTip(self.tr("Also the seed, so the same question gives the same answer"))
        close = text_button(self.tr("Close"), "primary")
        close.setDefault(True)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(copy)
        buttons.addWidget(use)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        column.addWidget(label(self.tr("How this answer was made"), "title"))
        column.addWidget(self.prompt_button, 0, Qt.AlignmentFlag.AlignLeading)
        column.addWidget(self.table, 1)
        column.addLayout(buttons)
        unit = self.fontMetrics().averageCharWidth()
        self.resize(within_screen(self, unit * 68, unit * 84))
        self.prompt_button.clicked.connect(self._show_prompt)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.table.as_text()))
        use.clicked.connect(self._use)
        close.clicked.connect(self.accept)

    def set_prompt(self, title: str, version: int) -> None:
        """Say which version of a prompt it answers."""
        text = fill(self.tr("Prompt: %1, version %2"), title, integer(version))
        self.prompt_button.setText(text.replace("&", "&&"))
        self.prompt_button.show()

    def _show_prompt(self) -> None:
        self.accept()
        self.prompt_requested.emit()

    def _use(self) -> None:
        self.use_settings_requested.emit(replace(self._facts.sampler, seed=self._facts.seed))
        self.accept()

    def _rows(self) -> list[tuple[str, str]]:
        facts = self._facts
        reasons = {
            StopReason.END_OF_TURN: self.tr("the model finished"),
            StopReason.STOP_STRING: self.tr("a text to stop at came up"),
            StopReason.MAX_TOKENS: self.tr("the longest answer was reached"),
            StopReason.CANCELLED: self.tr("it was stopped"),
            StopReason.FAILED: self.tr("an error"),
        }
        rows = [
            (self.tr("Model"), " · ".join(p for p in (facts.model_name, facts.level) if p)),
            (self.tr("File"), facts.model_path),
            (self.tr("Ended because"), reasons[facts.stop_reason]),
            (
                self.tr("Speed"),
                fill(self.tr("%1 tokens per second"), decimal(facts.tokens_per_second, 1)),
            ),
            (
                self.tr("First token after"),
                fill(self.tr("%1 s"), decimal(facts.ttft_ms / 1000, 2)),
            ),
            (self.tr("Tokens written"), integer(facts.completion_tokens)),
            (
                self.tr("Tokens read"),
                fill(
                    self.tr("%1, of which %2 were remembered from before"),
                    integer(facts.prompt_tokens),
                    integer(facts.cached_tokens),
                ),
            ),
            (
                self.tr("Context used"),
                f"{integer(facts.context_used)} / {integer(facts.context)}",
            ),
        ]
        if facts.dropped_messages:
            rows.append((self.tr("Messages not seen"), integer(facts.dropped_messages)))
        if facts.shifted_tokens:
            rows.append((self.tr("Tokens let go"), integer(facts.shifted_tokens)))
        rows.append((self.tr("Seed"), str(facts.seed)))
        rows += [
            (spec.label, QLocale().toString(float(getattr(facts.sampler, spec.name))))
            for spec in FIELDS
        ]
        for name, text in (
            (self.tr("Stop at"), "  ".join(repr(stop) for stop in facts.sampler.stop)),
            (self.tr("Grammar"), facts.sampler.grammar),
            (self.tr("JSON schema"), facts.sampler.json_schema),
        ):
            if text:
                rows.append((name, text))
        yes_no = {True: self.tr("yes"), False: self.tr("no")}
        rows += [(name, yes_no[value]) for name, value in facts.template_arguments.items()]
        return rows
