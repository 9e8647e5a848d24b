"""Whether an importance matrix guides the rounding, and where it comes from."""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from desktop.core.own_words import ENOUGH
from desktop.domain.quantization_levels import IMATRIX_EXPLANATION
from desktop.ui.formats import fill, integer
from desktop.ui.quantize.level_words import explained
from desktop.ui.widgets.buttons import ElidedLabel, label, text_button

QUICK, SLOW = 2 * 10**9, 10 * 10**9  # weights
INDENT = 30  # of what stands below a choice's name


class ImatrixChoice(Enum):
    """Where an importance matrix comes from."""

    NONE = auto()
    OURS = auto()  # computed from the text Quern ships with
    TEXTS = auto()  # computed from text files of the person
    CONVERSATIONS = auto()  # computed from what the person and their models wrote
    FILE = auto()  # computed before


class ImatrixSection(QWidget):
    """Signals: changed, when a person chose something else."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.texts: tuple[Path, ...] = ()
        self.file: Path | None = None
        self.buttons: dict[ImatrixChoice, QRadioButton] = {}
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._clicked)
        self._effort = label("", "small", wrap=True)
        self.texts_button = text_button(self.tr("Choose text files…"))
        self.texts_button.clicked.connect(self._ask_texts)
        self._texts_line = ElidedLabel()
        self._texts_box = _below(self.texts_button, self._texts_line)
        self.file_button = text_button(self.tr("Choose a file…"))
        self.file_button.clicked.connect(self._ask_file)
        self._file_line = ElidedLabel("", Qt.TextElideMode.ElideMiddle)
        self._file_box = _below(self.file_button, self._file_line)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addWidget(label(explained(IMATRIX_EXPLANATION), "small", wrap=True))
        self._column.addSpacing(4)
        self._add(
            ImatrixChoice.NONE,
            self.tr("None"),
            self.tr("Good at 4 bits and more; below, a matrix makes the loss smaller."),
        )
        self._add(
            ImatrixChoice.OURS,
            self.tr("Compute one from Quern's text"),
            self.tr("Dialogue, prose and code."),
        )
        self._add(
            ImatrixChoice.TEXTS,
            self.tr("Compute one from my own text files"),
            self.tr("Plain text like what the model will be used for."),
            self._texts_box,
        )
        self._words_line = self._add(
            ImatrixChoice.CONVERSATIONS, self.tr("Compute one from my conversations"), ""
        )
        self._add(
            ImatrixChoice.FILE,
            self.tr("Use one I have"),
            self.tr("A file computed with this very model, by Quern or by llama.cpp."),
            self._file_box,
        )
        self._column.addSpacing(4)
        self._column.addWidget(self._effort)
        self.buttons[ImatrixChoice.NONE].setChecked(True)
        self.set_words(0)
        self._show()

    @property
    def choice(self) -> ImatrixChoice:
        return next(choice for choice, button in self.buttons.items() if button.isChecked())

    @property
    def computes(self) -> bool:
        """Whether a matrix has to be computed first."""
        return self.choice not in (ImatrixChoice.NONE, ImatrixChoice.FILE)

    def choose(self, choice: ImatrixChoice) -> None:
        """Without saying so."""
        self.buttons[choice].setChecked(True)
        self._show()

    def forget_file(self) -> None:
        """A matrix that was computed before fits one model only."""
        self.file = None
        if self.choice is ImatrixChoice.FILE:
            self.choose(ImatrixChoice.NONE)

    def lacking(self) -> str:
        """What is still to be chosen, as a sentence; "" when nothing is."""
        if self.choice is ImatrixChoice.TEXTS and not self.texts:
            return self.tr("Choose the text files the importance matrix is computed from.")
        if self.choice is ImatrixChoice.FILE and self.file is None:
            return self.tr("Choose the file with the importance matrix.")
        return ""

    def set_effort(self, parameters: int) -> None:
        """How long computing one takes with a model of so many weights."""
        if parameters < QUICK:
            effort = self.tr("Computing takes some minutes on a usual computer.")
        elif parameters < SLOW:
            effort = self.tr("Computing takes half an hour and more on a usual computer.")
        else:
            effort = self.tr("Computing takes hours on a usual computer.")
        kept = self.tr("It is kept, and the next time nothing has to be computed.")
        self._effort.setText(f"{effort} {kept}")

    def set_words(self, count: int) -> None:
        """How many words the conversations have; with too few they cannot be chosen."""
        enough = count >= ENOUGH
        if enough:
            words = self.tr("%1 words. They stay here: nothing of them is in the files made.")
        else:
            words = self.tr("They have %1 words so far; it takes %2.")
        explanation = fill(words, integer(count), integer(ENOUGH))
        self._words_line.setText(explanation)
        button = self.buttons[ImatrixChoice.CONVERSATIONS]
        button.setAccessibleDescription(explanation)
        button.setEnabled(enough)
        self._words_line.setEnabled(enough)
        if not enough and self.choice is ImatrixChoice.CONVERSATIONS:
            self.choose(ImatrixChoice.NONE)
            self.changed.emit()

    def _add(
        self, choice: ImatrixChoice, text: str, explanation: str, below: QWidget | None = None
    ) -> QLabel:
        """Returns what shows the explanation."""
        button = QRadioButton(text)
        button.setAccessibleDescription(explanation)
        self._group.addButton(button)
        self.buttons[choice] = button
        line = label(explanation, "small", wrap=True)
        line.setIndent(INDENT)
        self._column.addWidget(button)
        self._column.addWidget(line)
        if below is not None:
            self._column.addWidget(below)
        return line

    def _show(self) -> None:
        self._texts_box.setVisible(self.choice is ImatrixChoice.TEXTS)
        self._file_box.setVisible(self.choice is ImatrixChoice.FILE)
        self._effort.setVisible(self.computes)
        names = ", ".join(path.name for path in self.texts)
        several = fill(self.tr("%1 files: %2"), integer(len(self.texts)), names)
        self._texts_line.setText(several if len(self.texts) > 1 else names)
        self._file_line.setText(self.file.name if self.file is not None else "")

    def _clicked(self) -> None:
        self._show()
        self.changed.emit()

    def _ask_texts(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(
            self,
            self.tr("Choose text files"),
            "",
            self.tr("Text (*.txt *.md *.raw *.json *.jsonl *.csv);;All files (*)"),
        )
        if names:
            self.texts = tuple(map(Path, names))
            self._clicked()

    def _ask_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Choose an importance matrix"),
            "",
            self.tr("Importance matrices (*.gguf *.imatrix *.dat);;All files (*)"),
        )
        if name:
            self.file = Path(name)
            self._clicked()


def _below(button: QPushButton, line: ElidedLabel) -> QWidget:
    line.setProperty("tone", "small")
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(INDENT, 0, 0, 6)
    row.setSpacing(8)
    row.addWidget(button)
    row.addWidget(line, 1)
    return box
