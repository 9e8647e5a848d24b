"""The tensors of a model by type, each type unfolding to its tensors."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHeaderView, QTreeView

from desktop.domain.model import TensorInfo
from desktop.ui.itemmodels.tensor_tree import TensorTreeModel

SHOWN_ROWS = 10


class TensorSection(QTreeView):
    """As tall as its types while they are folded, and a page of rows otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Tensors by type"))
        self.setProperty("kind", "framed")
        self._model = TensorTreeModel(self)
        self.setModel(self._model)
        self.setUniformRowHeights(True)
        self.setIndentation(12)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.expanded.connect(self._fit)
        self.collapsed.connect(self._fit)

    def set_tensors(self, tensors: Sequence[TensorInfo]) -> None:
        self._model.set_tensors(tensors)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        types = self._model.rowCount()
        indexes = [self._model.index(row, 0) for row in range(types)]
        unfolded = [self._model.rowCount(i) for i in indexes if self.isExpanded(i)]
        rows = min(SHOWN_ROWS, types + sum(unfolded))
        height = self.sizeHintForRow(0) if types else 0
        around = self.header().sizeHint().height() + 2 * self.frameWidth() + 12
        self.setFixedHeight(rows * height + around)
