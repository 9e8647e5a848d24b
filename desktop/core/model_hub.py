"""Models on a hub: finding them, and seeing whether they fit before they are downloaded."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop.core.model_inspector import ModelInspector
from desktop.core.recommendations import Recommendations, read_recommendations
from desktop.domain.download import DownloadRequest
from desktop.domain.errors import InvalidInput
from desktop.domain.hub import Fit, HubQuery, RemoteModel, Repository, RepositorySummary
from desktop.domain.model import LoadConfig
from desktop.domain.paths import Home, resource_path
from desktop.hub.abandoning import abandonable
from desktop.hub.connection import HubConnection

if TYPE_CHECKING:
    from desktop.core.model_fits import ModelFits

FIT_CONTEXTS = (4096, 8192, 32768)

_FRESH_SECONDS = 300.0  # for which a repository is taken to stay as it is
_KEPT = 20  # repositories


class ModelHub:
    """Blocking calls, from any thread.

    Args:
        connection: how the hub is reached, asked anew with every call.
        config: how models are loaded here.
    """

    def __init__(
        self,
        connection: Callable[[], HubConnection],
        inspector: ModelInspector,
        home: Home,
        config: Callable[[], LoadConfig],
    ) -> None:
        self._connection = connection
        self._inspector = inspector
        self._home = home
        self._config = config
        self._lock = threading.Lock()
        self._repositories: OrderedDict[
            tuple[HubConnection, str, str], tuple[float, Repository]
        ] = OrderedDict()
        self._fitting = threading.Lock()
        self._fits: ModelFits | None = None
        self._fits_of: tuple[HubConnection, str, str] | None = None

    def search(
        self, query: HubQuery, cancelled: Callable[[], bool] = lambda: False
    ) -> list[RepositorySummary]:
        """Repositories that match. Raises: InvalidInput, HubFault, Cancelled."""
        from desktop.hub.search import search  # with all of a web client, which few starts need

        return abandonable(lambda: search(self._connection(), query), cancelled)

    def repository(
        self, name: str, revision: str = "", cancelled: Callable[[], bool] = lambda: False
    ) -> Repository:
        """A repository in full, as it is now or was a few minutes ago; or as of a branch, tag or
        commit.

        Raises: InvalidInput, HubFault, Cancelled.
        """
        return abandonable(lambda: self._repository(name, revision), cancelled)

    def _repository(self, name: str, revision: str) -> Repository:
        from desktop.hub.repository import fetch_repository

        connection = self._connection()
        key = connection, name, revision
        with self._lock:
            found_at, found = self._repositories.get(key, (0.0, None))
            if found is not None and time.monotonic() - found_at < _FRESH_SECONDS:
                return found
        found = fetch_repository(connection, name, revision=revision)
        with self._lock:
            self._repositories[key] = time.monotonic(), found
            self._repositories.move_to_end(key)
            while len(self._repositories) > _KEPT:
                self._repositories.popitem(last=False)
        return found

    def fits(
        self,
        repository: Repository,
        model: RemoteModel,
        contexts: tuple[int, ...] = FIT_CONTEXTS,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> tuple[Fit, ...]:
        """Whether a model fits this machine at each of `contexts`, those left out that are longer
        than it was trained for.

        Raises: HubFault when its header cannot be fetched, ModelFileInvalid and other QuernErrors
        when that is not one of a model; Cancelled.
        """
        connection = self._connection()
        of = connection, repository.summary.id, repository.revision
        with self._fitting:
            if self._fits is None or self._fits_of != of:
                self._close_fits()
                from desktop.core.model_fits import ModelFits

                self._fits = ModelFits(connection, repository, self._inspector, self._home.cache)
                self._fits_of = of
            return self._fits.fits(model, contexts, self._config(), cancelled)

    def download_request(
        self, repository: Repository, model: RemoteModel | None = None
    ) -> DownloadRequest:
        """What to download for a model, or without one for converting the repository's
        checkpoint. Raises: InvalidInput when it has none."""
        name = model.name if model else repository.summary.name
        files = model.files if model else repository.checkpoint
        if not files:
            raise InvalidInput(f"“{repository.summary.id}” holds nothing that Quern can convert.")
        return DownloadRequest(
            repository=repository.summary.id,
            revision=repository.revision,
            name=name,
            files=files,
            folder=self._home.models.joinpath(*repository.summary.id.split("/")),
        )

    def recommendations(self) -> Recommendations:
        """The models to start with, and the day the list was made."""
        return read_recommendations(resource_path("recommended_models.json"))

    def close(self) -> None:
        """Remove what was kept on the disk."""
        with self._fitting:
            self._close_fits()

    def _close_fits(self) -> None:
        if self._fits is not None:
            self._fits.close()
            self._fits = None
