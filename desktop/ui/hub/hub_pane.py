"""Finding models: search, results, and the page of the chosen repository beside them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from desktop.domain.hub import Gate, HubQuery, Recommendation, RepositorySummary
from desktop.ui.formats import amount, count, fill, integer
from desktop.ui.hub.recommendations import Recommendations
from desktop.ui.hub.repository_panel import RepositoryPanel
from desktop.ui.hub.search_bar import SearchBar
from desktop.ui.icons import Icons
from desktop.ui.itemmodels.repository_list import SUMMARY_ROLE, RepositoryListModel
from desktop.ui.widgets.buttons import IconLabel, label, text_button
from desktop.ui.widgets.row_delegate import Index, RowContent, RowDelegate
from desktop.ui.widgets.row_list import RowList
from desktop.ui.widgets.side_by_side import SideBySide


class HubPane(QWidget):
    """Signals:

    search_requested: HubQuery.
    repository_chosen: id; open it.
    """

    search_requested = Signal(object)
    repository_chosen = Signal(str)

    def __init__(self, icons: Icons, panel: RepositoryPanel) -> None:
        super().__init__()
        self.search = SearchBar(icons)
        self._asked: HubQuery | None = None
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setFixedHeight(3)
        self._busy.setAccessibleName(self.tr("Searching"))
        self._busy.hide()
        self._summary = label("", "small", wrap=True)
        self.back = text_button(self.tr("Back to the models to start with"), "link")
        self.back.clicked.connect(self.show_recommendations)
        self.recommendations = Recommendations()
        self.model = RepositoryListModel(self)
        self.list = RowList(self.tr("Results"))
        self.list.setItemDelegate(RepositoryDelegate(icons, self.model, self.list))
        self.list.setModel(self.model)
        self.offline = OfflineNotice(icons)
        self.panel = panel
        self._build()
        self.search.search_requested.connect(self._search)
        self.search.field.went_down.connect(self._enter_results)
        self.recommendations.chosen.connect(self._open_recommended)
        self.list.chosen.connect(self._open)
        self.list.entered_row.connect(self._open)
        self.panel.closed.connect(self.close_panel)
        self._sides.escaped.connect(self.close_panel)
        self.offline.retry_requested.connect(self.search.search)
        self.show_recommendations()

    def _build(self) -> None:
        self._stack = QStackedWidget()
        for part in (self.recommendations, self.list, self.offline):
            self._stack.addWidget(part)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(16, 4, 16, 8)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(self._busy)
        column.addWidget(self._summary)
        column.addWidget(self._stack, 1)
        column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeading)
        self._sides = SideBySide(left, self.panel)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._sides)

    # --- what is shown ----------------------------------------------------------------------

    def show_recommendations(self) -> None:
        """As before any search."""
        self._asked = None
        self.search.forget()
        self._busy.hide()
        self._summary.hide()
        self.back.hide()
        self._stack.setCurrentWidget(self.recommendations)

    def set_results(self, query: HubQuery, results: Sequence[RepositorySummary]) -> None:
        """The answer to `search_requested`; one that was overtaken is not shown."""
        if query != self._asked:
            return
        self._busy.hide()
        self.model.set_results(results)
        self._stack.setCurrentWidget(self.list)
        if not results:
            text = self.tr("Nothing found. Try fewer words or a wider filter.")
        elif len(results) >= query.limit:
            text = fill(self.tr("The first %1 repositories"), integer(len(results)))
        else:
            text = amount(len(results), self.tr("1 repository"), self.tr("%1 repositories"))
        self._summary.setText(text)
        self._summary.show()
        self.back.show()

    def set_problem(self, sentence: str, *, offline: bool) -> None:
        """Why the search was not answered."""
        if self._asked is None:
            return
        self._busy.hide()
        self._summary.hide()
        self.back.show()
        self.offline.set_sentence(sentence, offline=offline)
        self._stack.setCurrentWidget(self.offline)

    def open(self, repository_id: str) -> None:
        """Show the page of a repository and ask for what stands on it."""
        self.panel.open(repository_id)
        if not self._sides.second_visible:
            self.search.set_filters_visible(False)
            self._sides.set_second_visible(True)
        self.repository_chosen.emit(repository_id)

    def close_panel(self) -> None:
        """Show the list alone."""
        self._sides.set_second_visible(False)
        self.search.set_filters_visible(True)
        self.list.leave_row()

    def panes(self) -> list[QWidget]:
        """Where F6 stops; only those that are seen count."""
        return self._sides.panes()

    # --- what a person does -----------------------------------------------------------------

    def _search(self, query: HubQuery) -> None:
        self._asked = query
        self._busy.show()
        self.search_requested.emit(query)

    def _enter_results(self) -> None:
        """Give the focus to what stands below the search."""
        by_key = Qt.FocusReason.ShortcutFocusReason  # which shows where it is
        shown = self._stack.currentWidget()
        if shown is self.recommendations:
            self.recommendations.enter()
        elif shown is self.offline:
            self.offline.retry_button.setFocus(by_key)
        else:
            self.list.setFocus(by_key)

    def _open(self, index: QModelIndex) -> None:
        summary: RepositorySummary = index.data(SUMMARY_ROLE)
        if not self._sides.second_visible or summary.id != self.panel.repository_id:
            self.open(summary.id)

    def _open_recommended(self, one: Recommendation) -> None:
        self.open(one.repository)


class OfflineNotice(QWidget):
    """Signals: retry_requested."""

    retry_requested = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._symbol = IconLabel(icons.icon("cloud-off", QPalette.ColorRole.PlaceholderText), 2)
        self._text = label("", wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._rest = label(
            self.tr("Downloads go on by themselves once it can be reached."),
            "secondary",
            wrap=True,
        )
        self._rest.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.retry_button = text_button(self.tr("Try again"))
        self.retry_button.clicked.connect(self.retry_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        column.addStretch(1)
        column.addWidget(self._symbol, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._text)
        column.addWidget(self._rest)
        column.addWidget(self.retry_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)

    def set_sentence(self, sentence: str, *, offline: bool) -> None:
        """What happened; `offline` when the hub cannot be reached at all."""
        self._text.setText(sentence)
        self._symbol.setVisible(offline)
        self._rest.setVisible(offline)

    def text(self) -> str:
        return self._text.text()


class RepositoryDelegate(RowDelegate):
    """A repository: name and number of weights; who, what and how liked below."""

    def __init__(self, icons: Icons, model: RepositoryListModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._lock = icons.icon("lock", QPalette.ColorRole.PlaceholderText)

    def content(self, index: Index) -> RowContent:
        summary: RepositorySummary = index.data(SUMMARY_ROLE)
        return RowContent(
            summary.name,
            self._model.details(summary),
            count(summary.parameters) if summary.parameters else "",
            icon=self._lock if summary.gate is Gate.GATED else None,
        )
