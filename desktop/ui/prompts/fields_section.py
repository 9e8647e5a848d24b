"""What is known of a prompt's placeholders: a row for each, made as the template is written."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.domain.prompt import FieldKind, PromptField
from desktop.ui.formats import fill
from desktop.ui.prompts.words import kind_names
from desktop.ui.widgets.buttons import ElidedLabel, label
from desktop.ui.widgets.inputs import Choice
from desktop.ui.widgets.replaced_rows import remove_rows
from desktop.ui.widgets.strings_field import StringsField
from desktop.ui.widgets.tab_order import tab_through

KINDS = tuple(FieldKind)
ASKED = (FieldKind.TEXT, FieldKind.LONG_TEXT, FieldKind.CHOICE, FieldKind.NUMBER)


class FieldRow(QWidget):
    """One placeholder. Signals: changed, when a person changed it."""

    changed = Signal()

    def __init__(self, field: PromptField) -> None:
        super().__init__()
        self._name = field.name
        title = ElidedLabel(f"{{{field.name}}}")
        title.setProperty("tone", "heading")
        self.kind = Choice()
        self.kind.setMinimumContentsLength(8)
        self.kind.addItems(list(kind_names().values()))
        self.default = QLineEdit()
        self.default.setPlaceholderText(self.tr("Default, if there is one"))
        self.hint = QLineEdit()
        self.hint.setPlaceholderText(self.tr("What to write there"))
        self.choices = StringsField(
            self.tr("To choose from"), self.tr("One a line; the first stands in the form.")
        )
        for part, said in (
            (self.kind, self.tr("Kind of %1")),
            (self.default, self.tr("Default of %1")),
            (self.hint, self.tr("Hint for %1")),
        ):
            part.setAccessibleName(fill(said, field.name))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 4)
        grid.setSpacing(6)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        grid.addWidget(title, 0, 0)
        grid.addWidget(self.kind, 0, 1)
        grid.addWidget(self.default, 1, 0)
        grid.addWidget(self.hint, 1, 1)
        grid.addWidget(self.choices, 2, 0, 1, 2)
        self.set_field(field)
        self.kind.activated.connect(self._edited)
        self.default.textEdited.connect(self._edited)
        self.hint.textEdited.connect(self._edited)
        self.choices.changed.connect(self._edited)

    def field(self) -> PromptField:
        kind = KINDS[self.kind.currentIndex()]
        return PromptField(
            self._name,
            kind,
            self.default.text() if kind in ASKED else "",
            self.choices.values() if kind is FieldKind.CHOICE else (),
            self.hint.text(),
        )

    def set_field(self, field: PromptField) -> None:
        """Show `field` without saying that it changed."""
        if field == self.field():
            self._show_kind()
            return
        self.kind.setCurrentIndex(KINDS.index(field.kind))
        self.default.setText(field.default)
        self.hint.setText(field.hint)
        self.choices.set_values(field.choices)
        self._show_kind()

    def _edited(self) -> None:
        self._show_kind()
        self.changed.emit()

    def _show_kind(self) -> None:
        kind = KINDS[self.kind.currentIndex()]
        self.default.setVisible(kind in ASKED)
        self.choices.setVisible(kind is FieldKind.CHOICE)


class FieldsSection(QWidget):
    """Signals: changed, when a person changed what is known of a placeholder."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[str, FieldRow] = {}
        # Of placeholders that went away: while `{topic}` is being retyped its row comes and goes.
        self._known: dict[str, PromptField] = {}
        self._none = label(
            self.tr("Write {topic} in the text to make a place that is filled in each time."),
            "small",
            wrap=True,
        )
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(label(self.tr("Placeholders"), "heading"))
        self._column.addWidget(self._none)
        self._first = self._column.count()

    def fields(self) -> tuple[PromptField, ...]:
        """One for each row."""
        return tuple(row.field() for row in self.rows.values())

    def set_fields(self, fields: Sequence[PromptField]) -> None:
        """Show these, as they are declared, without saying that they changed."""
        self._known = {field.name: field for field in fields}
        self._arrange([field.name for field in fields])

    def set_names(self, names: Sequence[str]) -> None:
        """The placeholders that the template has now, in order."""
        self._known |= {name: row.field() for name, row in self.rows.items()}
        self._arrange(names)

    def _arrange(self, names: Sequence[str]) -> None:
        gone = [name for name in self.rows if name not in names]
        remove_rows(self._column, [self.rows.pop(name) for name in gone])
        rows: dict[str, FieldRow] = {}
        before: QWidget | None = None
        for number, name in enumerate(names):
            field = self._known.get(name, PromptField(name))
            row = self.rows.get(name) or self._make_row(field)
            row.set_field(field)
            rows[name] = row
            if self._column.indexOf(row) != self._first + number:
                self._column.insertWidget(self._first + number, row)
            before = tab_through(before, row) if before is not None else row.hint
        self.rows = rows
        self._none.setVisible(not rows)

    def _make_row(self, field: PromptField) -> FieldRow:
        row = FieldRow(field)
        row.changed.connect(self.changed)
        return row
