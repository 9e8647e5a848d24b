"""Quantizing: what each level would cost, and one or several levels of a model in one go."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.core.importance_matrix import ImportanceMatrices
from desktop.core.job_control import JobControl, JobResult, JobRunner, Report, Steps
from desktop.core.result_folder import free_bytes, make_folder
from desktop.domain.errors import DiskFull, InvalidInput
from desktop.domain.job import JobProgress, QuantizationRequest
from desktop.domain.quantization import LevelEstimate, QuantizeOptions, QuantizeRequest, fitting
from desktop.domain.quantization_levels import BY_NAME, level_named
from desktop.engine.job_messages import DryRun, DryRunDone, Quantize, Quantized, QuantizeProgress
from desktop.engine.protocol import Event

# Computing an importance matrix takes about as long as quantizing to this many levels.
_MATRIX_WEIGHT = 3.0

_SHARD = re.compile(r"-\d{5}-of-\d{5}$")
_LEVEL = re.compile(rf"[-._]({'|'.join(BY_NAME)}|F32|FP16|FP32)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file to be made; `exists` when it would replace one."""

    level: str
    path: Path
    bytes: int
    exists: bool


@dataclass(frozen=True, slots=True)
class QuantizationPlan:
    """What a request would write; bytes."""

    files: tuple[PlannedFile, ...]
    free: int

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.files)

    @property
    def fits(self) -> bool:
        return self.bytes <= self.free


class Quantization:
    """Blocking calls; every job runs in a child of its own."""

    def __init__(self, runner: JobRunner, matrices: ImportanceMatrices) -> None:
        self._runner = runner
        self._matrices = matrices

    def estimates(
        self,
        source: Path,
        options: QuantizeOptions | None = None,
        *,
        levels: Iterable[str] = (),
    ) -> tuple[LevelEstimate, ...]:
        """What levels would make of a model, exactly; none named: all. Raises: QuernError."""
        names = tuple(level_named(word).name for word in levels) or tuple(BY_NAME)
        chosen = options or QuantizeOptions()
        return self._runner.run(
            lambda number: DryRun(id=number, source=source, levels=names, options=chosen),
            DryRunDone,
            JobControl(),
        ).estimates

    def plan(self, request: QuantizationRequest) -> QuantizationPlan:
        """What a request would write and whether there is room for it. Raises: QuernError."""
        estimates = self.estimates(request.source, request.options, levels=request.levels)
        return _plan(request, estimates)

    def quantize(self, request: QuantizeRequest, control: JobControl, report: Report) -> Quantized:
        """Make one file, unless an earlier try made just that. Raises: QuernError."""
        keep = request.destination in control.made_before

        def on_event(event: Event) -> None:
            if isinstance(event, QuantizeProgress):
                step = (
                    f"{request.level}: tensor {event.number} of {event.count}, {event.tensor}, "
                    f"{event.old_type} to {event.new_type}"
                )
                fraction = min(event.done / event.total, 1.0)
                report(JobProgress(fraction, step, memory=event.memory))

        return self._runner.run(
            lambda number: Quantize(id=number, request=request, keep=keep),
            Quantized,
            control,
            on_event,
            writes=request.destination,
        )

    def run(self, request: QuantizationRequest, control: JobControl, report: Report) -> JobResult:
        """Make all levels of a request, checked for space before; files that are done stay when a
        later one fails or is cancelled, and are not made again by the next try. Raises: QuernError.
        """
        levels = tuple(dict.fromkeys(level_named(word).name for word in request.levels))
        if not levels:
            raise InvalidInput("There is no level to quantize to.", "Choose at least one.")
        request = replace(request, levels=levels)
        make_folder(request.folder)
        # A matrix that is still to be made changes some types, and with them sizes, by a little.
        plan = self.plan(request)
        new = tuple(file for file in plan.files if not _stays(file, control.made_before))
        _require_space(replace(plan, files=new), request.folder)
        calibrates = request.calibrate and request.options.imatrix is None
        steps = Steps(report, len(levels) + (_MATRIX_WEIGHT if calibrates else 0.0))
        options = request.options
        kept: list[str] = []
        if calibrates:
            matrix = self._matrices.for_model(
                request.source,
                request.texts,
                control,
                steps.report(_MATRIX_WEIGHT),
                conversations=request.conversations,
            )
            options = replace(options, imatrix=matrix)
        for level in levels:
            control.check()
            single = QuantizeRequest(request.source, request.destination(level), level, options)
            if self.quantize(single, control, steps.report(1.0)).kept:
                kept.append(level)
            steps.made(single.destination)
        return JobResult(steps.results, _notes(kept))


def base_name(source: Path) -> str:
    """What the names of a model's quantized files begin with: its own, without level and part."""
    name = _SHARD.sub("", source.stem)
    return fitting(_LEVEL.sub("", name) or name)


def _notes(kept: Sequence[str]) -> tuple[str, ...]:
    """What a person should know: which levels were not made again."""
    if not kept:
        return ()
    return (f"Kept, because it was made before: {', '.join(kept)}.",)


def _plan(request: QuantizationRequest, estimates: Sequence[LevelEstimate]) -> QuantizationPlan:
    files = tuple(
        PlannedFile(e.level, path, e.bytes, path.exists())
        for e in estimates
        if (path := request.destination(e.level))
    )
    return QuantizationPlan(files, free_bytes(request.folder))


def _stays(file: PlannedFile, made_before: Collection[Path]) -> bool:
    """Whether an earlier try made it, so that it takes no more room."""
    return file.exists and file.path in made_before


def _require_space(plan: QuantizationPlan, folder: Path) -> None:
    """Raises: DiskFull."""
    if not plan.fits:
        raise DiskFull(
            f"The new files take {plan.bytes / 1e6:,.1f} MB, but only {plan.free / 1e6:,.1f} MB "
            f"are free in {folder}.",
            "Free some space, choose another folder, or fewer levels.",
        )
