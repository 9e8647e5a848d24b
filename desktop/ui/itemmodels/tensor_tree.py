"""The tensors of a model, by type, as a tree model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.domain.model import TensorInfo
from desktop.ui.formats import data_size, decimal, fill, integer

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_TOP = 0  # internal id of a type's row; a tensor's is 1 + the row of its type


@dataclass(frozen=True, slots=True)
class _Group:
    type: str
    tensors: tuple[TensorInfo, ...]
    size: int


class TensorTreeModel(QAbstractItemModel):
    """A row for each type, the largest first, with its tensors below it in the file's order.

    Columns: type or name; number of tensors or shape; bytes; share of all bytes.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._groups: list[_Group] = []
        self._total = 0

    def set_tensors(self, tensors: Sequence[TensorInfo]) -> None:
        by_type: dict[str, list[TensorInfo]] = {}
        for tensor in tensors:
            by_type.setdefault(tensor.type, []).append(tensor)
        groups = [
            _Group(name, tuple(members), sum(tensor.size for tensor in members))
            for name, members in by_type.items()
        ]
        self.beginResetModel()
        self._groups = sorted(groups, key=lambda group: group.size, reverse=True)
        self._total = sum(group.size for group in groups)
        self.endResetModel()

    def index(self, row: int, column: int, parent: Index = _ROOT) -> QModelIndex:
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, 1 + parent.row() if parent.isValid() else _TOP)

    def parent(self, index: Index = _ROOT) -> QModelIndex:  # type: ignore[override]  # QObject's too
        place = index.internalId() if index.isValid() else _TOP
        return QModelIndex() if place == _TOP else self.createIndex(place - 1, 0, _TOP)

    def rowCount(self, parent: Index = _ROOT) -> int:
        if not parent.isValid():
            return len(self._groups)
        if parent.internalId() != _TOP or parent.column():
            return 0
        return len(self._groups[parent.row()].tensors)

    def columnCount(self, parent: Index = _ROOT) -> int:  # noqa: ARG002
        return 4

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column():
            return Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole and not index.column():
            return self.data(index)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        place = index.internalId()
        if place == _TOP:
            group = self._groups[index.row()]
            name, amount, size = group.type, integer(len(group.tensors)), group.size
        else:
            tensor = self._groups[place - 1].tensors[index.row()]
            name, size = tensor.name, tensor.size
            amount = " × ".join(integer(side) for side in tensor.shape)
        share = decimal(100 * size / self._total, 1) if self._total else "0"
        return (name, amount, data_size(size), fill(self.tr("%1 %"), share))[index.column()]

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section:
            return Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("Type"), self.tr("Tensors"), self.tr("Size"), self.tr("Share"))[section]
