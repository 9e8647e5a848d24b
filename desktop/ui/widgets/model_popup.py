"""The list that opens under the model picker."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.icons import Icons
from desktop.ui.itemmodels.model_list import (
    LOADED_ROLE,
    MODEL_ROLE,
    ModelChoice,
    ModelListModel,
)
from desktop.ui.widgets.buttons import hairline, label, text_button
from desktop.ui.widgets.search_field import SearchField

SEARCH_FROM = 9
SHOWN_ROWS = 8
PADDING = 8

Index = QModelIndex | QPersistentModelIndex


class ModelPopup(QFrame):
    """Signals: chosen with a Path; open_requested; unload_requested."""

    chosen = Signal(object)
    open_requested = Signal()
    unload_requested = Signal()

    def __init__(self, icons: Icons, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._picker = parent
        self.setObjectName("popup")
        self.setAccessibleName(self.tr("Models"))
        self._models = ModelListModel()
        self._filter = QSortFilterProxyModel(self)
        self._filter.setSourceModel(self._models)
        self._filter.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.search = SearchField(icons, self.tr("Search models"))
        self.search.textChanged.connect(self._search_changed)
        self.search.installEventFilter(self)
        self.list = QListView()
        self.list.setAccessibleName(self.tr("Models"))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setItemDelegate(_Delegate(icons, self._models, self.list))
        self.list.setModel(self._filter)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._choose)
        self.list.activated.connect(self._choose)
        self._none = label(self.tr("No models yet."), "secondary")
        self._none.setContentsMargins(8, 8, 8, 8)
        open_button = text_button(self.tr("Open a model file…"), "row")
        open_button.setIcon(icons.icon("folder-open", QPalette.ColorRole.PlaceholderText))
        open_button.clicked.connect(self._open)
        self._unload = text_button(self.tr("Unload the model"), "row")
        self._unload.setIcon(icons.icon("x", QPalette.ColorRole.PlaceholderText))
        self._unload.clicked.connect(self._unload_pressed)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(4)
        for part in (self.search, self._none, self.list, hairline(), open_button, self._unload):
            column.addWidget(part)
        self.set_loaded(None)
        self.set_models([])

    def set_models(self, models: Sequence[ModelChoice]) -> None:
        self._models.set_choices(models)
        self.search.setVisible(len(models) >= SEARCH_FROM)
        self._none.setVisible(not models)
        self.list.setVisible(bool(models))

    def set_loaded(self, path: Path | None) -> None:
        self._models.set_loaded(path)
        self._loaded = path
        self._unload.setVisible(path is not None)

    def open_below(self, anchor: QWidget) -> None:
        """Show under `anchor`, as wide as its rows need."""
        self.search.clear()
        unit = self.fontMetrics().averageCharWidth()
        rows = min(SHOWN_ROWS, max(1, self._filter.rowCount()))
        if self._filter.rowCount():
            self.list.setFixedHeight(rows * self.list.sizeHintForRow(0) + 4)
        self.setFixedWidth(max(anchor.width(), unit * 48))
        self.adjustSize()
        corner = anchor.rect().bottomLeft()
        if self._picker.isRightToLeft():
            corner.setX(anchor.width() - self.width())
        corner = anchor.mapToGlobal(corner)
        screen = anchor.screen().availableGeometry()
        lowest = max(screen.top(), screen.bottom() - self.height())
        self.move(corner.x(), min(corner.y(), lowest))
        self.show()
        row = max(0, self._models.row_of(self._loaded))
        self.list.setCurrentIndex(self._filter.mapFromSource(self._models.index(row)))
        (self.list if self.search.isHidden() else self.search).setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self.list.event(event)
                return True
            if event.type() is QEvent.Type.KeyPress and event.key() in (
                Qt.Key.Key_Return,
                Qt.Key.Key_Enter,
            ):
                self._choose(self.list.currentIndex())
                return True
        return super().eventFilter(watched, event)

    def _search_changed(self, text: str) -> None:
        self._filter.setFilterFixedString(text)
        self.list.setCurrentIndex(self._filter.index(0, 0))

    def _choose(self, index: QModelIndex) -> None:
        choice: ModelChoice | None = index.data(MODEL_ROLE)
        if choice is not None and not choice.missing:
            self.hide()
            self.chosen.emit(choice.path)

    def _open(self) -> None:
        self.hide()
        self.open_requested.emit()

    def _unload_pressed(self) -> None:
        self.hide()
        self.unload_requested.emit()


class _Delegate(QStyledItemDelegate):
    def __init__(self, icons: Icons, models: ModelListModel, parent: QObject) -> None:
        super().__init__(parent)
        self._models = models
        self._check = icons.icon("check", QPalette.ColorRole.Accent)
        self._missing = icons.icon("triangle-alert", QPalette.ColorRole.PlaceholderText)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        return QSize(0, option.fontMetrics.height() * 2 + PADDING * 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        choice: ModelChoice = index.data(MODEL_ROLE)
        palette, rect, metrics = option.palette, option.rect, option.fontMetrics
        state = QStyle.StateFlag
        painter.save()
        painter.setLayoutDirection(option.direction)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & (state.State_MouseOver | state.State_Selected):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color(QPalette.ColorRole.Midlight))
            painter.drawRoundedRect(QRectF(rect.adjusted(0, 1, 0, -1)), 6, 6)
        side = metrics.height()
        slot = QRect(0, 0, side, side)
        mirrored = option.direction is Qt.LayoutDirection.RightToLeft
        slot.moveCenter(rect.center())
        slot.moveLeft(rect.left() + PADDING if mirrored else rect.right() - PADDING - side)
        if choice.missing:
            self._missing.paint(painter, slot)
        elif index.data(LOADED_ROLE):
            self._check.paint(painter, slot)
        room = side + PADDING
        area = rect.adjusted(
            PADDING + (room if mirrored else 0), PADDING, -PADDING - (0 if mirrored else room), 0
        )
        line = QRect(area.left(), area.top(), area.width(), metrics.height())
        group = QPalette.ColorGroup.Disabled if choice.missing else QPalette.ColorGroup.Normal
        painter.setPen(palette.color(group, QPalette.ColorRole.WindowText))
        flags = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        name = metrics.elidedText(choice.name, Qt.TextElideMode.ElideMiddle, line.width())
        painter.drawText(line, flags, name)
        small = QFont(option.font)
        small.setPointSizeF(small.pointSizeF() * 0.88)
        painter.setFont(small)
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(line.translated(0, metrics.height()), flags, self._models.details(choice))
        painter.restore()
