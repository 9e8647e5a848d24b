"""`quern tasks`: how many questions each level of a model answers right."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli.options import model_path, positive
from desktop.cli.task_use import add_run_options, ask, check_run_options, tell
from desktop.domain.paths import Home
from desktop.domain.task_run import MAX_TOKENS, TaskRequest, TaskRun
from desktop.domain.task_set import TaskSet

if TYPE_CHECKING:
    from desktop.services import Services

_SHOWN = 60  # characters of a question that flipped


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument(
        "set",
        metavar="SET",
        help="a JSONL or CSV file with prompt and expected, or a set by name: knowledge, "
        "arithmetic, reading, starter, or one of your own",
    )
    add_run_options(parser)
    parser.add_argument(
        "--limit", type=positive, metavar="N", help="ask the first N questions only"
    )
    parser.add_argument(
        "--max-tokens",
        type=positive,
        default=MAX_TOKENS,
        metavar="N",
        help=f"longest answer (default {MAX_TOKENS})",
    )


def run(options: argparse.Namespace, home: Home) -> int:
    """Ask. Returns the exit status. Raises: QuernError."""
    from desktop.cli.home_use import opened_services
    from desktop.cli.main import DONE

    check_run_options(options, options.set)
    models = tuple(model_path(word, home) for word in options.models)
    with opened_services(home) as services:
        tasks = _set(options.set, services)
        if options.limit:
            tasks = replace(tasks, tasks=tasks.tasks[: options.limit])
        request = TaskRequest(tasks, models, options.max_tokens, options.threads or 0)
        done = ask(request, services)
    tell(done, options)
    if not options.json:
        _tell_flips(done, request)
    return DONE


def _set(word: str, services: Services) -> TaskSet:
    """A file, or a set by its name. Raises: InvalidInput, EnvironmentFault."""
    from desktop.core.task_files import read_task_set

    path = Path(word).expanduser()
    if path.is_file() or path.suffix.casefold() in (".jsonl", ".csv", ".tsv"):
        return read_task_set(path)
    return services.task_sets().find(word)


def _tell_flips(run: TaskRun, request: TaskRequest) -> None:
    from desktop.cli.output import printable
    from desktop.domain.task_scores import scores_of

    for score in scores_of(run):
        if score.flips is None:
            continue
        for word, tasks in (("lost", score.flips.lost), ("won", score.flips.won)):
            for task in tasks:
                prompt = " ".join(request.set.tasks[task].prompt.split())
                shown = prompt if len(prompt) <= _SHOWN else f"{prompt[: _SHOWN - 1]}…"
                print(printable(f"{score.model.name} {word} question {task + 1}: {shown}"))
