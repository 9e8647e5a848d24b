"""The cases of a prompt."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMessageBox, QVBoxLayout, QWidget

from desktop.domain.prompt import PromptField
from desktop.domain.prompt_case import PromptCase
from desktop.ui.formats import fill, integer
from desktop.ui.icons import Icons
from desktop.ui.prompt_runs.case_dialog import CaseDialog
from desktop.ui.prompt_runs.words import expected, values_line
from desktop.ui.widgets.buttons import ElidedLabel, icon_button, label, text_button
from desktop.ui.widgets.delete_key import delete_presses
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.replaced_rows import replace_rows
from desktop.ui.widgets.tab_order import tab_before


class CasesSection(QWidget):
    """Signals:

    save_requested: a PromptCase, new or changed.
    remove_requested: id of a case.
    import_requested, export_requested: Path of a file with cases.
    """

    save_requested = Signal(object)
    remove_requested = Signal(int)
    import_requested = Signal(object)
    export_requested = Signal(object)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self._fields: tuple[PromptField, ...] = ()
        self.cases: tuple[PromptCase, ...] = ()
        self.rows: list[CaseRow] = []
        self._none = label(
            self.tr(
                "A case is something to put into the prompt, and what a good answer is. A handful"
                " of them shows at once whether a change made the prompt better."
            ),
            "small",
            wrap=True,
        )
        self.add_button = text_button(self.tr("Add a case…"))
        self.add_button.clicked.connect(self._add)
        self.import_button = text_button(self.tr("Import…"))
        self.import_button.setAccessibleName(self.tr("Import cases from a file"))
        self.import_button.clicked.connect(self._ask_import)
        self.export_button = text_button(self.tr("Export…"))
        self.export_button.setAccessibleName(self.tr("Export the cases to a file"))
        self.export_button.clicked.connect(self._ask_export)
        self.export_button.hide()
        buttons = QWidget()
        flow = FlowLayout(buttons)
        for button in (self.add_button, self.import_button, self.export_button):
            flow.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self._none)
        self._column.addWidget(buttons)

    def begin(self, fields: Sequence[PromptField]) -> None:
        """Another prompt, with these placeholders."""
        self._fields = tuple(fields)

    def set_cases(self, cases: Sequence[PromptCase]) -> None:
        if tuple(cases) == self.cases:
            return
        self.cases = tuple(cases)
        made = [CaseRow(case, self._icons) for case in cases]
        self.rows = replace_rows(self._column, self.rows, made)
        for row in self.rows:
            row.edit_requested.connect(self._edit)
            row.remove_requested.connect(self.remove_requested)
        self._none.setVisible(not cases)
        self.export_button.setVisible(bool(cases))
        tab_before(self.add_button, self.rows)

    def _ask_import(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("Import cases"), "", self.tr("Cases (*.json);;All files (*)")
        )
        if name:
            self.import_requested.emit(Path(name))

    def _ask_export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Export the cases"), "cases.json", self.tr("Cases (*.json)")
        )
        if name:
            path = Path(name)
            self.export_requested.emit(path if path.suffix else path.with_suffix(".json"))

    def _add(self) -> None:
        name = fill(self.tr("Case %1"), integer(len(self.cases) + 1))
        self._edit(PromptCase(name, {}))

    def _edit(self, case: PromptCase) -> None:
        dialog = CaseDialog(self._fields, case, self)
        dialog.saved.connect(self.save_requested)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()


class CaseRow(QWidget):
    """Signals: edit_requested: the PromptCase; remove_requested: its id, after asking."""

    edit_requested = Signal(object)
    remove_requested = Signal(int)

    def __init__(self, case: PromptCase, icons: Icons) -> None:
        super().__init__()
        self._case = case
        title = ElidedLabel(case.name)
        title.setProperty("tone", "heading")
        said = [line for line in (values_line(case), expected(case.expectation)) if line]
        self.edit_button = icon_button(icons, "pencil", fill(self.tr("Change %1"), case.name))
        self.edit_button.setAccessibleDescription(". ".join(said))
        self.edit_button.clicked.connect(lambda: self.edit_requested.emit(case))
        self.remove_button = icon_button(icons, "trash-2", fill(self.tr("Delete %1"), case.name))
        self.remove_button.clicked.connect(self._ask)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(title)
        for line in said:
            shown = ElidedLabel(line)
            shown.setProperty("tone", "small")
            texts.addWidget(shown)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(4)
        row.addLayout(texts, 1)
        row.addWidget(self.edit_button)
        row.addWidget(self.remove_button)
        delete_presses(self, self.remove_button)

    def _ask(self) -> None:
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(fill(self.tr("Delete the case “%1”?"), self._case.name))
        box.setInformativeText(self.tr("Results of runs with it stay."))
        box.addButton(QMessageBox.StandardButton.Cancel)
        delete = box.addButton(self.tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        delete.clicked.connect(lambda: self.remove_requested.emit(self._case.id))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
