"""`quern models`: the models on this machine; list more, take some off, verify their checksums."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli.output import print_json, print_table, printable, show_count, show_size
from desktop.domain.errors import InvalidInput, ModelFileInvalid, ModelFileMissing
from desktop.domain.library import DigestOrigin, ModelSource, VerifyOutcome, VerifyResult
from desktop.domain.paths import Home

if TYPE_CHECKING:
    from desktop.core.model_library import ModelLibrary
    from desktop.domain.library import LibraryEntry

_HEADINGS = ("NAME", "WEIGHTS", "LEVEL", "BITS", "SIZE", "CONTEXT", "SOURCE", "FILE")
_SOURCES = {
    ModelSource.STARTER: "starter",
    ModelSource.QUERN: "Quern",
    ModelSource.HUGGING_FACE: "Hugging Face",
    ModelSource.LM_STUDIO: "LM Studio",
    ModelSource.GPT4ALL: "GPT4All",
    ModelSource.OLLAMA: "Ollama",
    ModelSource.FOLDER: "folder",
    ModelSource.FILE: "file",
}
_ORIGINS = {
    DigestOrigin.HUB: "the hub announced",
    DigestOrigin.HUGGING_FACE: "the Hugging Face cache says",
    DigestOrigin.OLLAMA: "Ollama says",
    DigestOrigin.EARLIER: "was measured here before",
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    # On both levels, like --home: `models --json add FILE` and `models add FILE --json`.
    parser.add_argument("--json", action="store_true", help="print JSON")
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    add = actions.add_parser("add", help="list models where they lie; nothing is copied")
    add.add_argument(
        "paths", nargs="+", metavar="PATH", help="a GGUF file, or a folder that has some"
    )
    remove = actions.add_parser("remove", help="take a model off the list; its file stays")
    remove.add_argument("name", metavar="NAME", help="a name from the list, or a folder added")
    verify = actions.add_parser("verify", help="measure the SHA-256 checksum of a model")
    verify.add_argument("name", metavar="NAME", help="a name from the list, or a GGUF file")
    for action in (add, remove, verify):
        action.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="print JSON"
        )


def run(options: argparse.Namespace, home: Home) -> int:
    """List, add, remove or verify. Returns the exit status. Raises: QuernError."""
    from desktop.cli.home_use import opened_services
    from desktop.cli.main import DONE

    with opened_services(home) as services:
        library = services.library
        match options.action:
            case "add":
                return _add_all(library, options.paths, as_json=options.json)
            case "remove":
                _remove(library, options.name, as_json=options.json)
            case "verify":
                return _verify(library, options.name, as_json=options.json)
            case _:
                _list(library, as_json=options.json)
    return DONE


def _list(library: ModelLibrary, *, as_json: bool) -> None:
    entries = library.list()
    for folder in library.last_look.skipped:
        print(printable(f"Note: the folder {folder} could not be looked through."), file=sys.stderr)
    if as_json:
        print_json([_as_json(entry) for entry in entries])
    else:
        print_table(_HEADINGS, [_as_row(entry) for entry in entries])


def _add_all(library: ModelLibrary, words: Sequence[str], *, as_json: bool) -> int:
    """One that cannot be listed does not keep the others from it."""
    from desktop.cli.main import DONE, FAILED
    from desktop.core.model_files import first_file

    if not all(words):  # Path("") would be the folder we are in
        raise InvalidInput("No file is named.", "Name a GGUF file, or a folder.")
    added, status = [], DONE
    for path in dict.fromkeys(first_file(Path(word)) for word in words):
        try:
            added.append(_add(library, path, as_json=as_json))
        except (InvalidInput, ModelFileInvalid, ModelFileMissing) as error:
            print(printable(f"quern: {path}: {error}"), file=sys.stderr)
            status = FAILED
    if as_json:
        print_json(added)
    return status


def _add(library: ModelLibrary, path: Path, *, as_json: bool) -> dict[str, object]:
    """List one, and say so in words unless JSON is asked for. Returns: what JSON has of it."""
    if path.is_dir():
        library.add_folder(path)
        if not as_json:
            print(printable(f"Models in {path.absolute()} are listed from now on."))
        return {"added": path.absolute()}
    entry = library.add(path)
    if not as_json:
        print(printable(f"Added “{entry.name}”."))
        if problem := _problem(entry):
            print(printable(f"Note: it cannot be used. {problem}"), file=sys.stderr)
    return _as_json(entry)


def _remove(library: ModelLibrary, name: str, *, as_json: bool) -> None:
    folder = Path(name).absolute()
    if folder in library.folders():
        library.remove_folder(folder)
        sentence = f"Models in {folder} are not listed any more. They are where they were."
    else:
        library.remove(name)
        sentence = f"Forgot “{name}”. Its file is where it was."
    if as_json:
        print_json({"removed": name})
    else:
        print(printable(sentence))


def _verify(library: ModelLibrary, name: str, *, as_json: bool) -> int:
    from desktop.cli.main import DONE, FAILED
    from desktop.cli.progress import Progress

    path = library.resolve(name)
    with Progress("Reading") as progress:
        result = library.checksums.verify(
            path, lambda fraction: progress.update(fraction, 1.0), lambda: False
        )
    if as_json:
        print_json({"path": path, **{field: getattr(result, field) for field in result.__slots__}})
    else:
        print(printable(f"{result.sha256}  {path}"))
        print(printable(_verdict(result)))
    return FAILED if result.outcome is VerifyOutcome.DIFFERS else DONE


def _verdict(result: VerifyResult) -> str:
    if result.origin is None:
        return "There is nothing to compare it with yet; the next time there will be."
    if result.outcome is VerifyOutcome.MATCHES:
        return f"Sound: this is what {_ORIGINS[result.origin]}."
    files = ", ".join(f"“{file.name}”" for file in result.damaged)
    return (
        f"Damaged: {files} is not what {_ORIGINS[result.origin]}."
        " Get it again from where it came from."
    )


def _as_json(entry: LibraryEntry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in type(entry).__slots__}


def _as_row(entry: LibraryEntry) -> tuple[str, ...]:
    info = entry.info
    problem = "the file is missing" if entry.missing else _problem(entry)
    state = f"  ({problem})" if problem else ""
    return (
        entry.name,
        show_count(info.parameters) if info else "-",
        info.level if info else "-",
        f"{info.bits_per_weight:.2f}" if info else "-",
        show_size(entry.size),
        f"{info.context_length:,}" if info and info.context_length else "-",
        _SOURCES[entry.source],
        f"{entry.path}{state}",
    )


def _problem(entry: LibraryEntry) -> str:
    """The sentence why the model cannot be loaded, or ""."""
    return entry.problem or next(iter(entry.info.problems if entry.info else ()), "")
