"""What a model file is, and whether it fits, before it is loaded."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from desktop.domain.model import CONTEXT_STEP, DEFAULT_CONTEXT, MemoryEstimate, ModelInfo
from desktop.ui.dialogs.facts_table import FactsTable
from desktop.ui.dialogs.fitting import FittingDialog
from desktop.ui.formats import fill, integer
from desktop.ui.model_words import breakdown, described, verdict
from desktop.ui.widgets.buttons import ElidedLabel, label, set_property, text_button
from desktop.ui.widgets.inputs import Slider

ESTIMATE_DELAY_MS = 80
CHARACTERS = 76


class ModelCard(FittingDialog):
    """Opens busy; `set_info` and `set_estimate` fill it, `set_problem` says why that failed.

    Signals:
        load_requested: tokens of context.
        add_requested: put the model on the list without loading it.
        context_changed: tokens, while the slider is moved; answer with `set_estimate`.
    """

    load_requested = Signal(int)
    add_requested = Signal()
    context_changed = Signal(int)

    def __init__(self, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(CHARACTERS, parent)
        self.setWindowTitle(self.tr("Model file"))
        self._title = ElidedLabel(path.stem)
        self._title.setProperty("tone", "title")
        self._file = ElidedLabel(str(path), Qt.TextElideMode.ElideMiddle)
        self._file.setProperty("tone", "small")
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setFixedHeight(3)
        self._busy.setTextVisible(False)
        self._busy.setAccessibleName(self.tr("Reading the file"))
        self._facts = FactsTable(self.tr("What the file says"))
        self._verdict = label(self.tr("Reading the file…"), "heading", wrap=True)
        self._breakdown = label("", "small", wrap=True)
        self._problems = label("", "warning", wrap=True)
        self._context_label = label(self.tr("Context"), "heading")
        self._context_value = label("", "secondary")
        self._context = Slider()
        self._context.setAccessibleName(self.tr("Context in tokens"))
        self._context_label.setBuddy(self._context)
        self._context_help = label(
            self.tr("How much of a conversation the model can see; more takes more memory."),
            "small",
            wrap=True,
        )
        self.load_button = text_button(self.tr("Load"), "primary")
        self.load_button.setDefault(True)
        self.add_button = text_button(self.tr("Add to list"))
        cancel = text_button(self.tr("Cancel"))
        self._delay = QTimer(self, interval=ESTIMATE_DELAY_MS, singleShot=True)
        self._delay.timeout.connect(lambda: self.context_changed.emit(self.context()))

        context = QHBoxLayout()
        context.addWidget(self._context_label, 1)
        context.addWidget(self._context_value)
        self.footer.addWidget(self.add_button)
        self.footer.addStretch(1)
        self.footer.addWidget(cancel)
        self.footer.addWidget(self.load_button)
        column = self.content
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self._file)
        column.addWidget(self._busy)
        column.addSpacing(4)
        column.addWidget(self._verdict)
        column.addWidget(self._breakdown)
        column.addWidget(self._problems)
        column.addSpacing(4)
        column.addLayout(context)
        column.addWidget(self._context)
        column.addWidget(self._context_help)
        column.addSpacing(4)
        column.addWidget(self._facts)
        column.addStretch(1)

        self._context.valueChanged.connect(self._context_moved)
        self.load_button.clicked.connect(self._load)
        self.add_button.clicked.connect(self._add)
        cancel.clicked.connect(self.reject)
        self._context_parts = (
            self._context_label, self._context_value, self._context, self._context_help
        )  # fmt: skip
        for part in (*self._context_parts, self._facts, self._problems, self._breakdown):
            part.hide()
        self.load_button.setEnabled(False)
        self.add_button.setEnabled(False)
        self.fit()

    def context(self) -> int:
        """The context asked for, in tokens."""
        return self._context.value() * CONTEXT_STEP

    def verdict(self) -> str:
        """What is said about whether the model can be loaded."""
        return self._verdict.text()

    def set_info(self, info: ModelInfo) -> None:
        """Show what the header says, and ask for an estimate."""
        self._busy.hide()
        self._title.setText(info.name)
        self._facts.set_facts(described(info))
        self._facts.show()
        self._facts.fit_rows()
        self._problems.setText("\n".join(info.problems))
        self._problems.setVisible(bool(info.problems))
        longest = max(info.context_length or DEFAULT_CONTEXT, CONTEXT_STEP)
        with QSignalBlocker(self._context):
            self._context.setRange(1, longest // CONTEXT_STEP)
            self._context.setPageStep(max(1, longest // CONTEXT_STEP // 10))
            self._context.setValue(min(DEFAULT_CONTEXT, longest) // CONTEXT_STEP)
        self._show_context()
        for part in self._context_parts:
            part.show()
        self._context.setFocus()  # or Enter would press Cancel, the only stop while it was busy
        self._verdict.setText(self.tr("Working out what it takes…"))
        self.add_button.setEnabled(True)
        self.fit()
        self.context_changed.emit(self.context())

    def set_estimate(self, estimate: MemoryEstimate) -> None:
        """Say whether it fits."""
        self._verdict.setText(verdict(estimate))
        set_property(self._verdict, "tone", "heading" if estimate.fits else "error")
        self._breakdown.setText(breakdown(estimate))
        self._breakdown.show()
        self.load_button.setEnabled(estimate.fits)
        self.fit()

    def set_problem(self, sentence: str) -> None:
        """The file cannot be used, and why."""
        self._busy.hide()
        self._verdict.setText(sentence)
        set_property(self._verdict, "tone", "error")
        said, _, _ = sentence.partition(". ")
        others = [line for line in self._problems.text().splitlines() if said not in line]
        self._problems.setText("\n".join(others))
        self._problems.setVisible(bool(others))
        self.load_button.setEnabled(False)
        self.fit()

    def _context_moved(self) -> None:
        self._show_context()
        self._delay.start()

    def _show_context(self) -> None:
        self._context_value.setText(fill(self.tr("%1 tokens"), integer(self.context())))

    def _load(self) -> None:
        self.load_requested.emit(self.context())
        self.accept()

    def _add(self) -> None:
        self.add_requested.emit()
        self.accept()
