"""Jobs in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from desktop.domain.job import Job, JobRequest, JobState, QuantizationRequest
from desktop.domain.quantization import ConversionRequest
from desktop.domain.quantization_levels import BY_NAME
from desktop.ui.formats import data_size, duration, fill, integer
from desktop.ui.quantize.job_row import JobLine
from desktop.ui.quantize.level_words import explained
from desktop.ui.quantize.result_row import ResultLine


def line_of(job: Job, sizes: Mapping[Path, int]) -> JobLine:
    """What the list says of a job; `sizes` are those of files that jobs made, in bytes, 0 for
    those that are gone."""
    ended, done = job.state.ended, job.state is JobState.DONE
    running = job.state is JobState.RUNNING
    return JobLine(
        title=title_of(job.request),
        figures=_figures(job, sizes),
        note=_note(job),
        fraction=job.progress.fraction if running else None,
        level="error" if job.state is JobState.FAILED else "",
        results=tuple(_result(job, path, sizes) for path in job.results),
        base=job.request.source if isinstance(job.request, QuantizationRequest) else None,
        cancel=not ended,
        pause=running and not job.paused,
        resume=running and job.paused,
        retry=ended and not done,
        forget=ended,
    )


def title_of(request: JobRequest) -> str:
    """What is made of what."""
    match request:
        case QuantizationRequest():
            return f"{request.name} · {', '.join(request.levels)}"
        case ConversionRequest():
            kind = request.outtype.upper()
            return fill(_tr("%1 as a GGUF file, %2"), request.source.name, kind)
        case _:
            return fill(_tr("Importance matrix of %1"), request.model.name)


def _figures(job: Job, sizes: Mapping[Path, int]) -> str:
    match job.state:
        case JobState.WAITING:
            return _tr("Waits for its turn")
        case JobState.RUNNING:
            percent = fill(_tr("%1 %"), integer(int(job.progress.fraction * 100)))
            if job.paused:
                return fill(_tr("Paused at %1"), percent)
            figures = [percent]
            if job.seconds_left is not None:
                figures.append(fill(_tr("%1 left"), duration(job.seconds_left)))
            if job.progress.memory:
                figures.append(fill(_tr("%1 of memory"), data_size(job.progress.memory)))
            return " · ".join(figures)
        case JobState.FAILED:
            return _ended(_tr("Failed"), job)
        case JobState.CANCELLED:
            return _ended(_tr("Cancelled"), job)
        case JobState.INTERRUPTED:
            return _ended(_tr("Interrupted"), job)
        case JobState.DONE:
            whole = sum(sizes.get(path, 0) for path in job.results)
            return fill(_tr("Done, %1"), data_size(whole)) if whole else _tr("Done")


def _ended(how: str, job: Job) -> str:
    """What it came to before its end."""
    if not job.results or not isinstance(job.request, QuantizationRequest):
        return how
    done, all_ = integer(len(job.results)), integer(len(job.request.levels))
    return f"{how} · {fill(_tr('%1 of %2 files made'), done, all_)}"


def _note(job: Job) -> str:
    if job.state is JobState.INTERRUPTED:
        return _tr("Quern ended before this was done. Nothing half-written was kept.")
    if job.paused:
        return _tr("It rests once the step it is at is done. Closing Quern ends it.")
    problem = f"{job.problem} {job.advice}".strip()
    return problem or " ".join(job.notes) or job.progress.step


def _result(job: Job, path: Path, sizes: Mapping[Path, int]) -> ResultLine:
    request = job.request
    several = isinstance(request, QuantizationRequest) and len(request.levels) > 1
    size = sizes.get(path)
    gone = size == 0
    note = ""
    if isinstance(request, QuantizationRequest):
        level = BY_NAME.get(path.stem.removeprefix(f"{request.name}-"))
        note = explained(level.explanation) if level else ""
    return ResultLine(
        path=path,
        title=path.name if several else "",
        figures=data_size(size) if size else "",
        note=_tr("The file is not there any more.") if gone else note,
        model=not gone and isinstance(request, QuantizationRequest | ConversionRequest),
        level=not gone and isinstance(request, QuantizationRequest),
        source=not gone and isinstance(request, ConversionRequest),
        gone=gone,
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("Quantize", text)
