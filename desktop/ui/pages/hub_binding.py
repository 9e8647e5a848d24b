"""Binds searching the hub, and the page of a repository, to their controller."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from PySide6.QtCore import QObject, Signal, Slot

from desktop.controllers.downloads import DownloadsController
from desktop.controllers.hub import HubController
from desktop.controllers.library import LibraryController
from desktop.controllers.settings import SettingsController
from desktop.domain.download import Download, DownloadState
from desktop.domain.errors import AccessDenied, NoNetwork, QuernError
from desktop.domain.hub import Fit, Gate, HubQuery, RemoteModel, Repository, RepositorySummary
from desktop.domain.library import LibraryEntry
from desktop.ui.hub.hub_pane import HubPane
from desktop.ui.hub.repository_panel import CHECKPOINT


class HubBinding(QObject):
    """All controllers but `hub` are shared by all windows and outlive this one. `memory` is this
    machine's, in bytes.

    Signals:
        chat_requested: Path of the model to load.
        convert_requested: Path of the folder of a checkpoint.
        link_activated: a web address to open.
    """

    chat_requested = Signal(object)
    convert_requested = Signal(object)
    link_activated = Signal(str)

    def __init__(
        self,
        pane: HubPane,
        hub: HubController,
        library: LibraryController,
        downloads: DownloadsController,
        settings: SettingsController,
        memory: int,
    ) -> None:
        super().__init__(pane)
        self._pane = pane
        self._panel = pane.panel
        self._hub = hub
        self._starts = downloads
        self._settings = settings
        self._denied = False
        self._repository: Repository | None = None
        self._entries: Sequence[LibraryEntry] = ()
        self._downloads: dict[int, Download] = {}
        hub.found.connect(self._show_found)
        hub.search_failed.connect(self._show_search_failure)
        hub.opened.connect(self._show_repository)
        hub.open_failed.connect(self._show_open_failure)
        hub.fits_known.connect(self._show_fits)
        hub.fit_failed.connect(self._show_fit_failure)
        hub.token_changed.connect(self._show_token)
        library.listed.connect(self._note_entries)
        downloads.listed.connect(self._note_downloads)
        downloads.changed.connect(self._show_download)
        self._connect_pane()
        self._show_token(hub.has_token)
        suggested = hub.recommendations
        pane.recommendations.set_recommendations(suggested.models, suggested.made_on, memory)
        library.refresh()
        downloads.refresh()

    def _connect_pane(self) -> None:
        pane, panel, hub = self._pane, self._panel, self._hub
        pane.search_requested.connect(hub.search)
        pane.repository_chosen.connect(self._open)
        panel.retry_requested.connect(pane.open)
        panel.download_requested.connect(self._download)
        panel.chat_requested.connect(self.chat_requested)
        panel.convert_requested.connect(self.convert_requested)
        panel.page_requested.connect(self._open_page)
        panel.link_activated.connect(self.link_activated)
        panel.token_entered.connect(hub.set_token)

    # --- what a person does -----------------------------------------------------------------

    def _open(self, repository_id: str) -> None:
        self._repository = None
        self._denied = False
        self._hub.open(repository_id)

    def _download(self, repository: Repository, model: RemoteModel | None) -> None:
        self._hub.attempt(
            "download",
            lambda: self._starts.start(self._hub.download_request(repository, model)),
        )

    def _open_page(self, repository_id: str) -> None:
        endpoint = self._settings.current.hub_endpoint.rstrip("/")
        self.link_activated.emit(f"{endpoint}/{repository_id}")

    # --- from the controllers ---------------------------------------------------------------

    @Slot(object, object)
    def _show_found(self, query: HubQuery, results: list[RepositorySummary]) -> None:
        self._pane.set_results(query, results)

    @Slot(object)
    def _show_search_failure(self, error: QuernError) -> None:
        self._pane.set_problem(str(error), offline=isinstance(error, NoNetwork))

    @Slot(object)
    def _show_repository(self, repository: Repository) -> None:
        if repository.summary.id == self._panel.repository_id:
            self._repository = repository
            self._panel.set_repository(repository)
            self._show_states()

    @Slot(str, object)
    def _show_open_failure(self, repository_id: str, error: QuernError) -> None:
        if repository_id == self._panel.repository_id:
            self._denied = isinstance(error, AccessDenied)
            self._panel.set_problem(str(error), denied=self._denied)

    @Slot(str, str, object)
    def _show_fits(self, repository_id: str, name: str, fits: Sequence[Fit]) -> None:
        if repository_id == self._panel.repository_id:
            self._panel.set_fits(name, fits)

    @Slot(str, str, object)
    def _show_fit_failure(self, repository_id: str, name: str, error: QuernError) -> None:
        if repository_id == self._panel.repository_id:
            self._panel.set_fit_problem(name, error.message)

    @Slot(bool)
    def _show_token(self, has: bool) -> None:
        self._panel.gate.set_has_token(has)
        shown = self._repository
        if has and (self._denied or (shown and shown.summary.gate is Gate.GATED)):
            self._pane.open(self._panel.repository_id)

    @Slot(object)
    def _note_entries(self, entries: list[LibraryEntry]) -> None:
        self._entries = entries
        self._show_states()

    @Slot(object)
    def _note_downloads(self, downloads: list[Download]) -> None:
        self._downloads = {download.id: download for download in downloads}
        self._show_states()

    @Slot(object)
    def _show_download(self, download: Download) -> None:
        self._downloads[download.id] = download
        name = self._name_of(download)
        if name is not None:
            self._panel.set_download(name, download)

    def _show_states(self) -> None:
        """Say of each level whether it is here or on its way."""
        if self._repository is None:
            return
        self._panel.set_present(held(self._repository.models, self._entries))
        going = {self._name_of(download): download for download in self._downloads.values()}
        self._panel.set_downloads({n: d for n, d in going.items() if n is not None})

    def _name_of(self, download: Download) -> str | None:
        """What the page shown calls a download; None when it is of another repository, or when
        what it brought is gone again."""
        shown, request = self._repository, download.request
        if shown is None or request.repository != shown.summary.id:
            return None
        if download.state is DownloadState.DONE and download.path and not download.path.exists():
            return None
        return CHECKPOINT if request.files == shown.checkpoint else request.name


def held(models: Sequence[RemoteModel], entries: Sequence[LibraryEntry]) -> dict[str, Path]:
    """Which of `models` are among `entries`, and where: the same content by checksum, or a file of
    the same name and size."""
    by_digest = {entry.sha256: entry.path for entry in entries if entry.sha256}
    by_name = {(entry.path.name, entry.size): entry.path for entry in entries if not entry.missing}
    found: dict[str, Path] = {}
    for model in models:
        first = model.files[0]
        path = by_digest.get(first.sha256) if len(model.files) == 1 else None
        path = path or by_name.get((PurePosixPath(first.path).name, model.size))
        if path is not None:
            found[model.name] = path
    return found
