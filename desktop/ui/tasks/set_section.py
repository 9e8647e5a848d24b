"""Which questions are asked: the task sets there are, and what can be done with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton, QVBoxLayout, QWidget

from desktop.domain.task_set import KeptTaskSet
from desktop.ui.formats import fill
from desktop.ui.tasks.words import set_facts
from desktop.ui.widgets.buttons import label, text_button
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.inputs import Choice

FILES = "JSONL (*.jsonl);;CSV (*.csv)"


class SetSection(QWidget):
    """Signals:

    changed: another set is chosen.
    new_requested, edit_requested, duplicate_requested, remove_requested: after asking; about the
        chosen one.
    import_requested: Path; export_requested: Path to be written.
    """

    changed = Signal()
    new_requested = Signal()
    edit_requested = Signal()
    duplicate_requested = Signal()
    remove_requested = Signal()
    import_requested = Signal(object)
    export_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._sets: tuple[KeptTaskSet, ...] = ()
        self._wanted: KeptTaskSet | None = None
        self.choice = Choice()
        self.choice.setAccessibleName(self.tr("Task set"))
        self.choice.currentIndexChanged.connect(self._chosen)
        self._facts = label("", "small", wrap=True)
        self._buttons = QWidget()
        self._flow = FlowLayout(self._buttons)
        self.edit_button = self._add(self.tr("Edit…"), self.edit_requested)
        self.duplicate_button = self._add(self.tr("Duplicate"), self.duplicate_requested)
        self.new_button = self._add(self.tr("New…"), self.new_requested)
        self.import_button = self._add(self.tr("Import…"), self._ask_import)
        self.export_button = self._add(self.tr("Export…"), self._ask_export)
        self.remove_button = self._add(self.tr("Delete…"), self._ask_remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.choice)
        column.addWidget(self._facts)
        column.addWidget(self._buttons)
        self._show()

    @property
    def current(self) -> KeptTaskSet | None:
        """The chosen set."""
        place = self.choice.currentIndex()
        return self._sets[place] if 0 <= place < len(self._sets) else None

    def set_sets(self, sets: Sequence[KeptTaskSet]) -> None:
        """What there is; the chosen one stays, as far as it is still there."""
        before, self._wanted = self._wanted or self.current, None
        self._sets = tuple(sets)
        with QSignalBlocker(self.choice):
            self.choice.clear()
            self.choice.addItems([kept.set.name for kept in sets])
            place = next((n for n, kept in enumerate(sets) if _same(kept, before)), 0)
            self.choice.setCurrentIndex(place if sets else -1)
        self._chosen()

    def want(self, kept: KeptTaskSet) -> None:
        """Choose a set that was saved just now, as soon as it is listed."""
        self._wanted = kept

    def facts(self) -> str:
        return self._facts.text()

    def _add(self, text: str, do: object) -> QPushButton:
        button = text_button(text)
        button.clicked.connect(do)
        self._flow.addWidget(button)
        return button

    def _chosen(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        kept = self.current
        today = date.today()  # noqa: DTZ011 - the person's own day is meant
        self._facts.setText(set_facts(kept, today) if kept else "")
        own = kept is not None and kept.id is not None
        self.edit_button.setEnabled(own)
        self.remove_button.setEnabled(own)
        reason = "" if own else self.tr("It comes with Quern; duplicate it to change it.")
        for button in (self.edit_button, self.remove_button):
            button.setToolTip(reason)
            button.setAccessibleDescription(reason)
        for button in (self.duplicate_button, self.export_button):
            button.setEnabled(kept is not None)

    def _ask_import(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Import a task set"),
            "",
            self.tr("Task sets (*.jsonl *.csv *.tsv);;All files (*)"),
        )
        if name:
            self.import_requested.emit(Path(name))

    def _ask_export(self) -> None:
        from desktop.core.file_names import safe_stem

        kept = self.current
        if kept is None:
            return
        usual = f"{safe_stem(kept.set.name, 'tasks')}.jsonl"
        name, chosen = QFileDialog.getSaveFileName(
            self, self.tr("Export the task set"), usual, FILES
        )
        if name:
            path = Path(name)
            ending = ".csv" if "csv" in chosen else ".jsonl"
            self.export_requested.emit(path if path.suffix else path.with_suffix(ending))

    def _ask_remove(self) -> None:
        kept = self.current
        if kept is None:
            return
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(fill(self.tr("Delete the task set “%1”?"), kept.set.name))
        box.setInformativeText(
            self.tr(
                "What was asked with it stays. Its questions can be restored for 30 days: Edit →"
                " Recently deleted."
            )
        )
        box.addButton(QMessageBox.StandardButton.Cancel)
        delete = box.addButton(self.tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        delete.clicked.connect(self.remove_requested)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()


def _same(one: KeptTaskSet, other: KeptTaskSet | None) -> bool:
    if other is None or one.id != other.id:
        return False
    return one.id is not None or one.set.name == other.set.name
