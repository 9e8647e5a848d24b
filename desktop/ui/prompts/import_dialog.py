"""What importing prompts would do, before it is done."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QListWidget, QRadioButton, QWidget

from desktop.core.prompt_import import ConflictChoice, ImportPlan
from desktop.ui.dialogs.fitting import FittingDialog
from desktop.ui.formats import amount
from desktop.ui.widgets.buttons import label, text_button

SHOWN_ROWS = 6
WIDTH = 64  # characters


class ImportDialog(FittingDialog):
    """Signals: agreed, with a ConflictChoice and whether what cannot be read is left out."""

    agreed = Signal(object, bool)

    def __init__(self, plan: ImportPlan, parent: QWidget | None = None) -> None:
        super().__init__(WIDTH, parent)
        self.setWindowTitle(self.tr("Import prompts"))
        self._plan = plan
        self.choices: dict[ConflictChoice, QRadioButton] = {}
        self.skip = QCheckBox(self.tr("Import the rest without these"))
        self.import_button = text_button(self.tr("Import"), "primary")
        self.import_button.setDefault(True)
        cancel = text_button(self.tr("Cancel"))
        self.content.setSpacing(8)
        self.content.addWidget(label(self.tr("Import prompts"), "title"))
        self._add_new()
        self._add_conflicts()
        self._add_problems()
        self.content.addStretch(1)
        self.footer.addStretch(1)
        self.footer.addWidget(cancel)
        self.footer.addWidget(self.import_button)
        cancel.clicked.connect(self.reject)
        self.import_button.clicked.connect(self._agree)
        self.skip.toggled.connect(self._show_button)
        for choice in self.choices.values():
            choice.toggled.connect(self._show_button)
        self._show_button()
        self.fit()

    def _add_new(self) -> None:
        new, there = self._plan.new, self._plan.duplicates
        text = amount(len(new), self.tr("1 new prompt"), self.tr("%1 new prompts"))
        self._add_list(
            text if new else self.tr("No new prompts"), [found.draft.title for found in new]
        )
        if there:
            self.content.addWidget(
                label(
                    amount(
                        len(there),
                        self.tr("1 is in the library already, and stays as it is."),
                        self.tr("%1 are in the library already, and stay as they are."),
                    ),
                    "secondary",
                    wrap=True,
                )
            )

    def _add_conflicts(self) -> None:
        clashes = self._plan.conflicts
        if not clashes:
            return
        self._add_list(
            amount(
                len(clashes),
                self.tr("1 prompt is in the library with another content"),
                self.tr("%1 prompts are in the library with another content"),
            ),
            [clash.mine.title for clash in clashes],
        )
        for choice, text in (
            (ConflictChoice.MINE, self.tr("Keep what is in the library")),
            (ConflictChoice.THEIRS, self.tr("Take what is in the file, as a new version")),
            (ConflictChoice.BOTH, self.tr("Keep both, as two prompts")),
        ):
            button = self.choices[choice] = QRadioButton(text)
            self.content.addWidget(button)
        self.choices[ConflictChoice.MINE].setChecked(True)

    def _add_problems(self) -> None:
        problems = self._plan.problems
        if not problems:
            return
        self._add_list(
            amount(
                len(problems), self.tr("1 cannot be imported"), self.tr("%1 cannot be imported")
            ),
            [problem.sentence() for problem in problems],
        )
        self.content.addWidget(self.skip)

    def _add_list(self, title: str, lines: Sequence[str]) -> None:
        self.content.addWidget(label(title, "heading", wrap=True))
        if not lines:
            return
        box = QListWidget()
        box.setProperty("kind", "framed")
        box.setAccessibleName(title)
        box.setWordWrap(True)
        box.addItems(list(lines))
        rows = min(SHOWN_ROWS, len(lines))
        box.setFixedHeight(rows * (box.sizeHintForRow(0) + 2) + 16)
        self.content.addWidget(box)

    def _choice(self) -> ConflictChoice:
        chosen = (choice for choice, button in self.choices.items() if button.isChecked())
        return next(chosen, ConflictChoice.MINE)

    def _agree(self) -> None:
        self.accept()
        self.agreed.emit(self._choice(), self.skip.isChecked())

    def _show_button(self) -> None:
        does = self._plan.new or (
            self._plan.conflicts and self._choice() is not ConflictChoice.MINE
        )
        agreed = not self._plan.problems or self.skip.isChecked()
        self.import_button.setEnabled(bool(does) and agreed)
