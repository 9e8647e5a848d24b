"""What a level would make of a model, exactly: llama.cpp's own dry run, tensor by tensor.

Its log names the type every tensor would get, its sizes are rounded; those are computed here.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path

import llama_cpp.llama_cpp as llama

from desktop.domain.errors import Cancelled, InvalidInput, ModelFileInvalid
from desktop.domain.model import ModelInfo, TensorInfo
from desktop.domain.quantization import Fallback, LevelEstimate, QuantizeOptions, dominating
from desktop.domain.quantization_levels import UNQUANTIZED_TYPES, level_named, rounding_error
from desktop.engine.gguf_builder import ALIGNMENT, GgufBuilder
from desktop.engine.gguf_header import loadable, parts_of, read_header
from desktop.engine.imatrix_file import ImportanceMatrix, read_imatrix
from desktop.engine.native import LlamaLog
from desktop.engine.quantize_params import QuantizeParams, row_bytes

# What the log says of a tensor: which it is, what becomes of it, and that it does not suit.
TENSOR = re.compile(r"^\[ *(\d+)/ *(\d+)\] (.+?) +- \[[^\]]*\], type = +(\S+), $")
_BECOMES = re.compile(r"^size = +[\d.]+ MiB(?: -> +[\d.]+ MiB \((\S+)\))?\n$")
_UNSUITABLE = re.compile(r"^warning: (.+?) +- ncols ")
_NEEDS_IMATRIX = "will require an imatrix"

_SET_ALWAYS = {"general.quantization_version": 0, "general.file_type": 0}
_Q8_BLOCK = 32
_OTHER_MATRIX = "Choose the importance matrix that was computed with this model."


@dataclass(frozen=True, slots=True)
class TensorPlan:
    """What becomes of one tensor; sizes in bytes."""

    tensor: TensorInfo
    new_type: str
    new_size: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of a model at one level. `size` is that of the file."""

    tensors: dict[str, TensorPlan]
    size: int
    fallbacks: tuple[Fallback, ...]
    needs_imatrix: bool

    @property
    def requantized(self) -> tuple[str, ...]:
        """Tensors that are quantized already and would be again."""
        return tuple(
            name
            for name, plan in self.tensors.items()
            if plan.tensor.type not in UNQUANTIZED_TYPES and plan.new_type != plan.tensor.type
        )


