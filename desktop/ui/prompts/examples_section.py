"""The questions and answers a model is shown before the real question."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.prompt import Example
from desktop.ui.formats import fill, integer
from desktop.ui.icons import Icons
from desktop.ui.prompts.template_edit import TemplateEdit
from desktop.ui.widgets.buttons import icon_button, label, text_button
from desktop.ui.widgets.replaced_rows import remove_rows
from desktop.ui.widgets.tab_order import tab_before


class ExampleRow(QWidget):
    """Signals: changed, when a person changed it; remove_requested."""

    changed = Signal()
    remove_requested = Signal()

    def __init__(self, number: int, example: Example, icons: Icons) -> None:
        super().__init__()
        shown = integer(number)
        self.user = TemplateEdit(fill(self.tr("Question of example %1"), shown), most=8)
        self.user.setPlaceholderText(self.tr("What a person would write"))
        self.assistant = TemplateEdit(fill(self.tr("Answer of example %1"), shown), most=8)
        self.assistant.setPlaceholderText(self.tr("How the model should answer that"))
        self.user.set_text(example.user)
        self.assistant.set_text(example.assistant)
        self.remove_button = icon_button(icons, "x", fill(self.tr("Remove example %1"), shown))
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addWidget(self.user)
        texts.addWidget(self.assistant)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 4)
        row.setSpacing(4)
        row.addLayout(texts, 1)
        row.addWidget(self.remove_button, 0, Qt.AlignmentFlag.AlignTop)
        self.user.written.connect(self.changed)
        self.assistant.written.connect(self.changed)
        self.remove_button.clicked.connect(self.remove_requested)

    def example(self) -> Example:
        return Example(self.user.toPlainText(), self.assistant.toPlainText())


class ExamplesSection(QWidget):
    """Signals: changed, when a person changed them."""

    changed = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self.rows: list[ExampleRow] = []
        self.add_button = text_button(self.tr("Add an example"))
        self.add_button.clicked.connect(self._add)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addWidget(
            label(
                self.tr(
                    "Shown to the model as earlier messages. One or two teach a small model the"
                    " form of an answer better than a description does."
                ),
                "small",
                wrap=True,
            )
        )
        self._column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeading)

    def examples(self) -> tuple[Example, ...]:
        return tuple(row.example() for row in self.rows)

    def set_examples(self, examples: Sequence[Example]) -> None:
        """Show these without saying that they changed."""
        if tuple(examples) == self.examples():
            return
        remove_rows(self._column, self.rows)
        self.rows = []
        for example in examples:
            self._append(example)

    def _append(self, example: Example) -> ExampleRow:
        row = ExampleRow(len(self.rows) + 1, example, self._icons)
        row.changed.connect(self.changed)
        row.remove_requested.connect(lambda: self._remove(row))
        self.rows.append(row)
        self._column.insertWidget(self._column.count() - 1, row)
        tab_before(self.add_button, self.rows)
        return row

    def _add(self) -> None:
        row = self._append(Example("", ""))
        row.user.setFocus(Qt.FocusReason.TabFocusReason)
        self.changed.emit()

    def _remove(self, row: ExampleRow) -> None:
        self.rows.remove(row)
        remove_rows(self._column, [row])
        self.add_button.setFocus(Qt.FocusReason.TabFocusReason)
        self.changed.emit()
