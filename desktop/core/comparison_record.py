"""A comparison while it runs: what is known of it, kept and told as soon as it is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from desktop.domain.comparison import ComparedModel, Comparison, Part, SpeedRun
from desktop.domain.errors import QuernError
from desktop.domain.evaluation import ChunkScores
from desktop.domain.job import JobState
from desktop.storage.comparisons import StoredComparisons

OnChange = Callable[[Comparison], None]


class ComparisonRecord:
    """Everything it is told is in the database when the call returns. Raises: StorageFault."""

    def __init__(
        self, store: StoredComparisons, comparison: Comparison, on_change: OnChange
    ) -> None:
        self._store = store
        self._on_change = on_change
        self.comparison = comparison

    @property
    def sound(self) -> list[ComparedModel]:
        """The rows that nothing is wrong with, the base first."""
        return [model for model in self.comparison.models if not model.problem]

    @property
    def levels(self) -> list[ComparedModel]:
        """Those of them that are levels."""
        return [model for model in self.sound if model.part is Part.LEVEL]

    def model(self, position: int) -> ComparedModel:
        return self.comparison.models[position]

    def describe(self, position: int, size: int, bits_per_weight: float) -> None:
        """Say how large a row's file is. It can be read: whatever was wrong with it is to be tried
        again."""
        model = self._change(
            position, bytes=size, bits_per_weight=bits_per_weight, problem="", advice=""
        )
        self._store.update_model(self.comparison.id, model)
        self._tell()

    def fail(self, position: int, error: QuernError) -> None:
        """Say why a row is not measured any further; what was measured stays."""
        model = self._change(position, problem=error.message, advice=error.advice)
        self._store.update_model(self.comparison.id, model)
        self._tell()

    def add_chunk(self, position: int, chunk: int, scores: ChunkScores) -> None:
        self._store.put_chunk(self.comparison.id, position, chunk, scores)
        chunks = {**self.model(position).chunks, chunk: scores}
        self._change(position, chunks=chunks)
        self._tell()

    def add_run(self, position: int, run: SpeedRun) -> None:
        self._store.add_run(self.comparison.id, position, run)
        self._change(position, runs=(*self.model(position).runs, run))
        self._tell()

    def put_facts(self, facts: Mapping[str, str]) -> None:
        """Add to what it takes to repeat the comparison."""
        self.comparison = replace(self.comparison, facts={**self.comparison.facts, **facts})
        self.set_state(self.comparison.state)

    def set_state(self, state: JobState, problem: str = "", advice: str = "") -> None:
        self.comparison = replace(self.comparison, state=state, problem=problem, advice=advice)
        self._store.update(self.comparison.id, state, self.comparison.facts, problem, advice)
        self._tell()

    def _change(self, position: int, **values: Any) -> ComparedModel:
        models = list(self.comparison.models)
        models[position] = replace(models[position], **values)
        self.comparison = replace(self.comparison, models=tuple(models))
        return models[position]

    def _tell(self) -> None:
        self._on_change(self.comparison)
