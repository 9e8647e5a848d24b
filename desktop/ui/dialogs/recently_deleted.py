"""What was deleted lately, to be restored or removed for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QEvent, QItemSelectionModel, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QMessageBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.controllers.recently_deleted import RecentlyDeletedController
from desktop.domain.errors import QuernError
from desktop.domain.recently_deleted import DeletedKind, Deletion
from desktop.ui.dialogs.fitting import within_screen
from desktop.ui.formats import days_ago, days_left, fill, integer, moment
from desktop.ui.itemmodels.text_table import RowsOnDemand, TextRow, TextTableModel
from desktop.ui.widgets.buttons import label, text_button
from desktop.ui.widgets.row_table import RowTable
from desktop.ui.widgets.text_table import MEASURED

PADDING = 6  # pixels above and below the text of a row


class RecentlyDeletedDialog(QDialog):
    """The controller is shared by all windows.

    Signals:
        conversation_restored: its id; the dialog closed.
    """

    conversation_restored = Signal(int)

    def __init__(self, controller: RecentlyDeletedController, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Recently deleted"))
        self._controller = controller
        self._deletions: Sequence[Deletion] = ()
        self._kinds = {
            DeletedKind.CONVERSATION: self.tr("Conversation"),
            DeletedKind.PROMPT: self.tr("Prompt"),
            DeletedKind.TASK_SET: self.tr("Task set"),
        }
        self._model = TextTableModel(
            (self.tr("Title"), self.tr("Kind"), self.tr("Deleted"), self.tr("Gone for good"))
        )
        self.table = DeletedTable(self.tr("Recently deleted"), self._model)
        self._none = label(self.tr("There is nothing to restore."), "secondary", wrap=True)
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._none)
        explained = self.tr(
            "Conversations, prompts and task sets can be restored for 30 days after they were"
            " deleted."
        )
        self._problem = label("", "error", wrap=True)
        self._say("")
        self.restore_button = text_button(self.tr("Restore"), "primary")
        self.restore_button.setDefault(True)
        self.delete_button = text_button(self.tr("Delete now…"))
        self.close_button = text_button(self.tr("Close"))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.restore_button)
        buttons.addWidget(self.delete_button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        column.addWidget(label(self.tr("Recently deleted"), "title"))
        column.addWidget(label(explained, "secondary", wrap=True))
        column.addWidget(self._stack, 1)
        column.addWidget(self._problem)
        column.addLayout(buttons)
        unit = self.fontMetrics().averageCharWidth()
        self.resize(within_screen(self, unit * 96, unit * 72))
        self.table.restore_requested.connect(self._restore)
        self.table.delete_requested.connect(self._ask_delete)
        self.table.selectionModel().selectionChanged.connect(self._enable)
        self.restore_button.clicked.connect(self._restore)
        self.delete_button.clicked.connect(self._ask_delete)
        self.close_button.clicked.connect(self.reject)
        controller.listed.connect(self._show)
        controller.restored.connect(self._show_restored)
        controller.failed.connect(self._show_problem)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self._enable()
        controller.refresh()

    def problem(self) -> str:
        """What could not be done, or ""."""
        return self._problem.text()

    # --- what a person asks for -------------------------------------------------------------

    def _chosen(self) -> list[Deletion]:
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return [self._deletions[row] for row in rows]

    def _restore(self) -> None:
        chosen = self._chosen()
        if chosen:
            self._say("")
            self._controller.restore(chosen, self)

    def _ask_delete(self) -> None:
        chosen = self._chosen()
        if not chosen:
            return
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(
            fill(self.tr("Delete “%1” for good?"), self._title(chosen[0]))
            if len(chosen) == 1
            else fill(self.tr("Delete %1 entries for good?"), integer(len(chosen)))
        )
        box.setInformativeText(self.tr("Nothing brings back what is deleted now."))
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        delete = box.addButton(self.tr("Delete now"), QMessageBox.ButtonRole.DestructiveRole)
        delete.clicked.connect(lambda: self._delete(chosen))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def _delete(self, chosen: Sequence[Deletion]) -> None:
        self._say("")
        self._controller.delete_now(chosen)

    # --- what becomes known -----------------------------------------------------------------

    @Slot(object)
    def _show(self, deletions: Sequence[Deletion]) -> None:
        """The row that had the cursor is chosen again, or what stands in its place now."""
        if deletions == self._deletions and deletions:
            return
        row = self.table.currentIndex().row()
        before = self._deletions[row] if row >= 0 else None
        self._deletions = deletions
        self._model.set_rows(RowsOnDemand(len(deletions), self._row))
        self._stack.setCurrentWidget(self.table if deletions else self._none)
        if deletions:
            again = deletions.index(before) if before in deletions else max(row, 0)
            self.table.choose(min(again, len(deletions) - 1))
        else:
            self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self._enable()

    @Slot(object, object)
    def _show_restored(self, deletions: Sequence[Deletion], origin: object) -> None:
        """The first conversation among them is opened."""
        conversations = (d.number for d in deletions if d.kind is DeletedKind.CONVERSATION)
        number = next(conversations, None)
        if origin is self and number is not None:
            self.accept()
            self.conversation_restored.emit(number)

    @Slot(object)
    def _show_problem(self, error: QuernError) -> None:
        self._say(str(error))

    def _say(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    def _row(self, place: int) -> TextRow:
        deletion = self._deletions[place]
        today = date.today()  # noqa: DTZ011 - the person's own day is meant
        cells = (
            self._title(deletion),
            self._kinds[deletion.kind],
            days_ago(deletion.deleted_at, today),
            days_left(deletion.gone_at, today),
        )
        tip = self.tr("Deleted %1, gone for good %2")
        return TextRow(cells, fill(tip, moment(deletion.deleted_at), moment(deletion.gone_at)))

    def _title(self, deletion: Deletion) -> str:
        return deletion.title or self.tr("New conversation")

    def _enable(self) -> None:
        some = self.table.selectionModel().hasSelection()
        self.restore_button.setEnabled(some)
        self.delete_button.setEnabled(some)


class DeletedTable(RowTable):
    """Several rows can be chosen.

    Signals:
        restore_requested: Enter was pressed, or a row clicked twice.
        delete_requested: Delete was pressed.
    """

    restore_requested = Signal()
    delete_requested = Signal()

    def __init__(self, name: str, model: TextTableModel) -> None:
        super().__init__(name, model)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header, modes = self.horizontalHeader(), QHeaderView.ResizeMode
        header.setResizeContentsPrecision(MEASURED)
        header.setSectionResizeMode(modes.ResizeToContents)
        header.setSectionResizeMode(0, modes.Stretch)
        self.doubleClicked.connect(self.restore_requested)
        self._fit_rows()

    def choose(self, row: int) -> None:
        """Choose a row alone. Qt's selectRow finds none where the table is mirrored and new."""
        flags = QItemSelectionModel.SelectionFlag
        index = self.model().index(row, 0)
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit_rows()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.restore_requested.emit()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_requested.emit()
        else:
            super().keyPressEvent(event)

    def _fit_rows(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + PADDING * 2)
