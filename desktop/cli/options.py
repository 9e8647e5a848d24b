"""Options that several commands share: which model, and how to load it."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from desktop.domain.errors import InvalidInput, ModelFileMissing
from desktop.domain.model import LoadConfig
from desktop.domain.paths import Home, starter_model_path


def add_model(parser: argparse.ArgumentParser) -> None:
    """Add MODEL, optional."""
    parser.add_argument(
        "model",
        nargs="?",
        metavar="MODEL",
        help="a GGUF file, or a name of `quern models`; without it the starter model",
    )


def positive(text: str) -> int:
    """An option's value as a whole number above 0."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


positive.__name__ = "whole number above 0"  # argparse says "invalid <this> value"


def amount(text: str) -> float:
    """An option's value as a finite number that is not negative."""
    number = float(text)
    if not 0 <= number < math.inf:  # nor NaN, of which float() makes a number
        raise ValueError(text)
    return number


amount.__name__ = "number of 0 or more"


def add_threads(parser: argparse.ArgumentParser) -> None:
    """Add --threads."""
    parser.add_argument(
        "--threads",
        type=positive,
        metavar="N",
        help="processor cores to use (default: all but one)",
    )


def add_load_options(parser: argparse.ArgumentParser) -> None:
    """Add --ctx, --threads and --overcommit."""
    parser.add_argument(
        "--ctx",
        type=positive,
        metavar="N",
        help="context in tokens (default: 4096, or what the model was trained for if less)",
    )
    add_threads(parser)
    parser.add_argument(
        "--overcommit",
        action="store_true",
        help="load even when the model needs more memory than is free",
    )


def check_report(word: str | None, suffixes: Sequence[str], *read: str | None) -> None:
    """Before hours of work: the report's name says its format, its folder is there, and
    it is none of the files `read`.

    Raises: InvalidInput.
    """
    if not word:
        return
    path = Path(word).expanduser()
    if path.suffix.casefold() not in suffixes:
        raise InvalidInput(
            f"“{path.name}” does not say what kind of report it is.",
            f"Name a file that ends in {', '.join(suffixes)}.",
        )
    if any(name and path.resolve() == Path(name).expanduser().resolve() for name in read):
        raise InvalidInput(
            f"The report would replace “{path.name}”, which is read.", "Give it another name."
        )
    check_folder(path.absolute().parent)


def check_folder(folder: Path) -> None:
    """Raises: InvalidInput when it is not there: no command makes more than the last folder of what
    a person named, because another is a slip."""
    if not folder.is_dir():
        raise InvalidInput(f"The folder {folder} is not there.", "Make it, or choose another.")


def load_config(options: argparse.Namespace, home: Home) -> LoadConfig:
    """How to load: as set in the window, with the options given."""
    from desktop.cli.settings_use import settings_of

    config = settings_of(home).current.load_config()
    return replace(
        config,
        context=options.ctx or config.context,
        threads=options.threads or config.threads,
    )


def model_path(word: str | None, home: Home) -> Path:
    """The file MODEL means. Raises: ModelFileMissing, InvalidInput, StorageFault."""
    if word is None:
        starter = starter_model_path()
        if not starter.is_file():
            raise ModelFileMissing(
                f"The starter model is not where it belongs, at {starter}.",
                "Get Quern again, or name another model.",
            )
        return starter
    path = Path(word)
    if path.suffix.casefold() == ".gguf" and path.is_file():
        return path.absolute()
    from desktop.cli.home_use import opened_services

    with opened_services(home) as services:
        return services.library.resolve(word)
