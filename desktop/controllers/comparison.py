"""Comparing levels, and the comparisons there were, for all windows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.controllers.kept_runs import KeptRunsController
from desktop.controllers.tasks import Tasks
from desktop.core.comparison import Comparisons
from desktop.core.comparison_text import count_chunks
from desktop.core.comparison_time import Pace, pace_of, usual_pace
from desktop.core.evaluation_text import EvaluationTexts
from desktop.core.job_control import JobRunner
from desktop.core.model_inspector import ModelInspector
from desktop.core.quantization import Quantization
from desktop.core.result_folder import free_bytes
from desktop.domain.comparison import Comparison, ComparisonRequest, EvaluationText
from desktop.domain.errors import InvalidInput
from desktop.domain.job import JobState
from desktop.domain.quantization import QuantizeOptions
from desktop.domain.recommendation import Wishes

if TYPE_CHECKING:
    from desktop.core.comparison_report import ComparisonReport


class ComparisonController(KeptRunsController):
    """One comparison runs at a time, or their speeds would be worth nothing.

    Args:
        memory: bytes this machine has.

    Signals, beside those of KeptRunsController:
        listed(list[Comparison]): without what was measured.
        results_known(ComparisonReport): what was measured so far.
        base_known(Path, ModelInfo), base_refused(Path, QuernError): answers to `look_at`.
        levels_known(Path, QuantizeOptions, tuple[LevelEstimate]), levels_refused(Path,
            QuantizeOptions, QuernError): answers to `dry_run`.
        chunks_known(Path, EvaluationText, int), chunks_unknown(Path, EvaluationText, QuernError):
            answers to `count`.
        pace_known(Pace): how fast this machine is; answer to `ask_pace`.
        space_known(Path, int): bytes free in a folder; answer to `ask_space`.
        exported(Path): answer to `export`.
    """

    base_known = Signal(object, object)
    base_refused = Signal(object, object)
    levels_known = Signal(object, object, object)
    levels_refused = Signal(object, object, object)
    chunks_known = Signal(object, object, int)
    chunks_unknown = Signal(object, object, object)
    pace_known = Signal(object)
    space_known = Signal(object, object)
    exported = Signal(object)

    def __init__(
        self,
        comparisons: Comparisons,
        quantization: Quantization,
        inspector: ModelInspector,
        texts: EvaluationTexts,
        runner: JobRunner,
        tasks: Tasks,
        memory: Callable[[], int],
        parent: QObject | None = None,
    ) -> None:
        busy = InvalidInput(
            "Another comparison runs; beside it, speeds would say nothing.",
            "Wait until it is done, or cancel it.",
        )
        super().__init__("comparison", busy, tasks, parent)
        self._comparisons = comparisons
        self._quantization = quantization
        self._inspector = inspector
        self._texts = texts
        self._runner = runner
        self._memory = memory

    def take_up(self) -> None:
        """Find the comparisons of the last time again."""
        self._tasks.run(
            self._comparisons.take_up, *self.answer("take up", lambda _nothing: self.refresh())
        )

    # --- before -----------------------------------------------------------------------------

    def look_at(self, path: Path) -> None:
        """What a file is; answered by `base_known` or `base_refused`."""
        self._tasks.run(
            lambda: self._inspector.inspect(path),
            partial(self.base_known.emit, path),
            partial(self.base_refused.emit, path),
        )

    def dry_run(self, base: Path, options: QuantizeOptions) -> None:
        """What each level would make; answered by `levels_known` or `levels_refused`."""
        self._questions.ask(
            (base, options),
            lambda: self._quantization.estimates(base, options),
            partial(self.levels_known.emit, base, options),
            partial(self.levels_refused.emit, base, options),
        )

    def count(self, base: Path, text: EvaluationText) -> None:
        """How many chunks a text gives; answered by `chunks_known` or `chunks_unknown`."""
        self._questions.ask(
            (base, text),
            lambda: count_chunks(self._runner, base, self._texts.read(text).text),
            partial(self.chunks_known.emit, base, text),
            partial(self.chunks_unknown.emit, base, text),
        )

    def ask_pace(self) -> None:
        """Answered by `pace_known`."""
        self._tasks.run(self._pace, *self.answer("pace", self.pace_known.emit))

    def ask_space(self, folder: Path) -> None:
        """Answered by `space_known`."""
        self._tasks.run(
            lambda: free_bytes(folder),
            *self.answer("space", partial(self.space_known.emit, folder)),
        )

    # --- running ----------------------------------------------------------------------------

    def start(self, request: ComparisonRequest) -> None:
        """Compare; `begun` follows, or `failed`."""
        self._begin(lambda: self._comparisons.create(request))

    def export(self, comparison: Comparison, wishes: Wishes, path: Path) -> None:
        """Write a report: JSON, CSV or Markdown, as the name ends. Answered by `exported`."""
        from desktop.core.comparison_files import save_report
        from desktop.core.comparison_report import ComparisonReport

        self._tasks.run(
            lambda: save_report(ComparisonReport(comparison, wishes), path),
            *self.answer("export", self.exported.emit),
        )

    # --- inside -----------------------------------------------------------------------------

    def _runs(self) -> Comparisons:
        return self._comparisons

    def _report(self, comparison: Comparison) -> ComparisonReport:
        from desktop.core.comparison_report import ComparisonReport

        return ComparisonReport(comparison, Wishes(self._memory()))

    def _pace(self) -> Pace:
        cores = self._inspector.machine().physical_cores
        for comparison in self._comparisons.list():
            if comparison.state is JobState.DONE:
                pace = pace_of(self._comparisons.get(comparison.id), cores)
                if pace is not None:
                    return pace
        return usual_pace(cores)
