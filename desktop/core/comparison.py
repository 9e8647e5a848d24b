"""Comparing quantization levels of a model with the model: making them, measuring, keeping.

Every result is stored as it comes, so that nothing measured is lost, whatever ends a comparison;
it can then go on where it stopped.
"""

from __future__ import annotations

import builtins
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from desktop.core.comparison_chunks import ComparisonChunks
from desktop.core.comparison_levels import ComparisonLevels
from desktop.core.comparison_record import ComparisonRecord, OnChange
from desktop.core.comparison_speed import measure_speeds
from desktop.core.evaluation_text import EvaluationTexts, NamedText
from desktop.core.job_control import JobControl, JobRunner, Report, Steps
from desktop.core.level_names import level_name
from desktop.core.machine import machine_facts
from desktop.core.model_inspector import ModelInspector
from desktop.core.quantization import Quantization, base_name
from desktop.core.run_state import state_kept
from desktop.domain.comparison import ComparedModel, Comparison, ComparisonRequest, Part
from desktop.domain.errors import (
    InvalidInput,
    ModelFileInvalid,
    QuernError,
    StorageFault,
)
from desktop.domain.job import JobProgress, JobState
from desktop.domain.quantization_levels import level_named
from desktop.storage.comparisons import StoredComparisons

# How long the parts of a comparison take, against making one level.
_CHUNKS_WEIGHT, _SPEED_WEIGHT = 8.0, 4.0

_TEXT_HASH = "SHA-256 of the text"

WAITING = "Waits until another comparison is done"  # the step, then