class Planner:
    """Plans any number of levels of one model.

    Attributes:
        info: the model's header.
        matrix: the importance matrix asked for, or None.
    """

    def __init__(self, source: Path, options: QuantizeOptions, log: LlamaLog) -> None:
        """Raises: ModelFileInvalid, ModelFileMissing, InvalidInput, EnvironmentFault."""
        self.info: ModelInfo = loadable(read_header(source, log))
        self.matrix = read_imatrix(options.imatrix, log) if options.imatrix else None
        self._options = options
        self._log = log
        self._by_name = {tensor.name: tensor for tensor in self.info.tensors}
        self._header: int | None = None
        if self.matrix is not None:
            self._check(self.matrix)
        if options.keep_output:
            self._check_output()

    def plan(self, level: str) -> Plan:
        """Raises: InvalidInput, ModelFileInvalid with llama.cpp's reason."""
        params = QuantizeParams(level, self._options, self.matrix, dry_run=True)
        types, unsuitable, needs_imatrix = self._dry_run(params)
        if self.matrix is not None and self._may_need_imatrix(level):
            # llama.cpp says whether a matrix is needed only to those who have none.
            without = replace(self._options, imatrix=None)
            *_, needs_imatrix = self._dry_run(QuantizeParams(level, without, None, dry_run=True))
        tensors = {
            name: TensorPlan(tensor, types[name], _size(tensor, types[name]))
            for name, tensor in self._by_name.items()
        }
        data = sum(-(-plan.new_size // ALIGNMENT) * ALIGNMENT for plan in tensors.values())
        return Plan(
            tensors=tensors,
            size=self._header_size(params.keys) + data,
            fallbacks=tuple(Fallback(name, types[name]) for name in unsuitable),
            needs_imatrix=needs_imatrix,
        )

    def _dry_run(self, params: QuantizeParams) -> tuple[dict[str, str], tuple[str, ...], bool]:
        """New types by tensor, tensors the level does not suit, whether it needs a matrix."""
        heard: list[str] = []
        with self._log.collect(), self._log.heard_by(heard.append):
            failed = llama.llama_model_quantize(os.fsencode(self.info.path), b"", params.pointer)
            if failed:
                raise ModelFileInvalid(
                    f"llama.cpp cannot quantize this model: {self._log.reason()}.",
                    "The file may be damaged, or of a kind this version does not know.",
                )
        types: dict[str, str] = {}
        unsuitable: dict[str, None] = {}
        name = old_type = ""
        for text in heard:
            if found := TENSOR.match(text):
                name, old_type = found[3], found[4]
            elif name and (found := _BECOMES.match(text)):
                types[name] = (found[1] or old_type).upper()
                name = ""
            elif found := _UNSUITABLE.match(text):
                unsuitable[found[1]] = None
        if types.keys() != self._by_name.keys():
            raise ModelFileInvalid(
                "llama.cpp does not see the tensors the file lists.", "The file may be damaged."
            )
        return types, tuple(unsuitable), any(_NEEDS_IMATRIX in text for text in heard)

    def _may_need_imatrix(self, level: str) -> bool:
        return level_named(level).needs_imatrix or bool(self._options.overrides)

    def _header_size(self, keys: dict[str, str | int]) -> int:
        """Bytes of the new file's header, with `keys` added to the source's; whatever the level."""
        if self._header is None:
            self._header = self._measure_header(keys)
        return self._header

    def _measure_header(self, keys: dict[str, str | int]) -> int:
        with GgufBuilder() as file:
            for number, part in enumerate(parts_of(self.info.path)):
                file.take_over(part, keys=number == 0)
            for key, value in {**_SET_ALWAYS, **keys}.items():
                if isinstance(value, str):
                    file.set_text(key, value)
                else:
                    file.set_number(key, value)
            return file.header_size

    def _check(self, matrix: ImportanceMatrix) -> None:
        """Raises: InvalidInput when the matrix is another model's."""
        known = 0
        for name, entry in matrix.entries.items():
            tensor = self._by_name.get(name)
            if tensor is None:
                continue
            known += 1
            wanted = tensor.shape[0] * prod(tensor.shape[2:])
            if entry.sums.size != wanted:
                raise InvalidInput(
                    f"The importance matrix belongs to another model: it has {entry.sums.size:,} "
                    f"values for {name}, where this model has {wanted:,}.",
                    _OTHER_MATRIX,
                )
        if not known:
            raise InvalidInput(
                "The importance matrix belongs to another model: it knows none of its tensors.",
                _OTHER_MATRIX,
            )

    def _check_output(self) -> None:
        """Raises: InvalidInput when the output tensor's width does not suit Q8_0."""
        tensor = self._by_name.get("output.weight") or self._by_name.get("token_embd.weight")
        if tensor is not None and tensor.shape[0] % _Q8_BLOCK:
            raise InvalidInput(
                f"The output tensor is {tensor.shape[0]:,} wide, which does not suit Q8_0.",
                "Quantize without keeping the output at Q8_0.",
            )


def estimate_levels(
    planner: Planner, levels: Iterable[str], cancelled: Callable[[], bool]
) -> tuple[LevelEstimate, ...]:
    """What each level would make of the model. Raises: as `Planner.plan`, Cancelled."""
    estimates = []
    for level in levels:
        if cancelled():
            raise Cancelled("It was cancelled.")
        estimates.append(_estimate(planner, level))
    has_imatrix = planner.matrix is not None
    return tuple(
        estimate
        if estimate.dominated_by
        else replace(
            estimate, dominated_by=dominating(estimate, estimates, has_imatrix=has_imatrix)
        )
        for estimate in estimates
    )


def _estimate(planner: Planner, level: str) -> LevelEstimate:
    plan = planner.plan(level)
    weights: Counter[str] = Counter()
    for tensor_plan in plan.tensors.values():
        weights[tensor_plan.new_type] += prod(tensor_plan.tensor.shape)
    pointless = plan.requantized and plan.size >= planner.info.file_size
    return LevelEstimate(
        level=level,
        bytes=plan.size,
        bits_per_weight=sum(t.new_size for t in plan.tensors.values()) * 8 / weights.total(),
        fallback_tensors=plan.fallbacks,
        needs_imatrix=plan.needs_imatrix,
        error=rounding_error(weights),
        requantizes=bool(plan.requantized),
        dominated_by="It is no smaller than the source, and no better." if pointless else "",
    )


def _size(tensor: TensorInfo, new_type: str) -> int:
    return prod(tensor.shape[1:]) * row_bytes(new_type, tensor.shape[0])
