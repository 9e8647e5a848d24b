"""Telling of a newer Quern, when a person wants to be told."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.controllers.controller import Controller
from desktop.controllers.tasks import Tasks
from desktop.core.settings import SettingsStore
from desktop.core.updates import Updates
from desktop.domain.errors import QuernError
from desktop.domain.release import Release


class UpdatesController(Controller):
    """Shared by all windows.

    Signals:
        found(Release): there is a newer one.
        up_to_date(): a person asked, and there is none.
    """

    found = Signal(object)
    up_to_date = Signal()

    def __init__(
        self,
        updates: Updates,
        settings: SettingsStore,
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._updates = updates
        self._settings = settings
        self._tasks = tasks

    @property
    def possible(self) -> bool:
        """Whether this copy of Quern knows where its releases are told of."""
        return self._updates.possible

    def look_daily(self) -> None:
        """Look, if the settings want it and it is time; says nothing when there is no network."""
        if self.possible and self._settings.current.check_for_updates:
            self._tasks.run(self._updates.daily, self._tell, _not_told)

    def look_now(self) -> None:
        """A person asks; answered by `found`, `up_to_date` or `failed`."""
        self._tasks.run(self._updates.now, *self.answer("look", self._answer))

    def _tell(self, release: Release | None) -> None:
        if release is not None:
            self.found.emit(release)

    def _answer(self, release: Release | None) -> None:
        if release is None:
            self.up_to_date.emit()
        else:
            self.found.emit(release)


def _not_told(_error: QuernError) -> None:
    """Nobody asked this time."""
