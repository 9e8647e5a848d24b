"""A field for each placeholder of a prompt, of the kind that suits it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.domain.errors import InvalidInput
from desktop.domain.prompt import FieldKind, PromptField
from desktop.ui.formats import data_size, fill
from desktop.ui.prompts.template_edit import GrowingBox
from desktop.ui.widgets.attachments import read_text_file
from desktop.ui.widgets.buttons import label, set_property, text_button
from desktop.ui.widgets.inputs import Choice


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What placeholders may be filled with.

    Attributes:
        clipboard: its text.
        message: the text selected in the conversation, or its last answer.
    """

    clipboard: str = ""
    message: str = ""


class FillForm(QWidget):
    """Signals: changed, when a value changed."""

    changed = Signal()

    def __init__(self, fields: Sequence[PromptField], around: Surroundings) -> None:
        super().__init__()
        self.fields: dict[str, QWidget] = {}
        self._values: dict[str, Callable[[], str]] = {}
        self._around = around
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for field in fields:
            part = self._make(field)
            name = label(field.name, "heading")
            name.setBuddy(part)
            part.setAccessibleName(field.name)
            part.setAccessibleDescription(field.hint)
            column.addWidget(name)
            column.addWidget(part)
            note = field.hint or self._note(field)
            if note:
                column.addWidget(label(note, "small", wrap=True))
            column.addSpacing(6)
            self.fields[field.name] = part

    def values(self) -> dict[str, str]:
        return {name: value() for name, value in self._values.items()}

    def focus_first(self) -> None:
        """Begin where something is to be written."""
        empty = (name for name, value in self._values.items() if not value())
        name = next(empty, next(iter(self.fields), None))
        if name is not None:
            self.fields[name].setFocus(Qt.FocusReason.TabFocusReason)

    def _make(self, field: PromptField) -> QWidget:
        match field.kind:
            case FieldKind.TEXT | FieldKind.NUMBER:
                return self._line(field)
            case FieldKind.CHOICE:
                return self._choice(field)
            case FieldKind.FILE:
                return self._file(field)
            case _:
                return self._box(field)

    def _line(self, field: PromptField) -> QWidget:
        line = QLineEdit(field.default)
        line.textChanged.connect(self.changed)
        self._values[field.name] = line.text
        return line

    def _choice(self, field: PromptField) -> QWidget:
        choice = Choice()
        choice.addItems(list(field.choices))
        if field.default in field.choices:
            choice.setCurrentText(field.default)
        choice.currentIndexChanged.connect(self.changed)
        self._values[field.name] = choice.currentText
        return choice

    def _file(self, field: PromptField) -> QWidget:
        file = FileField()
        file.changed.connect(self.changed)
        self._values[field.name] = lambda: file.text
        return file

    def _box(self, field: PromptField) -> QWidget:
        given = {
            FieldKind.CLIPBOARD: self._around.clipboard,
            FieldKind.MESSAGE: self._around.message,
        }.get(field.kind, "")
        box = GrowingBox(field.name, lines=3, most=8)
        box.set_text(given or field.default)
        box.written.connect(self.changed)
        self._values[field.name] = box.toPlainText
        return box

    def _note(self, field: PromptField) -> str:
        notes = {
            FieldKind.CLIPBOARD: self.tr("What is on the clipboard; it can be changed here."),
            FieldKind.MESSAGE: self.tr(
                "What is selected in the conversation, or its last answer; it can be changed here."
            ),
        }
        return notes.get(field.kind, "")


class FileField(QWidget):
    """Which file is read, and how large it is. Nothing else of it is touched.

    Signals: changed, when another file was read.

    Attributes:
        text: what the file says, "" before one is chosen.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.button = text_button(self.tr("Choose a file…"))
        self.note = label(self.tr("No file is read yet."), "small", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.button)
        row.addWidget(self.note, 1)
        self.setFocusProxy(self.button)
        self.button.clicked.connect(self._choose)

    def read(self, path: Path) -> None:
        """Take the text of a file, or say why it cannot be."""
        try:
            attachment = read_text_file(path)
        except InvalidInput as error:
            self.text = ""
            self._say(error.message, "error")
        else:
            self.text = attachment.text
            self._say(fill(self.tr("%1, %2"), str(path), data_size(attachment.size)), "small")
        self.changed.emit()

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose a text file"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.read(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _say(self, text: str, tone: str) -> None:
        self.note.setText(text)
        self.button.setAccessibleDescription(text)
        set_property(self.note, "tone", tone)
