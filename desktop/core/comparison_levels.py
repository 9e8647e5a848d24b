"""The files of a comparison's levels: those that are there, and those that are made for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from desktop.core.comparison_record import ComparisonRecord
from desktop.core.comparison_speed import rounds_of
from desktop.core.job_control import JobControl, Report
from desktop.core.model_inspector import ModelInspector
from desktop.core.quantization import Quantization
from desktop.core.result_folder import make_folder
from desktop.domain.comparison import ComparedModel, Part
from desktop.domain.errors import Cancelled, ModelFileInvalid, QuernError
from desktop.domain.job import JobProgress
from desktop.domain.quantization import QuantizeRequest


def untold(_progress: JobProgress) -> None:
    """For a level that is made while others are measured: what is measured is told."""


class ComparisonLevels:
    """A level that cannot be made, or read, becomes a row that says so."""

    def __init__(
        self,
        record: ComparisonRecord,
        quantization: Quantization,
        inspector: ModelInspector,
        control: JobControl,
    ) -> None:
        self._record = record
        self._quantization = quantization
        self._inspector = inspector
        self._control = control

    def look_again(self) -> None:
        """At the files that are there: what failed with one is to be tried again."""
        base = self._record.model(0)
        for model in self._record.comparison.models:
            if model.part is not Part.LEVEL:
                self._record.describe(model.position, base.bytes, base.bits_per_weight)
            elif not model.made:
                self._or_fail(model, partial(self._look_at, model))

    def unmade(self) -> list[ComparedModel]:
        """Those to be made of which something is missing that others have, or all are to have."""
        comparison = self._record.comparison
        longest = max(len(model.chunks) for model in comparison.models)
        rounds = rounds_of(comparison.request.chunks)
        return [
            model
            for model in comparison.models
            if model.made
            and (model.problem or len(model.chunks) < longest or len(model.runs) < rounds)
        ]

    def make(self, model: ComparedModel, report: Report = untold) -> None:
        """Make a level unless it is there from before. Raises: Cancelled."""
        self._or_fail(model, partial(self._make, model, report))

    # --- inside -----------------------------------------------------------------------------

    def _look_at(self, model: ComparedModel) -> None:
        info = self._inspector.inspect(model.path)
        if model.chunks and info.file_size != model.bytes:
            raise ModelFileInvalid(
                f"“{model.path.name}” has changed since the comparison began.", "Start a new one."
            )
        self._record.describe(model.position, info.file_size, info.bits_per_weight)

    def _make(self, model: ComparedModel, report: Report) -> None:
        self._control.check()
        if not model.path.is_file():
            request = self._record.comparison.request
            make_folder(model.path.parent)
            single = QuantizeRequest(request.base, model.path, model.name, request.options)
            self._quantization.quantize(single, self._control, report)
        self._look_at(model)

    def _or_fail(self, model: ComparedModel, work: Callable[[], None]) -> None:
        try:
            work()
        except Cancelled:
            raise
        except QuernError as error:
            self._record.fail(model.position, error)
