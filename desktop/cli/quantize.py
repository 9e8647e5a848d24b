"""`quern quantize`: make a smaller file of a model, or say what each level would make of it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from desktop.cli.options import model_path, positive
from desktop.cli.output import print_json, print_table, show_size
from desktop.domain.amounts import how_many
from desktop.domain.paths import Home
from desktop.domain.quantization import (
    LevelEstimate,
    QuantizeOptions,
    QuantizeRequest,
    TensorOverride,
)

_JSON_FIELDS = ("level", "bytes", "bits_per_weight", "fallback_tensors", "needs_imatrix")


def override(word: str) -> TensorOverride:
    """PATTERN=TYPE as an override. Raises: ValueError."""
    pattern, _, kind = word.rpartition("=")
    if not pattern or not kind:
        raise ValueError(word)
    return TensorOverride(pattern, kind)


override.__name__ = "PATTERN=TYPE"  # argparse says "invalid <this> value"


class _Unrequiring(argparse.Action):
    """A flag that makes do without some of the positional arguments."""

    def __init__(self, *, optional: Sequence[argparse.Action], **values: Any) -> None:
        super().__init__(nargs=0, default=False, **values)
        self._optional = optional

    def __call__(
        self,
        _parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        _values: Any,
        _option: str | None = None,
    ) -> None:
        setattr(namespace, self.dest, True)
        for action in self._optional:
            action.required = False


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.usage = "quern quantize IN OUT LEVEL [options]\n       quern quantize IN --dry-run"
    parser.add_argument("model", metavar="IN", help="a GGUF file, or a name of `quern models`")
    out = parser.add_argument(
        "out",
        metavar="OUT",
        help="the file to make; one that is there is replaced once the new one is whole",
    )
    level = parser.add_argument("level", metavar="LEVEL", help="for example Q4_K_M")
    parser.add_argument(
        "--dry-run",
        action=_Unrequiring,
        optional=(out, level),
        help="write nothing; say how big the file of each level would be, or of one after IN",
    )
    parser.add_argument("--imatrix", metavar="FILE", help="an importance matrix of the model")
    parser.add_argument(
        "--threads", type=positive, metavar="N", help="processor cores to use (default: all)"
    )
    parser.add_argument(
        "--tensor",
        action="append",
        type=override,
        default=[],
        metavar="PATTERN=TYPE",
        help="give tensors whose name matches a regular expression this type; may be repeated",
    )
    parser.add_argument("--keep-output", action="store_true", help="keep the output tensor at Q8_0")
    parser.add_argument(
        "--allow-requantize",
        action="store_true",
        help="quantize what is quantized already, though it loses quality twice",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON value")


def run(options: argparse.Namespace, home: Home) -> int:
    """Quantize. Returns the exit status. Raises: QuernError."""
    from desktop.cli.job_use import bar, named_file, quantization
    from desktop.cli.main import DONE
    from desktop.cli.progress import Progress
    from desktop.core.job_control import JobControl
    from desktop.domain.quantization_levels import level_named

    wanted = QuantizeOptions(
        imatrix=Path(options.imatrix).absolute() if options.imatrix else None,
        threads=options.threads or 0,
        overrides=tuple(options.tensor),
        keep_output=options.keep_output,
        allow_requantize=options.allow_requantize,
    )
    if options.dry_run:
        levels = [word for word in (options.level or options.out,) if word]
        source = model_path(options.model, home)
        _show(quantization(home).estimates(source, wanted, levels=levels), as_json=options.json)
        return DONE
    level = level_named(options.level).name
    source = model_path(options.model, home)
    request = QuantizeRequest(source, named_file(options.out), level, wanted)
    with Progress(f"Quantizing to {level}") as progress:
        result = quantization(home).quantize(request, JobControl(), bar(progress))
    if options.json:
        print_json(
            {
                "path": request.destination,
                "level": level,
                "bytes": result.size,
                "seconds": result.seconds,
            }
        )
    else:
        print(f"{request.destination}: {level}, {show_size(result.size)}")
    return DONE


def _show(estimates: Sequence[LevelEstimate], *, as_json: bool) -> None:
    if as_json:
        print_json([{name: asdict(e)[name] for name in _JSON_FIELDS} for e in estimates])
        return
    rows = [
        (e.level, f"{e.bytes:,}", f"{e.bits_per_weight:.4f}", " ".join(_remarks(e)))
        for e in estimates
    ]
    print_table(("level", "bytes", "bits/weight", ""), rows)


def _remarks(estimate: LevelEstimate) -> list[str]:
    remarks = []
    if estimate.needs_imatrix:
        remarks.append("Needs an importance matrix.")
    if estimate.fallback_tensors:
        types = sorted({fallback.type for fallback in estimate.fallback_tensors})
        tensors = how_many(len(estimate.fallback_tensors), "tensor")
        remarks.append(f"Does not suit {tensors}: {', '.join(types)} instead.")
    if estimate.requantizes:
        remarks.append("Quantizes again what is quantized.")
    return [*remarks, estimate.dominated_by] if estimate.dominated_by else remarks
