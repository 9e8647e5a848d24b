"""A table of texts that are only looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import overload

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QPalette

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class TextRow:
    """One row.

    Attributes:
        cells: what stands in the columns.
        tip: what is told beside it.
        wrong: something is wrong with it; quiet: it only serves the others.
    """

    cells: tuple[str, ...]
    tip: str = ""
    wrong: bool = False
    quiet: bool = False


class RowsOnDemand(Sequence[TextRow]):
    """Many rows, each made when it comes into sight."""

    def __init__(self, count: int, make: Callable[[int], TextRow]) -> None:
        self._count = count
        self._make = make

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> TextRow: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[TextRow, ...]: ...
    def __getitem__(self, place: int | slice) -> TextRow | tuple[TextRow, ...]:
        places = range(self._count)[place]
        return self._make(places) if isinstance(places, int) else tuple(map(self._make, places))


class TextTableModel(QAbstractTableModel):
    """`numbers` are the columns whose texts stand at the trailing side."""

    def __init__(self, headings: Sequence[str] = (), numbers: Sequence[int] = ()) -> None:
        super().__init__()
        self._headings = tuple(headings)
        self._numbers = frozenset(numbers)
        self._rows: Sequence[TextRow] = ()

    def set_table(self, headings: Sequence[str], rows: Sequence[TextRow]) -> None:
        """Other columns, too."""
        if tuple(headings) == self._headings:
            self.set_rows(rows)
            return
        self.beginResetModel()
        self._headings, self._rows = tuple(headings), rows
        self.endResetModel()

    def set_rows(self, rows: Sequence[TextRow]) -> None:
        """What is chosen stays chosen while the rows are as many."""
        if rows == self._rows:
            return
        same = len(rows) == len(self._rows)
        if not same:
            self.beginResetModel()
        self._rows = rows
        if same and rows:
            last = self.index(len(rows) - 1, len(self._headings) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
        elif not same:
            self.endResetModel()

    def rows(self) -> Sequence[TextRow]:
        return self._rows

    def tell_row(self, row: int) -> None:
        """The row is made otherwise now."""
        last = self.index(row, len(self._headings) - 1)
        self.dataChanged.emit(self.index(row, 0), last)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._headings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.cells[index.column()]
            case Qt.ItemDataRole.ToolTipRole:
                return row.tip or None
            case Qt.ItemDataRole.TextAlignmentRole:
                return self._alignment(index.column())
            case Qt.ItemDataRole.ForegroundRole if row.wrong or row.quiet:
                roles = QPalette.ColorRole
                colour = roles.BrightText if row.wrong else roles.PlaceholderText
                return QGuiApplication.palette().color(colour)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return self._headings[section] if role == Qt.ItemDataRole.DisplayRole else None

    def as_text(self) -> str:
        """All rows with their headings, tabs between the columns, a line each."""
        lines = [self._headings, *(row.cells for row in self._rows)]
        return "\n".join("\t".join(" ".join(cell.split()) for cell in line) for line in lines)

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag
        where = side.AlignTrailing if column in self._numbers else side.AlignLeading
        return where | side.AlignVCenter
