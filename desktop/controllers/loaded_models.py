"""What is loaded in all windows, and how much it takes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from desktop.controllers.models import ModelController


class LoadedModels(QObject):
    """Shared by all windows. Asks nobody by itself: what does not work does not grow, so what the
    windows say when something changes is enough.

    Signals:
        changed(list[tuple[str, int]]): name and bytes of each loaded model that does not rest.
    """

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._windows: list[ModelController] = []
        self._told: list[tuple[str, int]] = []

    @property
    def current(self) -> list[tuple[str, int]]:
        """As `changed` told last."""
        return list(self._told)

    def watch(self, models: ModelController) -> None:
        """Count what is loaded in a window, too."""
        self._windows.append(models)
        models.memory_changed.connect(self._tell)

    def forget(self, models: ModelController) -> None:
        """The window goes."""
        self._windows.remove(models)
        models.memory_changed.disconnect(self._tell)
        self._tell()

    @Slot()
    def _tell(self) -> None:
        now = [
            (models.current.info.name, models.memory)
            for models in self._windows
            if models.current is not None and not models.session.resting
        ]
        if now != self._told:
            self._told = now
            self.changed.emit(list(now))
