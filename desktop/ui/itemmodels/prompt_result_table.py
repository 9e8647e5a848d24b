"""What became of each case with each version and model, as a table model."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPalette

from desktop.core.prompt_run_report import Cell, PromptRunReport
from desktop.domain.prompt_run import Place, RunVersion
from desktop.ui.icons import Icons
from desktop.ui.prompt_runs.words import agreement, figures, shortened, verdict
from desktop.ui.prompts.words import version_name

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
LONGEST = 24  # characters of a model's name in a heading


class PromptResultTableModel(QAbstractTableModel):
    """A row for each case, a column for each version of each model, after the one of names."""

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._report: PromptRunReport | None = None
        self._columns: list[tuple[int, RunVersion]] = []
        role = QPalette.ColorRole
        self._icons = {
            True: icons.icon("check", role.Link),
            False: icons.icon("x", role.BrightText),
        }
        self._unsure = icons.icon("message-square", role.PlaceholderText)

    def set_report(self, report: PromptRunReport | None) -> None:
        same = (
            report is not None
            and self._report is not None
            and report.run.request == self._report.run.request
        )
        if not same:
            self.beginResetModel()
        self._report = report
        if same:
            last = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)
            return
        request = report.run.request if report else None
        self._columns = [
            (model, version)
            for model in range(len(request.models) if request else 0)
            for version in (request.versions if request else ())
        ]
        self.endResetModel()

    @property
    def report(self) -> PromptRunReport | None:
        return self._report

    def cell(self, index: Index) -> Cell | None:
        """None in the column of names."""
        if self._report is None or not index.isValid() or not index.column():
            return None
        model, version = self._columns[index.column() - 1]
        return self._report.cells[Place(version.id, model, index.row())]

    def rowCount(self, parent: Index = _ROOT) -> int:
        if parent.isValid() or self._report is None:
            return 0
        return len(self._report.run.request.cases)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._columns) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self._report is None or not index.isValid():
            return None
        cell = self.cell(index)
        if cell is None:
            name = self._report.run.request.cases[index.row()].name
            if role == Qt.ItemDataRole.DisplayRole:
                return shortened(name, LONGEST)
            return name if role in _TEXT_ROLES else None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                said = " · ".join(part for part in (verdict(cell), agreement(cell)) if part)
                return "\n".join(line for line in (said, figures(cell)) if line)
            case Qt.ItemDataRole.DecorationRole:
                return self._icon(cell)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(cell)
            case Qt.ItemDataRole.ForegroundRole if not cell.results:
                return QGuiApplication.palette().color(QPalette.ColorRole.PlaceholderText)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.DisplayRole:
            return self._heading(section, LONGEST) if section else self.tr("Case")
        if role == Qt.ItemDataRole.ToolTipRole and section:
            return self._heading(section)
        return None

    def as_text(self) -> str:
        """All rows with their headings, tabs between the columns."""
        rows = [[self._heading(number) for number in range(1, self.columnCount())]]
        rows[0].insert(0, self.tr("Case"))
        rows += [
            [str(self.index(row, column).data()) for column in range(self.columnCount())]
            for row in range(self.rowCount())
        ]
        return "\n".join("\t".join(text.replace("\n", ", ") for text in row) for row in rows)

    def _heading(self, section: int, most: int = 1000) -> str:
        assert self._report is not None
        model, version = self._columns[section - 1]
        name = self._report.run.request.models[model].stem
        return f"{version_name(version.number)}\n{shortened(name, most)}"

    def _icon(self, cell: Cell) -> QIcon | None:
        if not cell.results:
            return None
        return self._unsure if cell.passed is None else self._icons[cell.passed]

    def _spoken(self, cell: Cell) -> str:
        assert self._report is not None
        number = self._report.number(cell.place)
        parts = (
            self._report.case(cell.place).name,
            version_name(number),
            self._report.model(cell.place).stem,
            verdict(cell),
            agreement(cell),
            figures(cell),
        )
        return ", ".join(part for part in parts if part)


_TEXT_ROLES = (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
