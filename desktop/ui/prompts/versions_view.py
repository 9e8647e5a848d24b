"""How a prompt became what it is: its versions, and what changed between two of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.prompt_diff import PartDiff
from desktop.domain.prompt import PromptVersion
from desktop.ui.formats import fill, moment
from desktop.ui.prompts.diff_text import DiffText
from desktop.ui.prompts.words import version_name
from desktop.ui.widgets.buttons import label, text_button
from desktop.ui.widgets.inputs import Choice
from desktop.ui.widgets.row_delegate import Index, RowContent, RowDelegate
from desktop.ui.widgets.row_list import RowList

VERSION_ROLE = Qt.ItemDataRole.UserRole
SHOWN_ROWS = 4


class VersionsView(QWidget):
    """Signals:

    restore_requested: id of a prompt and of one of its versions.
    difference_wanted: two PromptVersions, the older one first; answered by `set_difference`.
    """

    restore_requested = Signal(int, int)
    difference_wanted = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._versions: list[PromptVersion] = []
        self._shown: PromptVersion | None = None
        self._wanted = 0  # id of the version to look at, once it is among them
        self._model = QStandardItemModel(self)
        self.list = RowList(self.tr("Versions"))
        self.list.setItemDelegate(VersionDelegate(self.list))
        self.list.setModel(self._model)
        self.heading = label("", "heading", wrap=True)
        self.other = Choice()
        self.other.setMinimumContentsLength(8)
        self.other.setAccessibleName(self.tr("Compare with"))
        self.restore_button = text_button(self.tr("Restore this version"))
        self.restore_button.setToolTip(
            self.tr("Makes a new version that says the same; no version is lost")
        )
        self.difference = DiffText(self.tr("What changed"))
        above = QHBoxLayout()
        above.setSpacing(8)
        above.addWidget(self.heading, 1)
        above.addWidget(self.restore_button)
        tools = QHBoxLayout()
        tools.setSpacing(8)
        beside = label(self.tr("Compared with"), "small")
        beside.setBuddy(self.other)
        tools.addWidget(beside)
        tools.addWidget(self.other, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 16)
        column.setSpacing(8)
        column.addWidget(self.list, 1)
        column.addLayout(above)
        column.addLayout(tools)
        column.addWidget(self.difference, 1)
        self.list.chosen.connect(self._choose)
        self.other.activated.connect(self._compare)
        self.restore_button.clicked.connect(self._restore)

    def set_versions(self, versions: Sequence[PromptVersion]) -> None:
        """Show these, the newest first; the chosen one stays chosen while it is the same prompt's
        and no newer one came."""
        if list(versions) == self._versions:
            self._choose_wanted()
            return
        self._versions = list(versions)
        self._model.clear()
        for version in versions:
            item = QStandardItem(version_name(version.number))
            said = (version_name(version.number), moment(version.created_at), version.note)
            item.setData(", ".join(filter(None, said)), Qt.ItemDataRole.AccessibleTextRole)
            item.setData(version, VERSION_ROLE)
            self._model.appendRow(item)
        rows, height = len(self._versions), max(1, self.list.sizeHintForRow(0))
        self.list.setMinimumHeight(height + 4)  # of a low window it takes no more than half
        self.list.setMaximumHeight(min(SHOWN_ROWS, max(1, rows)) * height + 4)
        with QSignalBlocker(self.other):
            self.other.clear()
            for version in versions:
                self.other.addItem(
                    " · ".join(filter(None, (version_name(version.number), version.note))), version
                )
        if self._versions:
            self.list.setCurrentIndex(self._model.index(0, 0))
            self.list.scrollToTop()
        self._choose_wanted()

    def choose(self, version_id: int) -> None:
        """Look at this version when the versions of its prompt are set next."""
        self._wanted = version_id

    def set_difference(
        self, old: PromptVersion, new: PromptVersion, parts: Sequence[PartDiff]
    ) -> None:
        """What of `new` is different from `old`; an answer to an older question is not shown."""
        if new is self._shown and old is self.other.currentData():
            self.difference.show_difference(parts, new.content)

    def _choose_wanted(self) -> None:
        ids = [version.id for version in self._versions]
        if self._wanted in ids:
            index = self._model.index(ids.index(self._wanted), 0)
            self._wanted = 0
            self.list.setCurrentIndex(index)
            self.list.scrollTo(index)

    def _choose(self, index: QModelIndex) -> None:
        version: PromptVersion = index.data(VERSION_ROLE)
        self._shown = version
        self.restore_button.setEnabled(version is not self._versions[0])
        before = min(index.row() + 1, len(self._versions) - 1)
        with QSignalBlocker(self.other):
            self.other.setCurrentIndex(before)
        self._compare()

    def _compare(self) -> None:
        shown, other = self._shown, self.other.currentData()
        if shown is None or other is None:
            return
        alone = other.id == shown.id
        name = version_name(shown.number)
        self.heading.setText(
            fill(self.tr("%1, as it is"), name)
            if alone
            else fill(
                self.tr("%1, and what is different from %2"), name, version_name(other.number)
            )
        )
        self.difference_wanted.emit(other, shown)

    def _restore(self) -> None:
        if self._shown is not None:
            self.restore_requested.emit(self._shown.prompt_id, self._shown.id)


class VersionDelegate(RowDelegate):
    """A version: its number and time, and what its note says."""

    def content(self, index: Index) -> RowContent:
        version: PromptVersion = index.data(VERSION_ROLE)
        newest = index.row() == 0
        return RowContent(
            version_name(version.number),
            version.note or self.tr("No note"),
            moment(version.created_at),
            self.tr("Newest") if newest else "",
        )
