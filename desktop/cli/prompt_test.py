"""`quern prompts test`: run a prompt over its cases and say what a change mended and broke."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli.options import add_threads, check_report, load_config, model_path, positive
from desktop.cli.output import print_json, print_table, printable
from desktop.domain.errors import InvalidInput
from desktop.domain.paths import Home, resource_path

if TYPE_CHECKING:
    from desktop.core.prompt_library import PromptLibrary
    from desktop.core.prompt_run_report import PromptRunReport
    from desktop.domain.prompt import Prompt
    from desktop.domain.prompt_run import RunVersion

_VERDICTS = {True: "pass", False: "FAIL", None: ""}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("name", metavar="NAME", help="the prompt's key or title")
    parser.add_argument(
        "--models",
        nargs="+",
        metavar="MODEL",
        help="GGUF files, or names of `quern models`; without it the starter model",
    )
    parser.add_argument(
        "--versions",
        nargs="+",
        type=positive,
        metavar="N",
        help="the versions to try (default: the newest and the one before)",
    )
    parser.add_argument(
        "--samples",
        type=positive,
        default=1,
        metavar="N",
        help="answers to each case; of several, what most of them say is judged",
    )
    parser.add_argument(
        "--cases",
        metavar="FILE",
        help="a JSON file of cases to try it on, as the window exports them (default: those the "
        "prompt has)",
    )
    parser.add_argument("--report", metavar="FILE", help="also write a report: CSV or Markdown")
    parser.add_argument("--ctx", type=positive, metavar="N", help="context in tokens")
    add_threads(parser)


def run(options: argparse.Namespace, home: Home) -> None:
    """Try it and tell what came of it. Raises: QuernError."""
    from desktop.cli.engine_use import engine_maker
    from desktop.cli.home_use import opened_database
    from desktop.cli.job_use import bar, named_file
    from desktop.cli.progress import Progress
    from desktop.core.answering import AnsweringModels
    from desktop.core.job_control import JobControl
    from desktop.core.prompt_case_files import read_cases
    from desktop.core.prompt_library import PromptLibrary
    from desktop.core.prompt_run_files import save_run_report, values_of
    from desktop.core.prompt_runs import PromptRuns
    from desktop.domain.prompt_run import PromptRunRequest
    from desktop.storage.prompt_runs import StoredPromptRuns
    from desktop.storage.prompts import StoredPrompts

    check_report(options.report, (".csv", ".md"), options.cases)
    models = tuple(model_path(word, home) for word in options.models or [None])
    config = load_config(options, home)
    with opened_database(home) as database, Progress("Trying") as progress:
        library = PromptLibrary(StoredPrompts(database), resource_path("prompts"))
        library.update_builtin()
        runs = PromptRuns(
            StoredPromptRuns(database), library, AnsweringModels(engine_maker(home)), lambda: config
        )
        prompt = library.called(options.name)
        cases = read_cases(named_file(options.cases)) if options.cases else runs.cases(prompt.id)
        if not cases:
            raise InvalidInput(
                f"“{prompt.title}” has no cases.",
                "Add some on its Test tab in the window, or name a file: --cases FILE.",
            )
        versions = _versions(library, prompt, options.versions)
        request = PromptRunRequest(prompt.id, versions, tuple(cases), models, options.samples)
        number = runs.create(request).id
        done = runs.run(number, JobControl(), bar(progress), lambda _run: None)
        report = runs.report(done)
    if options.report:
        save_run_report(report, named_file(options.report))
    if options.json:
        print_json(values_of(report))
    else:
        _tell(report)


def _versions(
    library: PromptLibrary, prompt: Prompt, wanted: list[int] | None
) -> tuple[RunVersion, ...]:
    """Oldest first. Raises: InvalidInput naming one that is not there."""
    from desktop.domain.prompt_run import RunVersion

    there = {version.number: version.id for version in library.versions(prompt.id)}
    numbers = sorted(set(wanted or sorted(there)[-2:]))
    for number in numbers:
        if number not in there:
            raise InvalidInput(
                f"“{prompt.title}” has no version {number}.",
                f"Its newest one is {prompt.version}.",
            )
    return tuple(RunVersion(there[number], number) for number in numbers)


def _tell(report: PromptRunReport) -> None:
    rows = []
    for place, cell in report.cells.items():
        votes = f"{cell.vote.votes} of {cell.vote.of}" if cell.vote else ""
        said = cell.answer.text if cell.answer else cell.problem
        rows.append(
            (
                report.case(place).name,
                str(report.number(place)),
                report.model(place).stem,
                _VERDICTS[cell.passed],
                votes if report.run.request.samples > 1 else "",
                str(cell.tokens or ""),
                f"{cell.seconds:.2f}" if cell.results else "",
                " ".join(said.split())[:40],
            )
        )
    print_table(("case", "version", "model", "", "votes", "tokens", "s", "answer"), rows)
    print(printable(report.summary()))
    for model in report.run.models:
        if model.problem:
            print(printable(f"Note: {Path(model.path).name}: {model.problem} {model.advice}"))
