"""The jobs a child does instead of holding a model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from desktop.domain.errors import Cancelled, ConversionFailed
from desktop.domain.quantization import converters_part_path
from desktop.engine.evaluate import evaluate_models
from desktop.engine.evaluation_messages import EvaluateModels, MeasureSpeed
from desktop.engine.gate import Gate
from desktop.engine.imatrix import compute_imatrix
from desktop.engine.job_messages import (
    ComputeImatrix,
    Convert,
    Converted,
    ConvertProgress,
    DryRun,
    DryRunDone,
    Job,
    Quantize,
)
from desktop.engine.native import CancelFlag, LlamaLog
from desktop.engine.process_memory import peak_memory
from desktop.engine.protocol import Event, Reply
from desktop.engine.quantize import quantize
from desktop.engine.quantize_plan import Planner, estimate_levels
from desktop.engine.speed import measure_speed


class Jobs:
    """Does jobs, one at a time.

    Args:
        flag: raised while a job is being cancelled.
        gate: shut while a job is paused.
        unfinished: holds the files being written, for whoever ends the process.
    """

    def __init__(
        self,
        log: LlamaLog,
        flag: CancelFlag,
        gate: Gate,
        send: Callable[[Event], None],
        unfinished: set[Path],
    ) -> None:
        self._log = log
        self._flag = flag
        self._gate = gate
        self._send = send
        self._unfinished = unfinished

    def handle(self, job: Job) -> Reply:
        """Do what is asked; returns the terminal event. Raises: QuernError."""
        match job:
            case DryRun():
                planner = Planner(job.source, job.options, self._log)
                estimates = estimate_levels(planner, job.levels, self._flag.is_set)
                return DryRunDone(id=job.id, estimates=estimates)
            case Quantize():
                return quantize(job, self._send, self._log, self._gate, self._unfinished)
            case ComputeImatrix():
                return compute_imatrix(
                    job, self._send, self._log, self._flag, self._gate, self._unfinished
                )
            case EvaluateModels():
                return evaluate_models(job, self._send, self._log, self._flag)
            case MeasureSpeed():
                return measure_speed(job, self._log, self._flag)
            case Convert():
                return self._convert(job)

    def _convert(self, job: Convert) -> Converted:
        import converters
        from converters.errors import Cancelled as ConversionCancelled
        from converters.errors import ConversionError
        from converters.job import Progress

        def tell(progress: Progress) -> None:
            self._send(
                ConvertProgress(
                    id=job.id,
                    done=progress.done,
                    total=progress.total,
                    tensor=progress.tensor,
                    memory=peak_memory(),
                )
            )
            self._gate.wait()

        begun = perf_counter()
        request = job.request
        part = converters_part_path(request.destination)
        self._unfinished.add(part)
        try:
            result = converters.convert(
                request.source,
                request.destination,
                request.outtype,
                progress=tell,
                cancelled=self._flag.is_set,
            )
        except ConversionCancelled as error:
            raise Cancelled("Converting was cancelled.") from error
        except ConversionError as error:
            raise ConversionFailed(error.message, error.advice) from error
        finally:
            self._unfinished.discard(part)
        return Converted(
            id=job.id, size=result.size, seconds=perf_counter() - begun, notes=result.notes
        )
