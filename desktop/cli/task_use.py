"""What the commands that ask models questions share: running them, and telling what came out."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli.options import add_threads, check_report
from desktop.cli.output import print_json, print_table
from desktop.domain.errors import EngineFault
from desktop.domain.task_run import RunRequest, TaskRun

if TYPE_CHECKING:
    from desktop.core.task_report import TaskReport
    from desktop.services import Services


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """Add MODEL..., --threads, --json and --report."""
    parser.add_argument(
        "models",
        nargs="+",
        metavar="MODEL",
        help="GGUF files, or names of `quern models`; the others are compared with the first",
    )
    add_threads(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--report", metavar="FILE", help="also write a report: JSON, CSV or Markdown, as it ends"
    )


def check_run_options(options: argparse.Namespace, *read: str) -> None:
    """Refuse a report that would replace a file that is `read`. Raises: InvalidInput."""
    check_report(options.report, (".json", ".csv", ".md"), *read)


def ask(request: RunRequest, services: Services) -> TaskRun:
    """Run it to its end and keep it. Raises: QuernError."""
    from desktop.cli.job_use import bar
    from desktop.cli.progress import Progress
    from desktop.core.job_control import JobControl

    runs = services.task_runs()
    with Progress("Asking") as progress:
        number = runs.create(request).id
        return runs.run(number, JobControl(), bar(progress), lambda _run: None)


def tell(run: TaskRun, options: argparse.Namespace) -> None:
    """Print the results and write the report that was asked for.

    Raises: DiskFull, StorageFault; EngineFault at the end, when no model could be asked to the end
        or no answer judged.
    """
    from desktop.core.task_report import report_of, save_task_report, values_of

    if options.report:
        save_task_report(run, Path(options.report).expanduser().absolute())
    if options.json:
        print_json(values_of(run))
    else:
        _show(report_of(run))
    first = run.models[0]
    if all(model.problem for model in run.models):
        raise EngineFault(first.problem, first.advice)
    answers = [answer for model in run.models for answer in model.answers.values()]
    if all(answer.problem for answer in answers):
        raise EngineFault(answers[0].problem, "Ask shorter questions, or another model.")


def _show(report: TaskReport) -> None:
    rows = []
    for score in report.scores:
        accuracy, flips = score.accuracy, score.flips
        rows.append(
            (
                score.model.name,
                f"{score.right} of {score.answered}",
                f"{100 * accuracy.value:.1f}" if accuracy else "",
                f"{100 * accuracy.low:.1f} to {100 * accuracy.high:.1f}" if accuracy else "",
                str(len(flips.lost)) if flips else "",
                str(len(flips.won)) if flips else "",
                f"{flips.p:.3f}" if flips else "",
                f"{score.speed:,.1f}" if score.speed else "",
            )
        )
    print_table(("level", "right", "%", "95 %", "lost", "won", "p", "tokens/s"), rows)
    for note in report.notes:
        print(f"Note: {note}")
