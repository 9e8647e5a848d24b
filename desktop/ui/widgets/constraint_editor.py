"""The shape an answer must have: free, a JSON schema, or a grammar."""

from __future__ import annotations

import json

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.formats import fill
from desktop.ui.theme import monospace_font
from desktop.ui.widgets.buttons import label
from desktop.ui.widgets.inputs import Choice, TextBox

FREE, SCHEMA, GRAMMAR = range(3)


class ConstraintEditor(QWidget):
    """Signals: changed, when a person changed it."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        heading = label(self.tr("Shape of the answer"), "heading")
        self._kind = Choice()
        self._kind.addItems(
            [self.tr("Free text"), self.tr("JSON by a schema"), self.tr("Text by a grammar (GBNF)")]
        )
        self._kind.setAccessibleName(self.tr("Shape of the answer"))
        heading.setBuddy(self._kind)
        self._edit = TextBox(lines=7)
        self._edit.setFont(monospace_font())
        self._problem = label("", "error", wrap=True)
        self._explanation = label(
            self.tr("The model can only write what fits; other words are not even considered."),
            "small",
            wrap=True,
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (heading, self._kind, self._edit, self._problem, self._explanation):
            column.addWidget(part)
        self._kind.currentIndexChanged.connect(self._kind_changed)
        self._edit.textChanged.connect(self.changed)
        self._show_kind()

    def values(self) -> tuple[str, str]:
        """(grammar, JSON schema), of which at most one is set, whether it can be used or not."""
        text = self._edit.toPlainText().strip()
        kind = self._kind.currentIndex()
        return (text if kind == GRAMMAR else "", text if kind == SCHEMA else "")

    def problem(self) -> str:
        """What is plainly wrong with the schema, a sentence, or "". What is wrong with a grammar
        says the engine."""
        _, schema = self.values()
        try:
            if schema:
                json.loads(schema)
        except (ValueError, RecursionError) as error:
            return fill(self.tr("The schema is not JSON yet: %1."), error)
        return ""

    def set_values(self, grammar: str, schema: str) -> None:
        """Show these without saying that they changed."""
        with QSignalBlocker(self._kind), QSignalBlocker(self._edit):
            self._kind.setCurrentIndex(GRAMMAR if grammar else SCHEMA if schema else FREE)
            if self._edit.toPlainText().strip() != (grammar or schema):
                self._edit.setPlainText(grammar or schema)
        self.set_problem("")
        self._show_kind()

    def set_problem(self, sentence: str) -> None:
        """Say what is wrong with the grammar or schema; "" when nothing is."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))

    def _kind_changed(self) -> None:
        self._show_kind()
        self.changed.emit()

    def _show_kind(self) -> None:
        kind = self._kind.currentIndex()
        self._edit.setVisible(kind != FREE)
        self._problem.setVisible(kind != FREE and bool(self._problem.text()))
        if kind == SCHEMA:
            self._edit.setAccessibleName(self.tr("JSON schema"))
            self._edit.setPlaceholderText('{"type": "object", "properties": {…}}')
        else:
            self._edit.setAccessibleName(self.tr("Grammar"))
            self._edit.setPlaceholderText('root ::= "yes" | "no"')
