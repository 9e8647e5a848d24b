"""`quern download`: fetch a model from a hub; called again, it goes on where it ended."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from desktop.cli.output import print_json, printable
from desktop.cli.progress import Progress
from desktop.domain.download import Download, DownloadRequest, DownloadState
from desktop.domain.errors import InvalidInput, StorageFault
from desktop.domain.hub import RemoteModel, Repository
from desktop.domain.paths import Home

if TYPE_CHECKING:
    from desktop.hub.connection import HubConnection

ATTEMPTS = 5  # in a row without a byte of progress
MOST_NAMED = 20  # models in a message

_MEGABYTE = 1e6


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    from desktop.cli.hub_use import add_endpoint

    parser.add_argument("repository", metavar="REPO", help="AUTHOR/NAME on the hub")
    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        default="",
        help="a level (Q4_K_M) or a file; of a model in parts, any of them. May be left out when"
        " there is one only, or for the files a conversion needs",
    )
    add_endpoint(parser)
    parser.add_argument(
        "--to", metavar="DIR", help="folder to write to (default: models/AUTHOR/NAME of the home)"
    )
    parser.add_argument(
        "--revision", default="", metavar="REV", help="branch, tag or commit (default: main)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace, home: Home) -> int:
    """Download. Returns the exit status. Raises: QuernError."""
    from desktop.cli.home_use import opened_services
    from desktop.cli.hub_use import hub_access
    from desktop.cli.main import DONE, INTERRUPTED
    from desktop.core.disk_space import require_space
    from desktop.core.download_run import DownloadRun, files_here

    access = hub_access(home, options.endpoint)
    request = _request(options, home, access.connection)
    here = sum(files_here(request).values())
    download = Download(0, request, DownloadState.QUEUED, received=here)
    require_space(download)
    display = _Display()
    try:
        done = DownloadRun(
            download, access.connection, display.show, verified=set(), attempts=ATTEMPTS
        ).run()
    except KeyboardInterrupt:
        display.clear()
        print("What has arrived is kept; the same command goes on with it.", file=sys.stderr)
        return INTERRUPTED
    finally:
        display.clear()
    # A checkpoint is its folder, which is what `quern convert` takes.
    path = request.folder if done.path == request.folder / "config.json" else done.path
    try:
        with opened_services(home) as services:
            services.library.take_in(request)
    except StorageFault as fault:  # the model is here all the same
        note = f"Note: what the hub said about it could not be kept. {fault}"
        print(printable(note), file=sys.stderr)
    if options.json:
        print_json(
            {
                "repository": request.repository,
                "revision": request.revision,
                "name": request.name,
                "size": request.size,
                "path": path,
                "files": [request.folder / file.path for file in request.files],
            }
        )
    else:
        print(printable(str(path)))
    return DONE


def _request(
    options: argparse.Namespace, home: Home, connection: Callable[[], HubConnection]
) -> DownloadRequest:
    """What to fetch, and whereto. Raises: InvalidInput, HubFault."""
    from desktop.cli.engine_use import engine_maker
    from desktop.core.model_hub import ModelHub
    from desktop.core.model_inspector import ModelInspector
    from desktop.domain.model import LoadConfig

    hub = ModelHub(connection, ModelInspector(engine_maker(home)), home, LoadConfig)
    repository = hub.repository(options.repository, revision=options.revision)
    request = hub.download_request(repository, choose(repository, options.file))
    if options.to:
        request = replace(request, folder=Path(options.to).expanduser().absolute())
    return request


def choose(repository: Repository, word: str) -> RemoteModel | None:
    """The model a person means by a file, a level, or nothing; None is the checkpoint.

    Raises: InvalidInput when there is none of that name, or more than one.
    """
    name, models = repository.summary.id, repository.models
    if not word and not models:
        return None
    wanted = word.casefold()
    found = [model for model in models if not word or wanted in _names(model)]
    found = found or [model for model in models if model.level.casefold() == wanted]
    if len(found) == 1:
        return found[0]
    if not models:
        raise InvalidInput(f"“{name}” holds no model in the GGUF format.")
    if not found:
        raise InvalidInput(f"“{name}” has no model “{word}”.", f"It has {_listed(models)}.")
    raise InvalidInput(f"“{name}” has several models like that.", f"Name one: {_listed(found)}.")


def _names(model: RemoteModel) -> set[str]:
    """What a model can be called, but for its level."""
    paths = [PurePosixPath(file.path) for file in model.files]
    names = {model.name, *(str(path) for path in paths), *(path.name for path in paths)}
    return {name.casefold() for name in names}


def _listed(models: Sequence[RemoteModel]) -> str:
    names = [model.name for model in models[:MOST_NAMED]]
    more = [f"{len(models) - MOST_NAMED} more"] if len(models) > MOST_NAMED else []
    return printable(", ".join([*names, *more]))


class _Display:
    """A bar while bytes arrive, a line when something is in the way; all on stderr."""

    def __init__(self) -> None:
        self._bar: Progress | None = None
        self._waiting = False

    def show(self, download: Download) -> None:
        if download.state is DownloadState.WAITING:
            if not self._waiting:  # once, not for every second
                self.clear()
                print(f"{download.problem} {download.advice}", file=sys.stderr)
            self._waiting = True
        elif download.state is DownloadState.RUNNING:
            self._waiting = False
            received = download.received / _MEGABYTE
            if self._bar is None:
                self._bar = Progress("Downloading", "MB", before=received)
            self._bar.update(received, download.request.size / _MEGABYTE)

    def clear(self) -> None:
        """Erase the bar; what arrives later is measured anew."""
        if self._bar is not None:
            self._bar.clear()
            self._bar = None
