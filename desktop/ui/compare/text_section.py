"""The text that models are measured with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop.domain.comparison import EvaluationText, TextKind
from desktop.ui.compare.choices import INDENT, Choices
from desktop.ui.formats import fill, integer
from desktop.ui.widgets.buttons import ElidedLabel, label, set_property, text_button
from desktop.ui.widgets.flow_layout import FlowLayout

LIST_LINES = 7
_ID = Qt.ItemDataRole.UserRole


class TextSection(QWidget):
    """Signals: changed, when a person chose another text."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._paths: tuple[Path, ...] = ()
        self.files_button = text_button(self.tr("Choose text files…"))
        self.files_button.clicked.connect(self._ask_files)
        self.folder_button = text_button(self.tr("Choose a folder…"))
        self.folder_button.clicked.connect(self._ask_folder)
        self._paths_line = ElidedLabel("", Qt.TextElideMode.ElideMiddle)
        self._paths_line.setProperty("tone", "small")
        self.conversations = QListWidget()
        self.conversations.setProperty("kind", "framed")
        self.conversations.setAccessibleName(self.tr("Conversations to measure with"))
        self.conversations.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.conversations.setSpacing(2)
        self.conversations.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.conversations.itemChanged.connect(lambda _item: self.changed.emit())
        self.choices = Choices()
        self.choices.changed.connect(lambda _name: self.changed.emit())
        self._outcome = label("", "small", wrap=True)
        self._add_choices()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.choices)
        column.addWidget(self._outcome)
        self.set_outcome("")
        self.set_conversations(())

    def _add_choices(self) -> None:
        add = self.choices.add
        add(
            TextKind.OURS,
            self.tr("Quern's text"),
            self.tr("Prose, dialogue, code and several languages, which no model was trained on."),
        )
        add(
            TextKind.STARTER,
            self.tr("The starter model's text"),
            self.tr("Short stories that the starter model was not trained on."),
        )
        files = QWidget()
        inside = QVBoxLayout(files)
        inside.setContentsMargins(INDENT, 2, 0, 6)
        inside.setSpacing(4)
        buttons = QWidget()
        row = FlowLayout(buttons)
        row.addWidget(self.files_button)
        row.addWidget(self.folder_button)
        inside.addWidget(buttons)
        inside.addWidget(self._paths_line)
        add(
            TextKind.FILES,
            self.tr("My own text files"),
            self.tr("Plain text like what the model will be used for."),
            files,
        )
        own = QWidget()
        inside = QVBoxLayout(own)
        inside.setContentsMargins(INDENT, 2, 0, 6)
        inside.addWidget(self.conversations)
        add(TextKind.CONVERSATIONS, self.tr("My own conversations"), "", own)

    # --- what is chosen ---------------------------------------------------------------------

    @property
    def kind(self) -> TextKind:
        return TextKind(self.choices.current)

    def text(self) -> EvaluationText | None:
        """What was chosen; None while a person still has to choose something."""
        match self.kind:
            case TextKind.FILES:
                return EvaluationText(self.kind, paths=self._paths) if self._paths else None
            case TextKind.CONVERSATIONS:
                numbers = self._checked()
                return EvaluationText(self.kind, conversations=numbers) if numbers else None
            case _:
                return EvaluationText(self.kind)

    def lacking(self) -> str:
        """What is still to be chosen, as a sentence; "" when nothing is."""
        if self.text() is not None:
            return ""
        if self.kind is TextKind.FILES:
            return self.tr("Choose the text files to measure with.")
        return self.tr("Choose the conversations to measure with.")

    def suit(self, *, starter: bool) -> None:
        """Another base: the starter model, which knows little, has a text of its own. What a
        person brought stays chosen."""
        if self.kind in (TextKind.OURS, TextKind.STARTER):
            self.choices.choose(TextKind.STARTER if starter else TextKind.OURS)

    # --- what is shown ----------------------------------------------------------------------

    def set_conversations(self, conversations: Sequence[tuple[int, str]]) -> None:
        """All there are: id and title; those that were chosen stay so."""
        chosen = set(self._checked())
        self.choices.buttons[TextKind.CONVERSATIONS].setEnabled(bool(conversations))
        self.choices.explain(
            TextKind.CONVERSATIONS,
            self.tr("What you talk about, and how. Nothing leaves this machine.")
            if conversations
            else self.tr("There are none so far."),
        )
        with QSignalBlocker(self.conversations):
            self.conversations.clear()
            for number, title in conversations:
                item = QListWidgetItem(title)
                item.setData(_ID, number)
                state = Qt.CheckState.Checked if number in chosen else Qt.CheckState.Unchecked
                item.setCheckState(state)
                self.conversations.addItem(item)
        lines = min(LIST_LINES, max(2, len(conversations)))
        height = max(self.conversations.sizeHintForRow(0), self.fontMetrics().height()) + 6
        self.conversations.setFixedHeight(lines * height + 12)

    def set_outcome(self, sentence: str, *, problem: bool = False) -> None:
        """How much the text gives, or why it cannot be used."""
        self._outcome.setText(sentence)
        set_property(self._outcome, "tone", "warning" if problem else "small")
        self._outcome.setVisible(bool(sentence))

    def outcome(self) -> str:
        return self._outcome.text()

    # --- inside -----------------------------------------------------------------------------

    def _checked(self) -> tuple[int, ...]:
        items = (self.conversations.item(row) for row in range(self.conversations.count()))
        return tuple(item.data(_ID) for item in items if item.checkState() is Qt.CheckState.Checked)

    def set_paths(self, paths: Sequence[Path]) -> None:
        """Measure with these files and folders."""
        self._paths = tuple(paths)
        names = ", ".join(path.name for path in paths)
        several = fill(self.tr("%1 files: %2"), integer(len(paths)), names)
        self._paths_line.setText(several if len(paths) > 1 else names)
        self.changed.emit()

    def _ask_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(
            self, self.tr("Choose text files"), "", self.tr("Text (*.txt *.md);;All files (*)")
        )
        if names:
            self.set_paths([Path(name) for name in names])

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Choose a folder of texts"))
        if name:
            self.set_paths([Path(name)])
