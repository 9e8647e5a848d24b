"""Turning checkpoint folders into GGUF files."""

from __future__ import annotations

from desktop.core.job_control import JobControl, JobResult, JobRunner, Report
from desktop.core.result_folder import make_folder
from desktop.domain.errors import InvalidInput
from desktop.domain.job import JobProgress
from desktop.domain.quantization import OUTTYPES, ConversionRequest
from desktop.engine.job_messages import Convert, Converted, ConvertProgress
from desktop.engine.protocol import Event


class Conversions:
    """Blocking calls."""

    def __init__(self, runner: JobRunner) -> None:
        self._runner = runner

    def run(self, request: ConversionRequest, control: JobControl, report: Report) -> JobResult:
        """Convert, into a folder that is made if it is not there. Raises: QuernError."""
        if request.outtype not in OUTTYPES:
            raise InvalidInput(
                f"“{request.outtype}” is no type to convert to.",
                f"Choose one of: {', '.join(OUTTYPES)}.",
            )
        make_folder(request.destination.parent)

        def on_event(event: Event) -> None:
            if isinstance(event, ConvertProgress):
                fraction, step = event.done / event.total, f"Converting {event.tensor}"
                report(JobProgress(fraction, step, memory=event.memory))

        reply = self._runner.run(
            lambda number: Convert(id=number, request=request),
            Converted,
            control,
            on_event,
            writes=request.destination,
        )
        return JobResult((request.destination,), reply.notes)
