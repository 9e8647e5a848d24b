"""`quern compare`: what each quantization level of a model costs, and which one to use here."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli.evaluation_options import add_context, add_text, wanted_text
from desktop.cli.options import add_threads, amount, model_path, positive
from desktop.cli.output import print_json, print_table, show_size
from desktop.domain.comparison import Budget, ComparisonRequest, Part
from desktop.domain.errors import EngineFault
from desktop.domain.paths import Home
from desktop.domain.quantization import QuantizeOptions
from desktop.domain.quantization_levels import COMPARED_LEVELS

if TYPE_CHECKING:
    from desktop.core.comparison_report import ComparisonReport
    from desktop.core.job_control import Report
    from desktop.domain.job import JobProgress

_USUAL = ",".join(COMPARED_LEVELS)
_GB = 1e9


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument(
        "base", metavar="BASE", help="a GGUF file, best not quantized, or a name of `quern models`"
    )
    parser.add_argument(
        "--levels",
        metavar="L,L,…",
        help=f"levels to make and measure (default, unless --with is given: {_USUAL})",
    )
    parser.add_argument(
        "--with",
        dest="files",
        action="append",
        default=[],
        metavar="MODEL",
        help="a level of the model that is there already; may be repeated",
    )
    parser.add_argument(
        "--keep", metavar="DIR", help="keep the levels that are made (default: remove them)"
    )
    parser.add_argument("--imatrix", metavar="FILE", help="an importance matrix of the model")
    add_text(parser)
    parser.add_argument(
        "--budget",
        choices=[budget.value for budget in Budget],
        default=Budget.STANDARD.value,
        help="how thorough: at most 8, 32 or 128 chunks (default standard)",
    )
    parser.add_argument(
        "--chunks", type=positive, metavar="N", help="chunks at most, instead of --budget"
    )
    add_context(parser)
    add_threads(parser)
    parser.add_argument(
        "--leave-free",
        type=amount,
        default=2.0,
        metavar="GB",
        help="memory other programs need, for the recommendation (default 2)",
    )
    parser.add_argument(
        "--slowest",
        type=amount,
        default=5.0,
        metavar="N",
        help="tokens a second an answer must have, for the recommendation (default 5)",
    )
    parser.add_argument(
        "--anew",
        action="store_true",
        help="begin again, even when the same comparison was stopped before its end or a level of "
        "it failed",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--report", metavar="DIR", help="also write Markdown, JSON and CSV files there"
    )


def run(options: argparse.Namespace, home: Home) -> int:
    """Compare. Returns the exit status. Raises: QuernError."""
    from desktop.cli.home_use import opened_services
    from desktop.cli.job_use import bar
    from desktop.cli.main import DONE
    from desktop.cli.progress import Progress
    from desktop.core.comparison_report import ComparisonReport
    from desktop.core.job_control import JobControl
    from desktop.core.machine import total_memory
    from desktop.core.result_folder import make_folder
    from desktop.domain.recommendation import Wishes

    report_folder = Path(options.report).expanduser().absolute() if options.report else None
    if report_folder is not None:
        make_folder(report_folder)  # now, rather than after hours of work
    levels = options.levels or ("" if options.files else _USUAL)
    base = model_path(options.base, home)
    request = ComparisonRequest(
        base=base,
        files=tuple(model_path(word, home) for word in options.files),
        levels=tuple(word.strip() for word in levels.split(",") if word.strip()),
        folder=Path(options.keep).expanduser().absolute() if options.keep else None,
        options=QuantizeOptions(
            imatrix=Path(options.imatrix).absolute() if options.imatrix else None,
            threads=options.threads or 0,
            allow_requantize=True,  # the report says when the base is quantized itself
        ),
        text=wanted_text(options, base),
        chunks=options.chunks or Budget(options.budget).chunks,
        context=options.ctx,
        threads=options.threads or 0,
    )
    wishes = Wishes(total_memory(), int(options.leave_free * _GB), options.slowest)
    with opened_services(home) as services:
        comparisons = services.comparisons
        stopped = None if options.anew else comparisons.unfinished(request)
        if stopped is not None:
            print(
                "Note: The same comparison goes on where it stopped; --anew begins a new one.",
                file=sys.stderr,
            )
        number = (stopped or comparisons.create(request)).id
        try:
            with Progress("Comparing") as progress:
                tell = _telling_of_waiting(bar(progress))
                comparisons.run(number, JobControl(), tell, lambda _comparison: None)
        finally:
            # However it ended: what was measured is worth having.
            report = ComparisonReport(comparisons.get(number), wishes)
            if report_folder is not None:
                report.write(report_folder)
    if options.json:
        print_json(report.values())
    else:
        _show(report)
    _check_measured(report)
    return DONE


def _telling_of_waiting(draw: Report) -> Report:
    """Draws how far the comparison is, and says once that it has to wait."""
    from desktop.core.comparison import WAITING

    told = False

    def report(state: JobProgress) -> None:
        nonlocal told
        if state.step == WAITING and not told:
            told = True
            print(
                "Note: Another comparison runs. This one waits until it is done, because they would"
                " slow each other down.",
                file=sys.stderr,
            )
        draw(state)

    return report


def _check_measured(report: ComparisonReport) -> None:
    """Raises: EngineFault when there is nothing to compare, after all."""
    base, *others = report.measurements
    levels = [one for one in others if one.part is Part.LEVEL]
    if base.problem or all(one.problem for one in levels):
        failed = base if base.problem else levels[0]
        raise EngineFault(failed.problem, failed.advice)


def _show(report: ComparisonReport) -> None:
    from desktop.core.quality_fields import in_words

    rows = []
    for one in report.measurements:
        found = one.quality.divergence if one.quality else None
        rows.append(
            (
                one.name,
                show_size(one.bytes) if one.bytes else "",
                f"{one.bits_per_weight:.2f}" if one.bytes else "",
                in_words(one.quality.perplexity if one.quality else None, 3),
                in_words(found.mean if found else None, 5),
                in_words(found.same_top if found else None, 1, 100),
                in_words(one.speed, 1),
                show_size(one.peak_memory) if one.peak_memory else "",
            )
        )
    headings = ("level", "size", "bits", "perplexity", "KL divergence", "same choice, %")
    print_table((*headings, "tokens/s", "memory"), rows)
    for one in report.measurements:
        if one.problem:
            print(f"{one.name}: {one.problem} {one.advice}".rstrip())
    for note in report.notes:
        print(f"Note: {note}")
    recommendation = report.recommendation
    print(f"\n{recommendation.sentence} {recommendation.reason}".rstrip())
