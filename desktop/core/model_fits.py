"""Whether models of a repository fit this machine, before they are downloaded."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from desktop.core.model_inspector import ModelInspector
from desktop.core.stand_ins import StandIns
from desktop.domain.errors import QuernError
from desktop.domain.hub import Fit, RemoteModel, Repository
from desktop.domain.model import LoadConfig, MemoryEstimate
from desktop.hub.connection import HubConnection
from desktop.hub.remote_header import RemoteHeaders

_FRESH = 30.0  # seconds for which what is free on this machine is taken to stay so


@dataclass(slots=True)
class _Build:
    """A structure of which a repository's models are the quantization levels.

    Attributes:
        stand_in: a file llama.cpp takes for the model of `weights` bytes.
        estimates: what it takes, or why that cannot be told, and when it was asked (seconds).
    """

    structure: tuple[object, ...]
    stand_in: Path
    weights: int
    estimates: dict[LoadConfig, tuple[MemoryEstimate | QuernError, float]] = field(
        default_factory=dict
    )


class ModelFits:
    """Answers for one repository. Blocking calls, from one thread at a time.

    llama.cpp is asked about one model. The others differ from it in their weights only, whose
    sizes stand in their own headers.
    """

    def __init__(
        self,
        connection: HubConnection,
        repository: Repository,
        inspector: ModelInspector,
        cache: Path,
    ) -> None:
        self._headers = RemoteHeaders(connection, repository)
        self._inspector = inspector
        self._stand_ins = StandIns(cache)
        self._builds: list[_Build] = []
        self._known: dict[str, tuple[_Build, int, int]] = {}

    def fits(
        self,
        model: RemoteModel,
        contexts: Sequence[int],
        config: LoadConfig,
        cancelled: Callable[[], bool],
    ) -> tuple[Fit, ...]:
        """For each of `contexts`, but none longer than the model was trained for.

        Raises: QuernError when it cannot be told; Cancelled.
        """
        if model.name not in self._known:
            self._known[model.name] = self._look_at(model, cancelled)
        build, weights, trained = self._known[model.name]
        wanted = [n for n in contexts if not trained or n <= trained] or [trained]
        return tuple(_fit(build, weights, self._estimate(build, config, n), n) for n in wanted)

    def close(self) -> None:
        """Remove what was kept on the disk."""
        self._stand_ins.clear()

    def _look_at(
        self, model: RemoteModel, cancelled: Callable[[], bool]
    ) -> tuple[_Build, int, int]:
        """Of which build a model is, bytes of its weights, and the context it was trained for."""
        header = self._headers.read(model, cancelled)
        structure = header.structure()
        build = next((build for build in self._builds if build.structure == structure), None)
        if build is None:
            build = _Build(structure, self._stand_ins.write(header), header.weights)
            self._builds.append(build)
        return build, header.weights, header.context_length

    def _estimate(self, build: _Build, config: LoadConfig, context: int) -> MemoryEstimate:
        wanted = replace(config, context=context)
        found, asked_at = build.estimates.get(wanted, (None, 0.0))
        if found is None or time.monotonic() - asked_at > _FRESH:
            try:
                found = self._inspector.estimate(build.stand_in, wanted)
            except QuernError as error:
                found = error
            build.estimates[wanted] = found, time.monotonic()
        if isinstance(found, QuernError):
            raise found
        return found


def _fit(build: _Build, weights: int, estimate: MemoryEstimate, context: int) -> Fit:
    rest = estimate.total - estimate.weights
    # In proportion, because an estimate may count the weights for more than their plain size.
    own = -(-estimate.weights * weights // build.weights) if build.weights else 0
    return Fit(context, needed=rest + own, available=estimate.available)
