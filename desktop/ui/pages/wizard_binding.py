"""Binds the steps from a source to new files to what core knows of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from desktop.controllers.library import LibraryController
from desktop.controllers.quantization import QuantizationController, Source
from desktop.core.checkpoints import CheckpointFolder
from desktop.core.quantization import QuantizationPlan
from desktop.domain.errors import QuernError
from desktop.domain.job import Job, JobState, QuantizationRequest, destinations
from desktop.domain.library import LibraryEntry
from desktop.domain.model import ModelInfo
from desktop.domain.quantization import ConversionRequest, LevelEstimate, QuantizeOptions
from desktop.ui.formats import fill
from desktop.ui.itemmodels.model_list import usable_models
from desktop.ui.model_words import model_facts
from desktop.ui.pages.quantize_body import QuantizeBody
from desktop.ui.quantize.source_words import checkpoint_facts, requantizing, twice
from desktop.ui.quantize.summary import of_conversion, of_levels
from desktop.ui.widgets.readiness import Readiness, Summary, impossible, lacking


class WizardBinding(QObject):
    """Owned by the content of the page, of which it binds the steps and the button."""

    def __init__(
        self,
        body: QuantizeBody,
        quantization: QuantizationController,
        library: LibraryController,
        models_folder: Path,
    ) -> None:
        super().__init__(body)
        self._body = body
        self._wizard = body.wizard
        self._quantization = quantization
        self._path: Path | None = None  # what was chosen last
        self._source: Source | None = None  # what that is, when it can be used
        self._chosen = False  # whether a person did, and will look for what comes next
        self._agreed = False  # to quantize what is quantized already
        self._jobs: dict[int, Job] = {}
        self._options = QuantizeOptions()  # of the last dry run
        self._problem: QuernError | None = None  # why there are no sizes
        self._request: QuantizationRequest | None = None  # of the last plan
        self._plan: QuantizationPlan | None = None
        self._space: tuple[Path, int] | None = None  # what is free in the folder asked about last
        self._wizard.target.set_usual(models_folder)
        self._connect_body()
        quantization.source_known.connect(self._show_source)
        quantization.source_refused.connect(self._show_refusal)
        quantization.memory_known.connect(self._show_memory)
        quantization.words_known.connect(self._wizard.imatrix.set_words)
        quantization.sizes_known.connect(self._show_sizes)
        quantization.dry_run_failed.connect(self._show_no_sizes)
        quantization.planned.connect(self._show_plan)
        quantization.plan_failed.connect(self._show_no_plan)
        quantization.space_known.connect(self._show_space)
        quantization.listed.connect(self._note_jobs)
        quantization.changed.connect(self._note_job)
        quantization.finished.connect(self._go_on)
        library.listed.connect(self._show_models)
        library.refresh()

    def _connect_body(self) -> None:
        body, wizard = self._body, self._wizard
        body.source_chosen.connect(self.set_source)
        wizard.source.chosen.connect(self.set_source)
        wizard.source.requantize_changed.connect(self._agree)
        wizard.options_changed.connect(self._ask_sizes)
        wizard.changed.connect(self._ask_plan)
        body.start_requested.connect(self._start)
        body.jobs.quantize_requested.connect(self.set_source)

    # --- the source -------------------------------------------------------------------------

    @Slot(object)
    def set_source(self, path: Path) -> None:
        """Make smaller files of a model, or a file of a checkpoint folder, as a person chose."""
        self._look_at(path)
        self._chosen = True
        self._body.show_steps()

    def _look_at(self, path: Path) -> None:
        self._path, self._source, self._chosen = path, None, False
        self._agreed = False
        self._wizard.source.show_looking(path)
        self._wizard.show_source_only()
        self._body.bar.hide()
        self._quantization.look_at(path)

    @Slot(object, object)
    def _show_source(self, path: Path, source: Source) -> None:
        if path != self._path or self._source is not None:
            return
        self._source = source
        self._begin_with(path, source)
        if self._chosen:
            self._body.show_steps()

    def _begin_with(self, path: Path, source: Source) -> None:
        section = self._wizard.source
        if isinstance(source, CheckpointFolder):
            section.show_source(source.name, checkpoint_facts(source), path)
            self._wizard.begin_with_checkpoint(source)
            self._body.bar.set_action(self.tr("Convert"))
            self._body.bar.show()
            self._ask_plan()
            return
        section.show_source(path.name, model_facts(source), path)
        self._body.bar.set_action(self.tr("Quantize"))
        if twice(source):
            section.offer_requantizing(requantizing(source), agreed=False)
        else:
            self._begin(source)

    @Slot(object, object)
    def _show_refusal(self, path: Path, error: QuernError) -> None:
        if path == self._path:
            self._wizard.source.show_refusal(path, str(error))

    def _agree(self, agreed: bool) -> None:
        self._agreed = agreed
        if agreed and isinstance(self._source, ModelInfo):
            self._begin(self._source)
        else:
            self._wizard.show_source_only()
            self._body.bar.hide()

    def _begin(self, source: ModelInfo) -> None:
        self._wizard.begin_with_model(source)
        self._body.bar.show()
        self._quantization.count_words()
        self._ask_sizes()

    @Slot(object, object)
    def _show_memory(self, path: Path, available: int) -> None:
        if path == self._path:
            self._wizard.levels.set_available(available)

    # --- what it would come to --------------------------------------------------------------

    def _ask_sizes(self) -> None:
        if self._path is None:
            return
        self._options = self._wizard.options(allow_requantize=self._agreed)
        self._problem = None
        self._quantization.dry_run(self._path, self._options)
        self._summarize()

    @Slot(object, object, object)
    def _show_sizes(
        self, path: Path, options: QuantizeOptions, estimates: Sequence[LevelEstimate]
    ) -> None:
        if (path, options) == (self._path, self._options):
            self._wizard.levels.set_estimates(estimates)
            self._ask_plan()

    @Slot(object, object, object)
    def _show_no_sizes(self, path: Path, options: QuantizeOptions, error: QuernError) -> None:
        if (path, options) == (self._path, self._options):
            self._problem = error
            self._summarize()

    def _ask_plan(self) -> None:
        self._plan = None
        self._request = self._quantization_request()
        if self._request is not None and self._request.levels:
            self._quantization.plan(self._request)
        if isinstance(self._source, CheckpointFolder):
            self._quantization.ask_space(self._wizard.target.folder)
        self._summarize()

    @Slot(object, object)
    def _show_plan(self, request: QuantizationRequest, plan: QuantizationPlan) -> None:
        if request == self._request:
            self._plan = plan
            self._summarize()

    @Slot(object, object)
    def _show_no_plan(self, request: QuantizationRequest, error: QuernError) -> None:
        if request == self._request:
            self._body.bar.set_summary(impossible(str(error)))

    @Slot(object, object)
    def _show_space(self, folder: Path, free: int) -> None:
        self._space = (folder, free)
        if isinstance(self._source, CheckpointFolder):
            self._summarize()

    @property
    def _free(self) -> int | None:
        """Bytes that are free where the files go, when that is known."""
        if self._plan is not None:
            return self._plan.free
        folder, free = self._space or (None, None)
        return free if folder == self._wizard.target.folder else None

    def _quantization_request(self) -> QuantizationRequest | None:
        if self._path is None or not isinstance(self._source, ModelInfo):
            return None
        return self._wizard.quantization(self._path, self._wizard.levels.chosen(), self._options)

    def _conversion_request(self) -> ConversionRequest | None:
        if not isinstance(self._source, CheckpointFolder):
            return None
        return self._wizard.conversion(self._source)

    def _summarize(self) -> None:
        self._show_target()
        self._body.bar.set_summary(self._summary())

    def _show_target(self) -> None:
        target, conversion = self._wizard.target, self._conversion_request()
        if conversion is not None:
            target.set_names([conversion.destination.name])
        elif self._request is not None:
            levels = self._request.levels
            target.set_names([self._request.destination(level).name for level in levels])
        target.set_free(self._free)

    def _summary(self) -> Summary:
        conversion, being_made = self._conversion_request(), self._being_made()
        if conversion is not None and conversion.destination in being_made:
            return lacking(
                self.tr("It is being converted. When that is done, you choose the levels here.")
            )
        if conversion is not None and isinstance(self._source, CheckpointFolder):
            return of_conversion(self._source, conversion, self._free)
        if self._problem is not None:
            return impossible(str(self._problem))
        if not self._wizard.levels.known or self._path is None:
            return lacking(self.tr("Working out the sizes…"))
        if self._wizard.lacking():
            return lacking(self._wizard.lacking())
        for path in destinations(self._request) if self._request is not None else ():
            if path in being_made:
                return lacking(fill(self.tr("%1 is being made already."), path.name))
        return of_levels(
            self._wizard.levels.chosen(),
            self._plan,
            self._path,
            has_imatrix=self._wizard.has_imatrix,
            computes=self._wizard.imatrix.computes,
        )

    # --- the start -------------------------------------------------------------------------------

    def _start(self) -> None:
        if self._summary().readiness is not Readiness.READY:
            return
        focused = self._body.bar.button.hasFocus()
        # Threads may have been changed since: they change no size.
        self._options = self._wizard.options(allow_requantize=self._agreed)
        request = self._conversion_request() or self._quantization_request()
        if request is None:
            return
        self._wizard.levels.choose()  # what comes next is something else
        self._quantization.start(request)
        self._ask_plan()
        self._body.show_jobs(focus=focused)

    @Slot(object)
    def _note_jobs(self, jobs: Sequence[Job]) -> None:
        before = self._being_made()
        self._jobs = {job.id: job for job in jobs}
        if self._being_made() != before:
            self._summarize()

    @Slot(object)
    def _note_job(self, job: Job) -> None:
        self._note_jobs([*(self._jobs | {job.id: job}).values()])

    def _being_made(self) -> set[Path]:
        """The files of jobs that run or wait, wherever they were begun."""
        going = [job.request for job in self._jobs.values() if not job.state.ended]
        return {path for request in going for path in destinations(request)}

    @Slot(object)
    def _go_on(self, job: Job) -> None:
        """What was converted here is what comes next."""
        request = job.request
        if not isinstance(request, ConversionRequest) or request.source != self._path:
            return
        if job.state is JobState.DONE:
            self._look_at(request.destination)

    # --- the library ------------------------------------------------------------------------

    @Slot(object)
    def _show_models(self, entries: Sequence[LibraryEntry]) -> None:
        self._wizard.source.set_models(usable_models(entries))
