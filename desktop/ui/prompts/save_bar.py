"""Beneath a prompt: what changed and why, and Save."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QMessageBox

from desktop.ui.formats import fill
from desktop.ui.widgets.buttons import label, text_button


class SaveBar(QFrame):
    """Signals: save_requested; discard_requested, after the person confirmed it.

    Attributes:
        note: on the version that is to be saved.
    """

    save_requested = Signal()
    discard_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("actionBar")
        self.note = QLineEdit()
        self.note.setPlaceholderText(self.tr("What changed, and why (optional)"))
        self.note.setAccessibleName(self.tr("Note on this version"))
        self._state = label("", "small")
        self.discard_button = text_button(self.tr("Discard…"))
        self.discard_button.setToolTip(self.tr("Go back to what was saved"))
        self.save_button = text_button(self.tr("Save"), "primary")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(8)
        row.addWidget(self.note, 1)
        row.addWidget(self._state, 1)
        row.addWidget(self.discard_button)
        row.addWidget(self.save_button)
        self.note.returnPressed.connect(self.save_button.click)
        self.save_button.clicked.connect(self.save_requested)
        self.discard_button.clicked.connect(self._ask)

    def set_changed(self, changed: bool, problem: str, *, version: bool) -> None:
        """Whether there is something to save, and why it cannot be, a sentence or "".

        `version`: whether saving makes a version, on which there may be a note.
        """
        self.note.setVisible(version)
        self.discard_button.setVisible(changed)
        self._state.setText(problem if changed else self.tr("Nothing to save."))
        self._state.setVisible(not version or bool(problem))
        self.save_button.setEnabled(changed and not problem)
        key = QKeySequence(QKeySequence.StandardKey.Save)
        shown = key.toString(QKeySequence.SequenceFormat.NativeText)
        said = self.tr("Save as a new version (%1)") if version else self.tr("Save (%1)")
        self.save_button.setToolTip(problem or fill(said, shown))

    def _ask(self) -> None:
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("Go back to what was saved?"))
        box.setInformativeText(self.tr("What you wrote since then is gone."))
        box.addButton(QMessageBox.StandardButton.Cancel)
        discard = box.addButton(self.tr("Discard"), QMessageBox.ButtonRole.DestructiveRole)
        discard.clicked.connect(self.discard_requested)
        box.open()
        box.finished.connect(box.deleteLater)
