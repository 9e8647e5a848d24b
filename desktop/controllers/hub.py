"""Finding models on a hub, for one window."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal

from desktop.controllers.controller import Controller
from desktop.controllers.tasks import ResultT, Tasks
from desktop.core.hub_access import HubAccess
from desktop.core.model_hub import ModelHub
from desktop.core.recommendations import Recommendations
from desktop.domain.download import DownloadRequest
from desktop.domain.errors import (
    AccessDenied,
    Cancelled,
    HubBusy,
    NoNetwork,
    QuernError,
    TokenUnavailable,
)
from desktop.domain.hub import Fit, HubQuery, RemoteModel, Repository, RepositorySummary

_SAME_FOR_ALL = (NoNetwork, HubBusy, AccessDenied)  # that befall all files of a repository


class HubController(Controller):
    """Of several searches, and of several repositories opened, only the newest is answered.

    Signals:
        found(HubQuery, list[RepositorySummary]), search_failed(QuernError): answers to `search`.
        opened(Repository), open_failed(str, QuernError): answers to `open`; the str is the id.
        fits_known(str, str, tuple[Fit]): of an opened repository, the id of which comes first, and
            of a model in it, by name; the smallest models come first.
        fit_failed(str, str, QuernError): why that cannot be told.
        token_changed(bool): whether there is an access token for the hub.
    """

    found = Signal(object, object)
    search_failed = Signal(object)
    opened = Signal(object)
    open_failed = Signal(str, object)
    fits_known = Signal(str, str, object)
    fit_failed = Signal(str, str, object)
    token_changed = Signal(bool)

    def __init__(self, hub: ModelHub, access: HubAccess, tasks: Tasks) -> None:
        super().__init__()
        self._hub = hub
        self._access = access
        self._tasks = tasks
        self._has_token = False
        self._searched: HubQuery | None = None
        self._opening: object = None

    @property
    def has_token(self) -> bool:
        """Whether there is an access token; not known before the first question to the hub."""
        return self._has_token

    @property
    def recommendations(self) -> Recommendations:
        """Models to start with."""
        return self._hub.recommendations()

    def search(self, query: HubQuery) -> None:
        """Answered by `found` or `search_failed`."""
        self._searched = query

        def done(found: list[RepositorySummary]) -> None:
            if self._searched is query:
                self.found.emit(query, found)

        def failed(error: QuernError) -> None:
            if self._searched is query:
                self.search_failed.emit(error)

        def obsolete() -> bool:
            return self._searched is not query

        self._ask(lambda: self._hub.search(query, obsolete), done, failed)

    def open(self, name: str) -> None:
        """Look at the repository called `name`; answered by `opened` or `open_failed`, then by
        `fits_known` or `fit_failed` for each of its models."""
        opening = self._opening = object()

        def done(repository: Repository) -> None:
            if self._opening is opening:
                self.opened.emit(repository)
                self._fit(opening, repository, repository.models)

        def failed(error: QuernError) -> None:
            if self._opening is opening:
                self.open_failed.emit(name, error)

        def obsolete() -> bool:
            return self._opening is not opening

        self._ask(lambda: self._hub.repository(name, cancelled=obsolete), done, failed)

    def download_request(
        self, repository: Repository, model: RemoteModel | None = None
    ) -> DownloadRequest:
        """See ModelHub. Raises: InvalidInput."""
        return self._hub.download_request(repository, model)

    def set_token(self, token: str) -> None:
        """Use an access token from now on; answered by `token_changed`, and by `failed` when it is
        not accepted or can be kept until Quern is closed only."""

        def use(_: None) -> None:
            self._has_token = True  # and if there was one before, another may open more
            self.token_changed.emit(True)

        def failed(error: QuernError) -> None:
            if isinstance(error, TokenUnavailable):
                use(None)
            fail(error)

        done, fail = self.answer("token", use)
        self._tasks.run(lambda: self._access.set_token(token), done, failed)

    def forget_token(self) -> None:
        """Use no access token from now on; answered by `token_changed`, and by `failed` when the
        keyring could not be told."""

        def failed(error: QuernError) -> None:
            self._tell_token(has=False)
            fail(error)

        done, fail = self.answer("token", lambda _: self._tell_token(has=False))
        self._tasks.run(self._access.forget_token, done, failed)

    def close(self) -> None:
        """Stop what goes on in the background."""
        self._searched = self._opening = None

    # --- inside -----------------------------------------------------------------------------

    def _fit(self, opening: object, repository: Repository, models: Sequence[RemoteModel]) -> None:
        """One model after another, so that a repository opened meanwhile is not kept waiting."""
        if not models or self._opening is not opening:
            return
        name = repository.summary.id
        model, *rest = models

        def work() -> tuple[Fit, ...]:
            return self._hub.fits(repository, model, cancelled=lambda: self._opening is not opening)

        def done(fits: tuple[Fit, ...]) -> None:
            if self._opening is opening:
                self.fits_known.emit(name, model.name, fits)
                self._fit(opening, repository, rest)

        def failed(error: QuernError) -> None:
            if self._opening is not opening or isinstance(error, Cancelled):
                return
            self.fit_failed.emit(name, model.name, error)
            if isinstance(error, _SAME_FOR_ALL):
                for other in rest:
                    self.fit_failed.emit(name, other.name, error)
            else:
                self._fit(opening, repository, rest)

        self._tasks.run(work, done, failed)

    def _ask(
        self,
        question: Callable[[], ResultT],
        on_done: Callable[[ResultT], None],
        on_error: Callable[[QuernError], None],
    ) -> None:
        """Ask the hub. With the answer it is known whether there is an access token, for which a
        keyring may have to be opened."""

        def work() -> tuple[ResultT, bool]:
            return question(), bool(self._access.connection().token)

        def done(answer: tuple[ResultT, bool]) -> None:
            result, has_token = answer
            self._tell_token(has=has_token)
            on_done(result)

        self._tasks.run(work, done, on_error)

    def _tell_token(self, *, has: bool) -> None:
        if has != self._has_token:
            self._has_token = has
            self.token_changed.emit(has)
