"""`quern models`: the models on this machine; add a reference to a file, or forget one."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli.output import print_json, print_table, show_count, show_size
from desktop.domain.paths import Home

if TYPE_CHECKING:
    from desktop.domain.library import LibraryEntry


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    # On both levels, like --home: `models --json add FILE` and `models add FILE --json`.
    parser.add_argument("--json", action="store_true", help="print JSON")
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    add = actions.add_parser("add", help="list a model file where it lies; nothing is copied")
    add.add_argument("path", metavar="PATH", help="a GGUF file")
    remove = actions.add_parser("remove", help="forget a model that was added; its file stays")
    remove.add_argument("name", metavar="NAME", help="a name from the list")
    for action in (add, remove):
        action.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="print JSON"
        )


def run(options: argparse.Namespace, home: Home) -> int:
    """List, add or remove. Returns the exit status. Raises: QuernError."""
    from desktop.cli.home_use import opened_library
    from desktop.cli.main import DONE

    with opened_library(home) as library:
        if options.action == "add":
            entry = library.add(Path(options.path))
            if options.json:
                print_json(_as_json(entry))
            else:
                print(f"Added “{entry.name}”.")
                if problem := _problem(entry):
                    print(f"Note: it cannot be used. {problem}", file=sys.stderr)
        elif options.action == "remove":
            library.remove(options.name)
            if options.json:
                print_json({"removed": options.name})
            else:
                print(f"Forgot “{options.name}”. Its file is where it was.")
        elif options.json:
            print_json([_as_json(entry) for entry in library.list()])
        else:
            print_table(
                ("NAME", "WEIGHTS", "LEVEL", "SIZE", "FILE"),
                [_as_row(entry) for entry in library.list()],
            )
    return DONE


def _as_json(entry: LibraryEntry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in type(entry).__slots__}


def _as_row(entry: LibraryEntry) -> tuple[str, ...]:
    weights = show_count(entry.info.parameters) if entry.info else "-"
    level = entry.info.level if entry.info else "-"
    problem = "the file is missing" if entry.missing else _problem(entry)
    state = f"  ({problem})" if problem else ""
    return (entry.name, weights, level, show_size(entry.size), f"{entry.path}{state}")


def _problem(entry: LibraryEntry) -> str:
    """The sentence why the model cannot be loaded, or ""."""
    return entry.problem or next(iter(entry.info.problems if entry.info else ()), "")
