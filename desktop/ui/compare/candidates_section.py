"""Which levels take part: files that are there, and levels to be made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.quantization import LevelEstimate
from desktop.ui.compare.file_row import FileRow
from desktop.ui.compare.other_files import OtherFiles
from desktop.ui.icons import Icons
from desktop.ui.quantize.level_row import LevelRow, level_rows
from desktop.ui.widgets.buttons import ElidedLabel, label, text_button
from desktop.ui.widgets.disclosure import Disclosure
from desktop.ui.widgets.flow_layout import FlowLayout


class CandidatesSection(QWidget):
    """Signals:

    changed: a person chose or dropped a level or a file.
    options_changed: a person chose another importance matrix.
    """

    changed = Signal()
    options_changed = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.files = OtherFiles(self.tr("Files that are there"))
        self.files.changed.connect(self._file_toggled)
        self.rows: dict[str, LevelRow] = {}
        self.imatrix: Path | None = None
        self._estimates: dict[str, LevelEstimate] = {}
        self._base_bytes = 0
        self.imatrix_button = text_button(self.tr("Use an importance matrix…"))
        self.imatrix_button.clicked.connect(self._ask_imatrix)
        self.drop_button = text_button(self.tr("Without a matrix"), "link")
        self.drop_button.clicked.connect(lambda: self._set_imatrix(None))
        self._imatrix_line = ElidedLabel("", Qt.TextElideMode.ElideMiddle)
        self._imatrix_line.setProperty("tone", "small")
        self.more = Disclosure(self.tr("More levels"), icons, self._make_more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.files)
        column.addSpacing(8)
        column.addWidget(label(self.tr("Made for the comparison"), "heading"))
        column.addWidget(level_rows(self.rows, self.changed.emit, more=False))
        column.addWidget(self.more)
        column.addWidget(self._imatrix_part())
        self._show_imatrix()

    # --- what is chosen ---------------------------------------------------------------------

    def chosen_levels(self) -> tuple[LevelEstimate, ...]:
        """The levels to be made whose size is known."""
        names = [name for name, row in self.rows.items() if row.chosen]
        return tuple(self._estimates[name] for name in names if name in self._estimates)

    def choose(self, names: Iterable[str]) -> None:
        """Exactly these levels are made, without saying so."""
        wanted = set(names)
        for name, row in self.rows.items():
            row.set_chosen(name in wanted)

    @property
    def known(self) -> bool:
        """Whether the sizes of levels are."""
        return bool(self._estimates)

    # --- what is shown ----------------------------------------------------------------------

    def begin(self, base_bytes: int) -> None:
        """Another base, of so many bytes: nothing is known yet, and nothing chosen."""
        self._base_bytes = base_bytes
        self._set_imatrix(None, told=False)
        self.files.set_problem("")
        self.set_files(())
        self.set_estimates(())
        self.choose(())

    def set_files(self, rows: Sequence[FileRow]) -> None:
        """Files that are there; their levels need not be made."""
        self.files.set_rows(rows)
        self._show()

    def set_estimates(self, estimates: Sequence[LevelEstimate]) -> None:
        """What each level would make."""
        self._estimates = {estimate.level: estimate for estimate in estimates}
        self._show()

    def reason(self, name: str) -> str:
        """Why there is no reason to make a level, or ""."""
        if any(row.info.level == name and row.chosen for row in self.files.rows):
            return self.tr("A file of this level takes part already.")
        estimate = self._estimates.get(name)
        if estimate is not None and self._base_bytes and estimate.bytes >= self._base_bytes:
            return self.tr("It is no smaller than the base.")
        return estimate.dominated_by if estimate is not None else ""

    def _show(self) -> None:
        for name, row in self.rows.items():
            row.set_estimate(
                self._estimates.get(name),
                self.reason(name),
                has_imatrix=self.imatrix is not None,
            )

    # --- inside -----------------------------------------------------------------------------

    def _imatrix_part(self) -> QWidget:
        box = QWidget()
        buttons = QWidget()
        flow = FlowLayout(buttons)
        flow.addWidget(self.imatrix_button)
        flow.addWidget(self.drop_button)
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(buttons)
        row.addWidget(self._imatrix_line, 1)
        return box

    def _make_more(self) -> QWidget:
        box = level_rows(self.rows, self.changed.emit, more=True)
        self._show()
        return box

    def _file_toggled(self) -> None:
        self._show()
        self.changed.emit()

    def _set_imatrix(self, path: Path | None, *, told: bool = True) -> None:
        self.imatrix = path
        self._show_imatrix()
        if told:
            self.options_changed.emit()

    def _show_imatrix(self) -> None:
        self._imatrix_line.setText(self.imatrix.name if self.imatrix is not None else "")
        self.drop_button.setVisible(self.imatrix is not None)

    def _ask_imatrix(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Choose an importance matrix of this model"),
            "",
            self.tr("Importance matrices (*.gguf *.imatrix *.dat);;All files (*)"),
        )
        if name:
            self._set_imatrix(Path(name))
