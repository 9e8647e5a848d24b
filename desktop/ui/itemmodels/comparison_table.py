"""What was measured of a base and its levels, as a table model."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QGuiApplication, QPalette

from desktop.domain.comparison import Measurement, Part
from desktop.domain.evaluation import Divergence
from desktop.domain.statistics import Interval
from desktop.ui.compare.words import nats, percent, rate, with_reach
from desktop.ui.formats import data_size, decimal, fill

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()

LEVEL, SIZE, BITS, PERPLEXITY, MEAN, MEDIAN, P90, P99, SAME, READS, WRITES, FIRST, MEMORY = range(
    13
)

# What is shown together.
OVERVIEW = (LEVEL, SIZE, BITS, MEAN, SAME, WRITES, MEMORY)
QUALITY = (LEVEL, PERPLEXITY, MEAN, MEDIAN, P90, P99, SAME)
SPEED = (LEVEL, SIZE, READS, WRITES, FIRST, MEMORY)


class ComparisonTableModel(QAbstractTableModel):
    """A row each: the base, the levels, the noise floor."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[Measurement, ...] = ()
        self._shown: list[tuple[str, ...]] = []
        self._chosen = ""

    def set_measurements(self, rows: Sequence[Measurement]) -> None:
        same = [one.name for one in rows] == [one.name for one in self._rows]
        if not same:
            self.beginResetModel()
        self._rows = tuple(rows)
        self._shown = [self._texts(one) for one in rows]
        if same:
            self._tell()
        else:
            self.endResetModel()

    def set_chosen(self, name: str) -> None:
        """The level that is recommended, or ""."""
        if name != self._chosen:
            self._chosen = name
            self._tell()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else MEMORY + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        one, column = self._rows[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._shown[index.row()][column]
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column)
            case Qt.ItemDataRole.ToolTipRole:
                return f"{one.problem} {one.advice}".strip() or str(one.path)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(index.row(), column)
            case Qt.ItemDataRole.FontRole if one.name == self._chosen:
                font = QFont()
                font.setWeight(QFont.Weight.DemiBold)
                return font
            case Qt.ItemDataRole.ForegroundRole:
                return self._colour(one)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headings()[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._meanings()[section]
        return None

    def as_text(self, columns: Sequence[int]) -> str:
        """All rows with their headings, tabs between the columns."""
        headings = self._headings()
        lines = [[headings[column] for column in columns]]
        lines += [[texts[column] for column in columns] for texts in self._shown]
        return "\n".join("\t".join(line) for line in lines)

    def _tell(self) -> None:
        if self._rows:
            last = self.index(len(self._rows) - 1, MEMORY)
            self.dataChanged.emit(self.index(0, 0), last)

    def _texts(self, one: Measurement) -> tuple[str, ...]:
        """What stands in the columns."""
        quality = one.quality
        found = quality.divergence if quality else None
        noise = one.part is Part.NOISE
        waited = with_reach(one.first_token, 2)
        return (
            self._name(one),
            data_size(one.bytes) if one.bytes and not noise else "",
            decimal(one.bits_per_weight, 2) if one.bits_per_weight and not noise else "",
            with_reach(quality.perplexity if quality else None, 2),
            *(nats(value) for value in _divergences(found)),
            percent(found.same_top if found else None),
            rate(one.prompt_speed),
            rate(one.speed),
            fill(self.tr("%1 s"), waited) if waited else "",
            data_size(one.peak_memory) if one.peak_memory else "",
        )

    def _name(self, one: Measurement) -> str:
        if one.part is Part.BASE:
            return fill(self.tr("%1 (base)"), one.name)
        if one.part is Part.NOISE:
            return self.tr("Noise floor")
        return one.name

    def _spoken(self, row: int, column: int) -> str:
        one, text = self._rows[row], self._shown[row][column]
        if column == LEVEL and one.name == self._chosen:
            return fill(self.tr("%1, recommended"), text)
        if column == LEVEL and one.problem:
            return f"{text}: {one.problem}"
        return text or self.tr("not measured")

    def _colour(self, one: Measurement) -> object:
        if one.problem:
            return QGuiApplication.palette().color(QPalette.ColorRole.BrightText)
        if one.part is Part.LEVEL:
            return None
        return QGuiApplication.palette().color(QPalette.ColorRole.PlaceholderText)

    def _headings(self) -> tuple[str, ...]:
        return (
            *(self.tr("Level"), self.tr("Size"), self.tr("Bits/weight"), self.tr("Perplexity")),
            *(self.tr("KL divergence"), self.tr("Median"), self.tr("90 %"), self.tr("99 %")),
            *(self.tr("Same choice"), self.tr("Reads, tokens/s"), self.tr("Writes, tokens/s")),
            *(self.tr("First token"), self.tr("Memory")),
        )

    def _meanings(self) -> tuple[str, ...]:
        return (
            self.tr("The quantization level"),
            self.tr("Of the file"),
            self.tr("Bits each weight takes on average"),
            self.tr("How surprised the model is by the text; lower is better"),
            self.tr("How far its predictions are from the base's, in nats; 0 is the same"),
            self.tr("Half of the tokens have a divergence below this"),
            self.tr("90 % of the tokens have a divergence below this"),
            self.tr("99 % of the tokens have a divergence below this"),
            self.tr("How often its likeliest next token is the base's"),
            self.tr("Tokens of a prompt read in a second"),
            self.tr("Tokens of an answer written in a second"),
            self.tr("From a prompt to the first token of the answer"),
            self.tr("Main memory the process took at most"),
        )


def _divergences(found: Divergence | None) -> tuple[Interval | None, ...]:
    if found is None:
        return (None, None, None, None)
    return (found.mean, found.median, found.p90, found.p99)


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignTrailing if column else Qt.AlignmentFlag.AlignLeading
    return side | Qt.AlignmentFlag.AlignVCenter