class Comparisons:
    """Blocking calls. One comparison at a time runs, or their speeds would be worth nothing.

    Args:
        folder: where levels are made that are not to be kept.
    """

    def __init__(
        self,
        store: StoredComparisons,
        runner: JobRunner,
        quantization: Quantization,
        inspector: ModelInspector,
        texts: EvaluationTexts,
        folder: Path,
    ) -> None:
        self._store = store
        self._runner = runner
        self._quantization = quantization
        self._inspector = inspector
        self._texts = texts
        self._folder = folder

    def list(self) -> builtins.list[Comparison]:
        """All there are, newest first, without what was measured. Raises: StorageFault."""
        return self._store.list()

    def get(self, number: int) -> Comparison:
        """With everything measured so far. Raises: InvalidInput, StorageFault."""
        return self._store.get(number)

    def remove(self, number: int) -> None:
        """Forget one; files it made and kept stay.

        Raises: InvalidInput when it is not there, RunsAlready, StorageFault.
        """
        comparison = self._store.get(number)
        self._store.remove(number)
        self._clear(comparison)  # if it was killed, its levels wait for it to go on

    def take_up(self) -> None:
        """What ran in a Quern that has ended is INTERRUPTED now. Raises: StorageFault."""
        self._store.take_up()

    def unfinished(self, request: ComparisonRequest) -> Comparison | None:
        """The newest comparison of the same, if it can go on. Raises: StorageFault."""
        self.take_up()  # one that was killed says that it runs
        newest = next((one for one in self._store.list() if one.request == request), None)
        return newest if newest is not None and newest.resumable else None

    def create(self, request: ComparisonRequest) -> Comparison:
        """Put a comparison into the database, to be run.

        Raises: InvalidInput when there is nothing to compare; ModelFileInvalid, ModelFileMissing
            when the base cannot be used; StorageFault.
        """
        base = self._inspector.inspect(request.base)
        if base.problems:
            raise ModelFileInvalid(base.problems[0], "Choose another base, or get it again.")
        models = [ComparedModel(0, Part.BASE, base.level, request.base)]
        models[0] = replace(models[0], bytes=base.file_size, bits_per_weight=base.bits_per_weight)
        for level in self._levels(request):
            name = level_name(level.name, level.path, [model.name for model in models])
            models.append(replace(level, position=len(models), name=name))
        if len(models) == 1:
            raise InvalidInput(
                "There is no level to compare with the base.", "Choose at least one."
            )
        models.append(ComparedModel(len(models), Part.NOISE, f"{base.level} again", request.base))
        return self._store.add(request, models)

    def run(
        self,
        number: int,
        control: JobControl,
        report: Report,
        on_change: OnChange,
    ) -> Comparison:
        """Run one, or go on with it; then whatever failed is tried again. While another Quern
        with this home compares, it waits.

        Args:
            on_change: gets the comparison whenever something was measured, on any thread.

        Raises: Cancelled; RunsAlready; what is wrong with base or text. What was measured is kept.
        """
        with self._store.claimed(number):
            record = ComparisonRecord(self._store, self._store.get(number), on_change)
            with state_kept(record.set_state, control):
                try:
                    with self._turn(control, report):
                        self._run(record, control, report)
                finally:
                    self._clear(record.comparison)
        return record.comparison

    # --- inside -----------------------------------------------------------------------------

    @contextmanager
    def _turn(self, control: JobControl, report: Report) -> Iterator[None]:
        """While nothing else is compared. Raises: Cancelled, StorageFault."""
        while True:
            with self._store.turn() as ours:
                if ours:
                    yield
                    return
            control.check()
            report(JobProgress(0.0, WAITING))

    def _run(self, record: ComparisonRecord, control: JobControl, report: Report) -> None:
        text = self._texts.read(record.comparison.request.text)
        self._check_unchanged(record.comparison, text)
        record.put_facts(
            {
                **machine_facts(self._inspector.machine()),
                "Text": text.name,
                _TEXT_HASH: text.sha256,
            }
        )
        levels = ComparisonLevels(record, self._quantization, self._inspector, control)
        levels.look_again()
        unmade = levels.unmade()
        steps = Steps(report, len(unmade) + _CHUNKS_WEIGHT + _SPEED_WEIGHT)
        for model in unmade:
            levels.make(model, steps.report(1.0))
        measuring = steps.report(_CHUNKS_WEIGHT)
        ComparisonChunks(self._runner, record, text.text, control, measuring, levels.make).run()
        measure_speeds(self._runner, record, control, steps.report(_SPEED_WEIGHT))

    def _clear(self, comparison: Comparison) -> None:
        """Remove levels that were not to be kept, unless another comparison works with them."""
        if comparison.request.folder is not None:
            return
        place = self._place_of(comparison.request)
        with suppress(StorageFault):  # what ended the comparison says more
            self.take_up()
            others = (one for one in self._store.list() if one.id != comparison.id)
            running = [one for one in others if one.state is JobState.RUNNING]
            if place not in (self._place_of(one.request) for one in running):
                shutil.rmtree(place, ignore_errors=True)

    def _check_unchanged(self, comparison: Comparison, text: NamedText) -> None:
        """What was measured before must not be mixed with something else.

        Raises: InvalidInput, ModelFileInvalid, ModelFileMissing.
        """
        base = comparison.models[0]
        info = self._inspector.inspect(base.path)
        other_text = comparison.facts.get(_TEXT_HASH, text.sha256) != text.sha256
        if any(model.chunks for model in comparison.models) and (
            other_text or info.file_size != base.bytes
        ):
            raise InvalidInput(
                f"The {'text' if other_text else 'base'} has changed since the comparison began.",
                "Start a new one.",
            )

    def _levels(self, request: ComparisonRequest) -> Iterator[ComparedModel]:
        for path in dict.fromkeys(request.files):
            if path != request.base:
                yield self._existing(path)
        for name in dict.fromkeys(level_named(word).name for word in request.levels):
            path = self._place_of(request) / f"{base_name(request.base)}-{name}.gguf"
            # A file of that name that a person has is measured as it is, never replaced.
            if request.folder is not None and path.exists():
                yield self._existing(path)
            else:
                yield ComparedModel(0, Part.LEVEL, name, path, made=True)

    def _existing(self, path: Path) -> ComparedModel:
        try:
            info = self._inspector.inspect(path)
        except StorageFault:
            raise
        except QuernError as error:
            return ComparedModel(
                0, Part.LEVEL, path.stem, path, problem=error.message, advice=error.advice
            )
        return ComparedModel(
            *(0, Part.LEVEL, info.level, path),
            bytes=info.file_size,
            bits_per_weight=info.bits_per_weight,
        )

    def _place_of(self, request: ComparisonRequest) -> Path:
        """The folder levels are made in; if they are not to be kept, one that only comparisons use
        that make the same files."""
        if request.folder is not None:
            return request.folder
        same = f"{request.base.absolute()} {request.options}"
        return self._folder / hashlib.sha256(same.encode()).hexdigest()[:16]
