"""The page of a repository: what it is, its levels with what fits, and its card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from desktop.domain.download import Download, DownloadState
from desktop.domain.hub import Fit, Gate, RemoteFile, RemoteModel, Repository
from desktop.ui.downloads.words import state_words
from desktop.ui.formats import fill, integer
from desktop.ui.hub.card_view import CardView
from desktop.ui.hub.gate_notice import GateNotice
from desktop.ui.hub.level_row import LevelList, LevelRow
from desktop.ui.icons import Icons
from desktop.ui.model_words import parameters, popularity
from desktop.ui.widgets.buttons import ElidedLabel, hairline, icon_button, label, text_button
from desktop.ui.widgets.scroll_column import ScrollColumn

ROWS_AT_ONCE = 30
ROWS_PER_EVENT = 6  # thirty rows would stop the window for a tenth of a second
NO_BREAK = "\N{NO-BREAK SPACE}"
CHECKPOINT = ""
"""The name that stands for a full checkpoint among the names of models."""


class RepositoryPanel(ScrollColumn):
    """Busy after `open`, until `set_repository` or `set_problem`.

    Signals:
        download_requested: Repository, and RemoteModel or None for its full checkpoint.
        chat_requested: Path of a model that is here.
        convert_requested: Path of the folder of a checkpoint that is here.
        page_requested: id; show the repository's own page on the hub.
        link_activated: an address in the card.
        token_entered: a token for gated repositories.
        retry_requested: id; open it again.
        closed.
    """

    download_requested = Signal(object, object)
    chat_requested = Signal(object)
    convert_requested = Signal(object)
    page_requested = Signal(str)
    link_activated = Signal(str)
    token_entered = Signal(str)
    retry_requested = Signal(str)
    closed = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("The chosen repository"))
        self._id = ""
        self._repository: Repository | None = None
        self._rows: dict[str, LevelRow] = {}
        self._wanted = 0  # rows
        self._next = QTimer(self, interval=0, singleShot=True)
        self._next.timeout.connect(self._add_some)
        self._fits: dict[str, Sequence[Fit]] = {}
        self._unknown: dict[str, str] = {}
        self._here: Mapping[str, Path] = {}
        self._downloads: dict[str, Download] = {}
        self._title = ElidedLabel("", Qt.TextElideMode.ElideMiddle)
        self._title.setProperty("tone", "title")
        self._facts = label("", "small", wrap=True)
        page = icon_button(icons, "external-link", self.tr("Open its page in the browser"))
        page.clicked.connect(lambda: self.page_requested.emit(self._id))
        close = icon_button(icons, "x", self.tr("Close the repository"))
        close.clicked.connect(self.closed)
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setFixedHeight(3)
        self._busy.setAccessibleName(self.tr("Asking the hub"))
        self._problem = label("", "error", wrap=True)
        self.retry_button = text_button(self.tr("Try again"))
        self.retry_button.clicked.connect(lambda: self.retry_requested.emit(self._id))
        self.gate = GateNotice(icons)
        self._note = label("", "small", wrap=True)
        self.levels = LevelList()
        self._more = text_button("", "link")
        self._more.clicked.connect(self._show_more)
        self.card = CardView(icons)
        self._build(page, close)
        self.gate.page_requested.connect(lambda: self.page_requested.emit(self._id))
        self.gate.token_entered.connect(self.token_entered)
        self.card.link_activated.connect(self.link_activated)

    def _build(self, page: QWidget, close: QWidget) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self._title)
        texts.addWidget(self._facts)
        header = QHBoxLayout()
        header.setSpacing(4)
        header.addLayout(texts, 1)
        header.addWidget(page, 0, Qt.AlignmentFlag.AlignTop)
        header.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._known = QWidget()  # what is only there once the hub has answered
        known = QVBoxLayout(self._known)
        known.setContentsMargins(0, 0, 0, 0)
        known.setSpacing(8)
        known.addWidget(self._note)
        known.addWidget(self.levels)
        known.addWidget(self._more)
        known.addSpacing(4)
        known.addWidget(hairline())
        known.addSpacing(4)
        known.addWidget(self.card)
        column = self.column
        column.addLayout(header)
        for part in (self._busy, self._problem, self.gate, self._known):
            column.addWidget(part)
        column.insertWidget(3, self.retry_button, 0, Qt.AlignmentFlag.AlignLeading)
        column.addStretch(1)

    # --- what is shown ----------------------------------------------------------------------

    @property
    def repository_id(self) -> str:
        return self._id

    def open(self, repository_id: str) -> None:
        """Wait for another repository."""
        self._id = repository_id
        self._repository = None
        self._fits, self._unknown = {}, {}
        author, _, name = repository_id.partition("/")
        self._title.setText(name)
        self._facts.setText(author)
        self._busy.show()
        for part in (self._problem, self.retry_button, self.gate, self._known):
            part.hide()
        self.verticalScrollBar().setValue(0)

    def set_repository(self, repository: Repository) -> None:
        self._repository = repository
        self._busy.hide()
        summary = repository.summary
        parts = [
            summary.author,
            parameters(summary.parameters) if summary.parameters else "",
            summary.architecture,
            summary.license or self.tr("no licence given"),
            *popularity(summary),
        ]
        # A line ends between two facts, not inside one.
        self._facts.setText(" · ".join(part.replace(" ", NO_BREAK) for part in parts if part))
        gated = summary.gate is Gate.GATED
        self.gate.setVisible(gated)
        self._note.setText(self._note_of(repository))
        self._note.setVisible(bool(self._note.text()))
        self.levels.clear()
        self._rows = {}
        self._wanted = 0
        self._show_more()
        self.card.set_card(repository.card)
        # Without a token, nobody knows whether a gated repository has a card.
        self.card.setVisible(bool(repository.card) or not gated)
        self._known.show()

    def set_problem(self, sentence: str, *, denied: bool = False) -> None:
        """Why the hub did not answer; `denied` when a token may help."""
        self._busy.hide()
        self._problem.setText(sentence)
        self._problem.show()
        self.retry_button.show()
        self.gate.setVisible(denied)

    def set_fits(self, name: str, fits: Sequence[Fit]) -> None:
        """Whether the model called `name` fits this machine."""
        self._fits[name] = fits
        if name in self._rows:
            self._rows[name].set_fits(fits)

    def set_fit_problem(self, name: str, sentence: str) -> None:
        self._unknown[name] = sentence
        if name in self._rows:
            self._rows[name].set_fit_unknown(sentence)

    def set_present(self, here: Mapping[str, Path]) -> None:
        """What of this repository is on this machine: names of models and where they lie."""
        self._here = here
        self._show_states()

    def set_downloads(self, downloads: Mapping[str, Download]) -> None:
        """What of this repository is on its way, by the name of the model."""
        self._downloads = dict(downloads)
        self._show_states()

    def set_download(self, name: str, download: Download) -> None:
        """One of them went on."""
        self._downloads[name] = download
        if name in self._rows:
            self._show_state(name)

    # --- inside -----------------------------------------------------------------------------

    def _note_of(self, repository: Repository) -> str:
        if repository.checkpoint:
            return self.tr(
                "A full checkpoint. Once it is here, the Quantize page makes a model of it that"
                " can be chatted with."
            )
        if not repository.models:
            return self.tr("There is nothing in it that Quern could use.")
        return ""

    def _items(self) -> list[tuple[str, str, Sequence[RemoteFile], RemoteModel | None]]:
        """(level, name, files, model) of every row."""
        if self._repository is None:
            return []
        items: list[tuple[str, str, Sequence[RemoteFile], RemoteModel | None]] = [
            (model.level, model.name, model.files, model) for model in self._repository.models
        ]
        if self._repository.checkpoint:
            items.append(("", CHECKPOINT, self._repository.checkpoint, None))
        return items

    def _show_more(self) -> None:
        """Show the next levels; a repository may have hundreds."""
        self._wanted += ROWS_AT_ONCE
        self._add_some()

    def _add_some(self) -> None:
        items = self._items()
        done = len(self._rows)
        for level, name, files, model in items[done : min(done + ROWS_PER_EVENT, self._wanted)]:
            size = sum(file.size for file in files)
            row = LevelRow(level, name or self.tr("Full checkpoint"), size, len(files))
            row.download_requested.connect(partial(self._download, model))
            row.chat_requested.connect(self.chat_requested)
            row.convert_requested.connect(self.convert_requested)
            self._rows[name] = row
            self.levels.add(row)
            if name in self._fits:
                row.set_fits(self._fits[name])
            elif model is not None:
                row.set_fit_unknown(self._unknown.get(name, ""))
            self._show_state(name)
        left = len(items) - len(self._rows)
        self._more.setText(fill(self.tr("Show %1 more"), integer(left)))
        complete = len(self._rows) == min(self._wanted, len(items))
        self._more.setVisible(complete and left > 0)
        if not complete:
            self._next.start()

    def _download(self, model: RemoteModel | None) -> None:
        self.download_requested.emit(self._repository, model)

    def _show_states(self) -> None:
        for name in self._rows:
            self._show_state(name)

    def _show_state(self, name: str) -> None:
        row = self._rows[name]
        download = self._downloads.get(name)
        if name in self._here:
            row.set_present(self._here[name])
        elif download is None or download.state is DownloadState.FAILED:
            row.set_absent()
        elif download.state is not DownloadState.DONE:
            row.set_downloading(download.received, state_words(download))
        elif download.path is None:
            row.set_absent()  # it was removed since
        elif download.is_checkpoint:
            row.set_present(download.request.folder, checkpoint=True)
        else:
            row.set_present(download.path)
