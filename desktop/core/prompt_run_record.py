"""A run of a prompt that goes on: what becomes of it is stored and told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from desktop.domain.errors import QuernError
from desktop.domain.job import JobState
from desktop.domain.prompt_run import Place, PromptResult, PromptRun, places_of
from desktop.storage.prompt_runs import StoredPromptRuns

OnRun = Callable[[PromptRun], None]


class PromptRunRecord:
    """Every change is in the database before it is told. Raises: StorageFault.

    Attributes:
        run: as it stands now.
    """

    def __init__(self, store: StoredPromptRuns, run: PromptRun, on_change: OnRun) -> None:
        self._store = store
        self._on_change = on_change
        self.run = run

    def missing(self, model: int) -> Sequence[tuple[Place, int]]:
        """The answers that are still to be had of a model."""
        there = {(result.place, result.sample) for result in self.run.results}
        return [
            (place, sample)
            for place in places_of(self.run.request)
            if place.model == model
            for sample in range(self.run.request.samples)
            if (place, sample) not in there
        ]

    def set_state(self, state: JobState, problem: str = "", advice: str = "") -> None:
        """How it stands."""
        self._store.update(self.run.id, state, problem, advice)
        self._change(state=state, problem=problem, advice=advice)

    def set_problem(self, position: int, error: QuernError | None) -> None:
        """What is wrong with a model; None for nothing."""
        model = replace(
            self.run.models[position],
            problem=error.message if error else "",
            advice=error.advice if error else "",
        )
        self._store.put_model(self.run.id, position, model)
        models = list(self.run.models)
        models[position] = model
        self._change(models=tuple(models))

    def put(self, result: PromptResult) -> None:
        """An answer that is there."""
        self._store.put_result(self.run.id, result)
        self._change(results=(*self.run.results, result))

    def _change(self, **values: object) -> None:
        self.run = replace(self.run, **values)  # type: ignore[arg-type]
        self._on_change(self.run)
