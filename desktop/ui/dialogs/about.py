"""What Quern is, which version, and what it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.ui.dialogs.facts_table import FactsTable
from desktop.ui.dialogs.fitting import FittingDialog
from desktop.ui.dialogs.licences import LicencesDialog
from desktop.ui.formats import fill
from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import IconLabel, label
from desktop.ui.widgets.close_box import close_box

CHARACTERS = 64


class AboutDialog(FittingDialog):
    """About this copy of Quern.

    Args:
        components: (name and version, licence) of what it is made of.
        licences: the file with their texts, which packages have and a checkout lacks.

    Attributes:
        licences: the button that shows the texts; hidden where there is no file.
    """

    def __init__(
        self,
        version: str,
        components: Sequence[tuple[str, str]],
        icons: Icons,
        licences: Path,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(CHARACTERS, parent)
        self.setWindowTitle(self.tr("About Quern"))
        name = label(fill(self.tr("Quern %1"), version), "display")
        text = label(
            self.tr(
                "A quern is the small stone mill a household grinds its own grain with. This one "
                "lets you talk to language models on your own machine. Nothing you write leaves it."
            ),
            "secondary",
            wrap=True,
        )
        made_of = label(self.tr("Made of"), "heading")
        table = FactsTable(self.tr("Made of"), most=10)
        table.set_facts(components)
        self._file = licences
        self.licences = QPushButton(self.tr("Licences"))
        self.licences.setAutoDefault(False)
        self.licences.clicked.connect(self._show_licences)
        self.footer.addWidget(self.licences)
        self.licences.setVisible(licences.is_file())
        self.footer.addWidget(close_box(self))
        column = self.content
        column.setSpacing(12)
        column.addWidget(
            IconLabel(icons.application_icon(), lines=4), 0, Qt.AlignmentFlag.AlignHCenter
        )
        for part in (name, text):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(part)
        column.addWidget(made_of)
        table.fit_rows()
        column.addWidget(table)
        column.addWidget(label(self.tr("Quern is free software under the MIT licence."), "small"))
        self.fit()

    def _show_licences(self) -> None:
        text = self._file.read_text(encoding="utf-8", errors="replace")
        LicencesDialog(text, self).open()
