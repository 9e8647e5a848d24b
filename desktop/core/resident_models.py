"""Models that stay loaded from one question to the next, as long as memory allows it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from desktop.core.answering import AnsweringModel, AnsweringModels
from desktop.core.job_control import JobControl
from desktop.domain.model import LoadConfig


class _Place:
    """Where a model is kept, one question at a time."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.model: AnsweringModel | None = None
        self._stack = ExitStack()

    def load(
        self,
        models: AnsweringModels,
        path: Path,
        config: LoadConfig,
        control: JobControl,
    ) -> AnsweringModel:
        self.unload()
        self.model = self._stack.enter_context(models.opened(path, config, control))
        return self.model

    def unload(self) -> None:
        self.model = None
        self._stack.close()


class ResidentModels:
    """May be used from any thread; questions to one model queue up."""

    def __init__(self, models: AnsweringModels) -> None:
        self._models = models
        self._lock = threading.Lock()
        self._places: dict[tuple[Path, LoadConfig], _Place] = {}

    @contextmanager
    def using(
        self,
        path: Path,
        config: LoadConfig,
        control: JobControl,
        *,
        alone: bool,
    ) -> Iterator[AnsweringModel]:
        """A model, loaded unless it is already; nobody else asks it meanwhile.

        Args:
            alone: whether the others must leave first, because memory does not hold more.

        Raises: Cancelled, ModelTooBig and the other QuernErrors of loading, EngineDied.
        """
        with self._lock:
            place = self._places.setdefault((path, config), _Place())
            others = [other for other in self._places.values() if other is not place]
        if alone:
            _empty(others)
        with place.lock:
            model = place.model
            if model is None or not model.alive:
                model = place.load(self._models, path, config, control)
            yield model

    @property
    def loaded(self) -> int:
        """How many there are now."""
        return sum(place.model is not None for place in list(self._places.values()))

    def release(self) -> None:
        """All leave, each as soon as its question is answered; they come back when asked."""
        with self._lock:
            places = list(self._places.values())
        _empty(places)


def _empty(places: list[_Place]) -> None:
    for place in places:
        with place.lock:
            place.unload()
