"""The models on this machine: references to files, which stay where they are."""

from __future__ import annotations

import builtins
import difflib
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from desktop.core.model_catalog import Catalog, free_name
from desktop.core.model_checksums import Checksums
from desktop.core.model_files import (
    all_there,
    files_of,
    first_file,
    missing,
    model_version,
    present,
    stem_of,
    version_of,
)
from desktop.core.model_sources import Found, Look, find_models
from desktop.domain.download import DownloadRequest
from desktop.domain.errors import InvalidInput, ModelFileInvalid, ModelFileMissing, QuernError
from desktop.domain.library import FileVersion, LibraryEntry, ModelDefaults, ModelSource
from desktop.domain.model import ModelInfo
from desktop.domain.paths import Home, OtherPrograms
from desktop.storage.model_facts import ModelFacts, without_bulk
from desktop.storage.models import KnownModels

STARTER_NAME = "starter"
MOST_NAMED = 5  # models in an advice
BATCH_SECONDS = 0.5  # between two lists while headers are being read
FRESH_SECONDS = 5.0  # a file that was written more recently may still be growing


class ModelLibrary:
    """Blocking: may read directories and ask the engine; use it from a worker thread.

    Args:
        known: what a person decided about models.
        facts: what was learned from their files.
        home: its `models` folder is listed.
        others: where other programs keep models.
        starter: the model Quern ships with.
        inspect: reads a header; raises QuernError when the file is not a sound model.

    Attributes:
        checksums: those of the files.
        last_look: the folders of the last list.
    """

    def __init__(
        self,
        known: KnownModels,
        facts: ModelFacts,
        home: Home,
        others: OtherPrograms,
        starter: Path,
        inspect: Callable[[Path], ModelInfo],
    ) -> None:
        self._known = known
        self._facts = facts
        self._home = home
        self._others = others
        self._starter = starter
        self._inspect = inspect
        self._problems: dict[tuple[Path, FileVersion], str] = {}
        self.checksums = Checksums(facts)
        self.last_look = Look()

    # --- the list ---------------------------------------------------------------------------

    def list(self) -> builtins.list[LibraryEntry]:
        """The starter, the files in Quern's own folder, then what lies elsewhere.

        Raises: StorageFault.
        """
        entries: builtins.list[LibraryEntry] = []
        for entries in self.listings():  # noqa: B007 - the last is wanted
            pass
        return entries

    def listings(
        self, cancelled: Callable[[], bool] = lambda: False
    ) -> Iterator[builtins.list[LibraryEntry]]:
        """The list at once, as far as headers are known, then again and again while the other
        headers are read. Raises: StorageFault.
        """
        catalog = self._catalog()
        entries = catalog.entries
        unread = []
        for index, entry in enumerate(entries):
            version = catalog.versions[index]
            if entry.info is None and version is not None:
                problem = self._problems.get((entry.path, version))
                if problem is None:
                    unread.append((index, version))
                else:
                    entries[index] = replace(entry, problem=problem)
        yield entries.copy()
        learned: builtins.list[tuple[ModelInfo, FileVersion]] = []
        told = time.monotonic()
        for index, version in unread:
            if cancelled():
                break
            entries[index] = self._read(entries[index], version, learned)
            if time.monotonic() - told >= BATCH_SECONDS:
                self._facts.put_headers(learned)
                learned.clear()
                yield entries.copy()
                told = time.monotonic()
        if unread:
            self._facts.put_headers(learned)
            yield entries.copy()

    def resolve(self, name_or_path: str | None) -> Path:
        """The file a person means: a path, a name or title of the library (in any case, or a
        name's beginning when that is unique), or None for the starter.

        Raises: ModelFileMissing; InvalidInput naming what is close.
        """
        if name_or_path is None:
            return present(self._starter)
        entries = self._catalog().entries
        wanted = name_or_path.casefold()
        by_name = [entry for entry in entries if entry.name.casefold() == wanted]
        by_title = [entry for entry in entries if entry.title.casefold() == wanted]
        if called := by_name or by_title:
            return present(called[0].path)
        path = Path(name_or_path)
        if path.is_file() or path.suffix.casefold() == ".gguf" or len(path.parts) > 1:
            return present(first_file(path.absolute()))
        beginning = [entry for entry in entries if entry.name.casefold().startswith(wanted)]
        if wanted and len(beginning) == 1:
            return present(beginning[0].path)
        names = [entry.name for entry in beginning[:MOST_NAMED]] or difflib.get_close_matches(
            name_or_path, [entry.name for entry in entries], n=3, cutoff=0.4
        )
        advice = f"Did you mean {_either(names)}?" if names else "“quern models” lists them."
        raise InvalidInput(f"There is no model called “{name_or_path}”.", advice)

    def first_choice(self) -> Path:
        """What to load when Quern starts: what was used last and is still there, else the starter.

        Raises: StorageFault.
        """
        uses = self._known.uses()
        last_used = sorted(uses, key=lambda path: uses[path], reverse=True)
        return next((path for path in last_used if all_there(path)), self._starter)

    def touch(self, path: Path) -> None:
        """The model was used just now. Raises: StorageFault."""
        self._known.touch(path)

    # --- what a person adds and takes off -----------------------------------------------------

    def add(self, path: Path) -> LibraryEntry:
        """List a file where it lies, also one that was taken off before.

        Raises: ModelFileMissing, ModelFileInvalid when it is not a model; StorageFault.
        """
        path = present(first_file(path.absolute()))
        info, version = self._inspect(path), model_version(path)
        self._facts.put_headers([(info, version)])
        self._known.show(path)
        catalog = self._catalog()
        index = catalog.index_of(path)
        if index is None:
            taken = {entry.name.casefold() for entry in catalog.entries}
            self._known.add(path, free_name(stem_of(path), taken.__contains__))
            catalog = self._catalog()
            index = catalog.index_of(path)
        assert index is not None, "it was just added"
        return catalog.entries[index]

    def remove(self, name: str) -> None:
        """Take a model off the list, by its name. Its file is not touched.

        Raises: InvalidInput when there is none of that name, or it is always listed.
        """
        for entry in self._catalog().entries:
            if entry.name.casefold() == name.casefold():
                self._take_off(entry)
                return
        raise InvalidInput(f"There is no model called “{name}”.", "“quern models” lists them.")

    def take_off(self, path: Path) -> None:
        """As `remove`, by its file."""
        self._take_off(self._entry_at(path))

    def files_to_bin(self, path: Path) -> builtins.list[Path]:
        """The files of a model that Quern may throw away.

        Raises: InvalidInput when it does not lie in Quern's own folder.
        """
        entry = self._entry_at(path)
        if not entry.deletable:
            raise InvalidInput(
                f"“{entry.name}” does not lie in Quern's own folder.",
                "Take it off the list here, or delete it where it came from.",
            )
        return [file for file in files_of(entry.path) if file.is_file()]

    def forget(self, files: builtins.list[Path]) -> None:
        """The files are no more. Raises: StorageFault."""
        for file in files:
            self._facts.forget(file)

    def folders(self) -> builtins.list[Path]:
        """Folders a person added. Raises: StorageFault."""
        return self._known.folders()

    def add_folder(self, path: Path) -> None:
        """List every model in a folder, now and later, also those that were taken off before.

        Raises: InvalidInput, StorageFault.
        """
        path = path.absolute()
        if not path.is_dir():
            raise InvalidInput(f"There is no folder {path}.")
        for hidden in self._known.hidden():
            if hidden.is_relative_to(path):
                self._known.show(hidden)
        self._known.add_folder(path)

    def remove_folder(self, path: Path) -> None:
        """Raises: InvalidInput when it was not added, StorageFault."""
        if not self._known.remove_folder(path.absolute()):
            raise InvalidInput(f"The folder {path} is not on the list.")

    # --- what is known about one ------------------------------------------------------------

    def defaults(self, path: Path) -> ModelDefaults:
        """How the model is used unless a person says otherwise. Raises: StorageFault."""
        return self._known.defaults(path)

    def set_defaults(self, path: Path, defaults: ModelDefaults) -> None:
        """Raises: InvalidInput, StorageFault."""
        self._known.set_defaults(path, defaults)

    def take_in(self, request: DownloadRequest) -> None:
        """A download is done: remember what the hub said about its files, which they are.

        Raises: ModelFileMissing, StorageFault.
        """
        for file in request.files:
            if file.sha256:
                self._expect(request.folder / file.path, file.sha256)

    # --- inside -----------------------------------------------------------------------------

    def _expect(self, path: Path, sha256: str) -> None:
        try:
            version = version_of(path)
        except OSError as error:
            raise missing(path) from error
        self._facts.expect(path, sha256)
        self._facts.put_digest(path, version, sha256)

    def _catalog(self) -> Catalog:
        look = Look()
        hidden = self._known.hidden()
        known = self._known.list()
        catalog = Catalog(self._facts.headers(), self._facts.digests(), self._known.uses())
        catalog.add([Found(self._starter, STARTER_NAME, ModelSource.STARTER)])
        found = find_models(self._home, self._others, self._known.folders(), look)
        catalog.add(one for one in found if one.path not in hidden)
        catalog.add(Found(model.path, model.name, ModelSource.FILE) for model in known)
        promised = {model.path: model.name for model in known}
        catalog.name_entries({self._starter: STARTER_NAME, **promised})
        look.unsettled = any(version and _is_fresh(version) for version in catalog.versions)
        self.last_look = look
        return catalog

    def _read(
        self,
        entry: LibraryEntry,
        version: FileVersion,
        learned: builtins.list[tuple[ModelInfo, FileVersion]],
    ) -> LibraryEntry:
        """The entry with what its header says, or why it cannot be read."""
        try:
            info = self._inspect(entry.path)
        except ModelFileMissing:
            return replace(entry, missing=True, size=0)
        except QuernError as error:
            if isinstance(error, ModelFileInvalid):
                self._problems[entry.path, version] = error.message
            return replace(entry, problem=error.message)
        learned.append((info, version))
        return replace(entry, info=without_bulk(info))

    def _entry_at(self, path: Path) -> LibraryEntry:
        catalog = self._catalog()
        index = catalog.index_of(path)
        if index is None:
            raise InvalidInput(f"“{path.name}” is not on the list.")
        return catalog.entries[index]

    def _take_off(self, entry: LibraryEntry) -> None:
        """Its copies, too, or one of them would take its place."""
        if entry.starter:
            raise InvalidInput(f"“{entry.name}” comes with Quern and is always listed.")
        if entry.deletable:
            raise InvalidInput(
                f"“{entry.name}” lies in Quern's own folder and is always listed.",
                f"Delete the file {entry.path} instead.",
            )
        for path in (entry.path, *entry.copies):
            self._known.remove(path)
            if entry.source is not ModelSource.FILE or path != entry.path:
                self._known.hide(path)


def _is_fresh(version: FileVersion) -> bool:
    """Not so of times that have yet to come, as some network disks have them."""
    return 0 <= time.time() - version.modified_ns / 1e9 < FRESH_SECONDS


def _either(names: list[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    return " or ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)
