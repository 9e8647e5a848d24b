"""`quern needle`: whether each level finds a fact in a long text again."""

from __future__ import annotations

import argparse

from desktop.cli.options import model_path, positive
from desktop.cli.output import print_table
from desktop.cli.task_use import add_run_options, ask, check_run_options, tell
from desktop.domain.needle import DEPTHS, LENGTHS, REPEATS, NeedleRequest
from desktop.domain.paths import Home
from desktop.domain.task_run import TaskRun


def lengths(text: str) -> tuple[int, ...]:
    """An option's value as numbers of tokens."""
    return tuple(int(word) for word in text.split(",") if word.strip())


lengths.__name__ = "list of whole numbers"  # argparse says "invalid <this> value"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_run_options(parser)
    parser.add_argument(
        "--lengths",
        type=lengths,
        default=LENGTHS,
        metavar="N,N,…",
        help="how long the text is, in tokens of the model "
        f"(default {','.join(map(str, LENGTHS))})",
    )
    parser.add_argument(
        "--depths",
        type=positive,
        default=DEPTHS,
        metavar="N",
        help=f"at how many places the fact is hidden (default {DEPTHS})",
    )
    parser.add_argument(
        "--repeats",
        type=positive,
        default=REPEATS,
        metavar="N",
        help=f"how many facts at each place, one at a time (default {REPEATS})",
    )


def run(options: argparse.Namespace, home: Home) -> int:
    """Ask. Returns the exit status. Raises: QuernError."""
    from desktop.cli.home_use import opened_services
    from desktop.cli.main import DONE

    check_run_options(options)
    request = NeedleRequest(
        tuple(model_path(word, home) for word in options.models),
        options.lengths,
        options.depths,
        options.repeats,
        options.threads or 0,
    )
    with opened_services(home) as services:
        done = ask(request, services)
    tell(done, options)
    if not options.json:
        _show(done, request)
    return DONE


def _show(run: TaskRun, request: NeedleRequest) -> None:
    from desktop.domain.task_scores import grid_of

    for model in run.models:
        rows = [
            (
                f"{100 * depth:.0f} %",
                *("" if share is None else f"{100 * share:.0f} %" for share in row),
            )
            for depth, row in zip(request.places, grid_of(request, model), strict=True)
        ]
        print(f"\n{model.name}: found, by depth and length of the text in tokens")
        print_table(("depth", *(f"{n:,}" for n in sorted(set(request.lengths)))), rows)
