"""What to search for on the hub."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.domain.hub import HubQuery, HubSort, RepositoryKind
from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import icon_button, text_button
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.inputs import Choice
from desktop.ui.widgets.search_field import SearchField

B = 1_000_000_000
SIZES = ((0, 0), (0, 2 * B), (2 * B, 5 * B), (5 * B, 10 * B), (10 * B, 35 * B), (35 * B, 0))
LICENSES = ("", "apache-2.0", "mit", "llama3.1", "llama3.2", "gemma", "cc-by-nc-4.0")
KINDS = (RepositoryKind.GGUF, RepositoryKind.CONVERTIBLE)
SORTS = (HubSort.DOWNLOADS, HubSort.LIKES, HubSort.NEWEST)


class SearchBar(QWidget):
    """Asks for nothing before Enter or the button is pressed; after that also when a filter
    changes.

    Signals:
        search_requested: HubQuery.
    """

    search_requested = Signal(object)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._searched = False
        self.field = SearchField(icons, self.tr("Search the hub"))
        self.button = text_button(self.tr("Search"), "primary")
        self.filters_button = icon_button(icons, "sliders-horizontal", self.tr("Filters"))
        self.filters_button.setCheckable(True)
        self.kind = self._choice(self.tr("Kind"), self.tr("Ready to use"), self.tr("To convert"))
        self.weights = self._choice(
            self.tr("Size in weights"),
            self.tr("Any size"),
            self.tr("Up to 2 B"),
            self.tr("2 to 5 B"),
            self.tr("5 to 10 B"),
            self.tr("10 to 35 B"),
            self.tr("Over 35 B"),
        )
        self.license = self._choice(self.tr("Licence"), self.tr("Any licence"), *LICENSES[1:])
        self.sort = self._choice(
            self.tr("Order"),
            self.tr("Most downloads"),
            self.tr("Most likes"),
            self.tr("Newest"),
        )
        self.author = QLineEdit()
        self.author.setPlaceholderText(self.tr("Any author"))
        self.author.setAccessibleName(self.tr("Author"))
        self.author.setMinimumWidth(self.fontMetrics().averageCharWidth() * 14)
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self.field, 1)
        first.addWidget(self.filters_button)
        first.addWidget(self.button)
        self._filters = QWidget()
        row = FlowLayout(self._filters)
        choices = (self.kind, self.weights, self.license, self.sort)
        for part in (*choices, self.author):
            row.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(first)
        column.addWidget(self._filters)
        self.filters_button.toggled.connect(self._filters.setVisible)
        self.filters_button.setChecked(True)
        self.button.clicked.connect(self.search)
        self.field.returnPressed.connect(self.search)
        self.author.returnPressed.connect(self.search)
        for choice in choices:
            choice.activated.connect(self._filter_changed)

    def query(self) -> HubQuery:
        smallest, largest = SIZES[self.weights.currentIndex()]
        return HubQuery(
            text=self.field.text().strip(),
            author=self.author.text().strip(),
            smallest=smallest,
            largest=largest,
            license=LICENSES[self.license.currentIndex()],
            sort=SORTS[self.sort.currentIndex()],
            kind=KINDS[self.kind.currentIndex()],
        )

    def set_kind(self, kind: RepositoryKind) -> None:
        """What repositories to look for, as if a person had chosen it."""
        self.set_filters_visible(True)  # it shall be seen
        if kind is not KINDS[self.kind.currentIndex()]:
            self.kind.setCurrentIndex(KINDS.index(kind))
            self._filter_changed()

    def search(self) -> None:
        """Ask for what is set up now."""
        self._searched = True
        self.search_requested.emit(self.query())

    def set_filters_visible(self, visible: bool) -> None:
        """Fold the filters away where their room is needed; the button brings them back."""
        self.filters_button.setChecked(visible)

    def forget(self) -> None:
        """Wait again for the person to ask."""
        self._searched = False

    def _filter_changed(self) -> None:
        if self._searched:
            self.search()

    def _choice(self, name: str, *texts: str) -> Choice:
        made = Choice()
        made.setAccessibleName(name)
        made.setToolTip(name)
        made.setMinimumContentsLength(0)
        made.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
        made.addItems(texts)
        return made
