"""Quantizing a model: checked before, followed while llama.cpp works, verified after."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Self

import llama_cpp.llama_cpp as llama

from desktop.domain.errors import (
    DiskFull,
    InvalidInput,
    ModelFileInvalid,
    ModelTooBig,
    QuantizationFailed,
    QuernError,
)
from desktop.domain.quantization import QuantizeRequest
from desktop.domain.quantization_levels import level_named
from desktop.engine.gate import Gate
from desktop.engine.gguf_header import parts_of, read_header
from desktop.engine.job_messages import Quantize, Quantized, QuantizeProgress
from desktop.engine.native import LlamaLog
from desktop.engine.part_file import check_destination, check_space, part_file
from desktop.engine.process_memory import peak_memory
from desktop.engine.protocol import Event
from desktop.engine.quantize_params import QuantizeParams
from desktop.engine.quantize_plan import TENSOR, Plan, Planner

PROGRESS_SECONDS = 0.1

# How llama.cpp's reasons look when memory or the disk ends.
_OUT_OF_MEMORY = "bad_alloc"
_NOT_WRITTEN = "iostream error"


def quantize(
    message: Quantize,
    send: Callable[[Event], None],
    log: LlamaLog,
    gate: Gate,
    unfinished: set[Path],
) -> Quantized:
    """Make the file asked for. llama.cpp cannot be stopped meanwhile, but held up.

    Args:
        gate: waited at before each tensor.
        unfinished: holds the path being written, for whoever ends the process.

    Raises: InvalidInput, ModelFileInvalid, ModelFileMissing, ModelTooBig, DiskFull,
        QuantizationFailed.
    """
    begun = perf_counter()
    request = message.request
    level = level_named(request.level).name
    check_destination(request.destination, _read_files(request))
    planner = Planner(request.source, request.options, log)
    plan = planner.plan(level)
    _check_quality(request, planner, plan)
    _check_overrides(request, plan)
    if message.keep and _is_made(request, plan, log):
        seconds = perf_counter() - begun
        return Quantized(id=message.id, size=plan.size, seconds=seconds, kept=True)
    check_space(request.destination, plan.size)
    params = QuantizeParams(level, request.options, planner.matrix, dry_run=False)
    with part_file(request.destination, unfinished) as part:
        with _Follower(message.id, plan, part, send, gate) as follower:
            reason = _run(request.source, part, params, log, follower.hear)
        if reason:
            raise _failure(request, reason, missing=plan.size - part.stat().st_size)
        if not _as_planned(part, plan, log):
            raise QuantizationFailed(
                "llama.cpp wrote something else than it should have.",
                "Nothing was kept of it. Please report it.",
            )
    return Quantized(id=message.id, size=plan.size, seconds=perf_counter() - begun)


def _read_files(request: QuantizeRequest) -> list[Path]:
    imatrix = request.options.imatrix
    return [*parts_of(request.source), *([imatrix] if imatrix else [])]


def _check_quality(request: QuantizeRequest, planner: Planner, plan: Plan) -> None:
    """Raises: InvalidInput when the result would be needlessly bad."""
    if plan.needs_imatrix and planner.matrix is None:
        raise InvalidInput(
            f"{request.level} needs an importance matrix for this model.",
            "Compute one first, or choose a level that does without.",
        )
    again = plan.requantized
    if again and not request.options.allow_requantize:
        first = plan.tensors[again[0]].tensor
        raise InvalidInput(
            f"“{request.source.name}” is quantized already ({planner.info.level}): {len(again)} "
            f"tensors, {first.name} as {first.type} for one, would lose quality twice.",
            "Start from the F16 or BF16 file, or allow quantizing again.",
        )


def _check_overrides(request: QuantizeRequest, plan: Plan) -> None:
    """Raises: InvalidInput for one that llama.cpp would pass over in silence."""
    for override in request.options.overrides:
        if not any(re.search(override.pattern, name) for name in plan.tensors):
            raise InvalidInput(
                f"“{override.pattern}” is found in no tensor of “{request.source.name}”.",
                "Correct it, or leave this exception out.",
            )


class _Follower:
    """Tells how far llama.cpp is: by tensor from its log, by byte from the file it writes.

    llama.cpp logs a tensor on the thread that is about to work at it: waiting there holds it up.
    """

    def __init__(
        self,
        number: int,
        plan: Plan,
        part: Path,
        send: Callable[[Event], None],
        gate: Gate,
    ) -> None:
        self._number = number
        self._plan = plan
        self._part = part
        self._send = send
        self._gate = gate
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._current: tuple[str, int, int] | None = None
        self._thread = threading.Thread(target=self._watch, name="progress", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def hear(self, text: str) -> None:
        """Take what llama.cpp logs. Does not return while the gate is shut."""
        if found := TENSOR.match(text):
            self._current = (found[3], int(found[1]), int(found[2]))
            self._tell()
            with self._lock:  # so that the other thread rests too
                self._gate.wait()

    def _watch(self) -> None:
        while not self._ended.wait(PROGRESS_SECONDS):
            self._tell()

    def _tell(self) -> None:
        with self._lock:  # events of both threads in order
            if self._current is None:
                return
            name, number, count = self._current
            plan = self._plan.tensors[name]
            done = 0
            with contextlib.suppress(OSError):
                done = self._part.stat().st_size
            self._send(
                QuantizeProgress(
                    id=self._number,
                    done=done,
                    total=self._plan.size,
                    tensor=name,
                    number=number,
                    count=count,
                    old_type=plan.tensor.type,
                    new_type=plan.new_type,
                    memory=peak_memory(),
                )
            )


def _run(
    source: Path,
    part: Path,
    params: QuantizeParams,
    log: LlamaLog,
    hear: Callable[[str], None],
) -> str:
    """Returns why it failed, or ""."""
    path = os.fsencode(source.absolute())
    # On Windows llama.cpp writes to ASCII paths only; the name is one, the folder may not be.
    with contextlib.chdir(part.parent), log.collect(), log.heard_by(hear):
        failed = llama.llama_model_quantize(path, os.fsencode(part.name), params.pointer)
        return log.reason() if failed else ""


def _failure(request: QuantizeRequest, reason: str, *, missing: int) -> QuernError:
    """What to tell; `missing` are the bytes that were not written."""
    if _OUT_OF_MEMORY in reason:
        return ModelTooBig(
            "The memory of this machine does not suffice to quantize this model.",
            "Close other programs, or use fewer threads.",
        )
    if _NOT_WRITTEN in reason:
        folder = request.destination.parent
        if shutil.disk_usage(folder).free < missing:
            return DiskFull(
                f"The disk is full: “{request.destination.name}” could not be written.",
                "Free some space, or choose another folder.",
            )
        reason = f"{folder} could not be written"
    return QuantizationFailed(
        f"llama.cpp could not quantize “{request.source.name}”: {reason}.",
        "If the source is damaged, get it again. Nothing was kept of the new file.",
    )


def _as_planned(path: Path, plan: Plan, log: LlamaLog) -> bool:
    """Whether a file is what was planned. Raises: ModelFileInvalid when it is no model at all."""
    info = read_header(path, log)
    found = {tensor.name: tensor.type for tensor in info.tensors}
    planned = {name: tensor.new_type for name, tensor in plan.tensors.items()}
    return info.file_size == plan.size and found == planned and not info.problems


def _is_made(request: QuantizeRequest, plan: Plan, log: LlamaLog) -> bool:
    """Whether the file asked for is there, as planned and of what the source is now."""
    try:
        made = request.destination.stat().st_mtime_ns
        if any(path.stat().st_mtime_ns > made for path in _read_files(request)):
            return False
        return _as_planned(request.destination, plan, log)
    except (OSError, ModelFileInvalid):
        return False
