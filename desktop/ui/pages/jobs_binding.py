"""Binds the list of jobs to what core does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from desktop.controllers.quantization import QuantizationController
from desktop.domain.job import Job
from desktop.ui.pages.quantize_body import QuantizeBody
from desktop.ui.quantize.job_words import line_of


class JobsBinding(QObject):
    """Owned by the content of the page, of which it binds the list of jobs."""

    def __init__(self, body: QuantizeBody, quantization: QuantizationController) -> None:
        super().__init__(body)
        self._body = body
        self._jobs: dict[int, Job] = {}
        self._sizes: dict[Path, int] = {}
        quantization.listed.connect(self._show_jobs)
        quantization.changed.connect(self._show_job)
        quantization.results_known.connect(self._show_results)
        body.jobs.cancel_requested.connect(quantization.cancel)
        body.jobs.pause_requested.connect(quantization.pause)
        body.jobs.resume_requested.connect(quantization.resume)
        body.jobs.retry_requested.connect(quantization.again)
        body.jobs.forget_requested.connect(quantization.forget)
        quantization.refresh()

    @Slot(object)
    def _show_jobs(self, jobs: Sequence[Job]) -> None:
        self._jobs = {job.id: job for job in jobs}
        self._body.set_jobs([(job.id, line_of(job, self._sizes)) for job in jobs])

    @Slot(object)
    def _show_job(self, job: Job) -> None:
        self._jobs[job.id] = job
        self._body.jobs.set_line(job.id, line_of(job, self._sizes))

    @Slot(object)
    def _show_results(self, sizes: dict[Path, int]) -> None:
        self._sizes |= sizes
        for job in self._jobs.values():
            if not sizes.keys().isdisjoint(job.results):
                self._body.jobs.set_line(job.id, line_of(job, self._sizes))
