"""The models on this machine: references to files, which stay where they are."""

from __future__ import annotations

import builtins
import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from desktop.domain.errors import InvalidInput, ModelFileMissing, QuernError
from desktop.domain.model import ModelInfo
from desktop.domain.paths import Home
from desktop.storage.models import KnownModels

STARTER_NAME = "starter"
_SHARD = re.compile(r"^(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})$")
_MOST_SHARDS = 1000  # a hostile file name must not make us look for 99,999 files


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """One model.

    Attributes:
        name: how it is called in the list and on the command line.
        path: the file, or the first one of a split model.
        size: bytes, all files of a split model together; 0 when missing.
        starter: whether it is the model Quern ships with.
        own: whether a person added it, so that it can be forgotten again.
        missing: whether the file, or one of a split model's, is not where it was.
        last_used_at: seconds since the epoch, 0 for never.
        info: what its header says (without tensors), or None when it cannot be read.
        problem: the sentence why not, or "".
    """

    name: str
    path: Path
    size: int = 0
    starter: bool = False
    own: bool = False
    missing: bool = False
    last_used_at: float = 0.0
    info: ModelInfo | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Reference:
    name: str
    path: Path
    starter: bool = False
    own: bool = False


class ModelLibrary:
    """Blocking: may read directories and ask the engine; use it from a worker thread.

    Args:
        known: references and cached headers.
        home: its `models` folder is listed.
        starter: the model Quern ships with.
        inspect: reads a header; raises QuernError when the file is not a sound model.
    """

    def __init__(
        self,
        known: KnownModels,
        home: Home,
        starter: Path,
        inspect: Callable[[Path], ModelInfo],
    ) -> None:
        self._known = known
        self._home = home
        self._starter = starter
        self._inspect = inspect

    def list(self) -> builtins.list[LibraryEntry]:
        """The starter, the files in Quern's own folder by name, then those a person added.

        Raises: StorageFault.
        """
        uses = self._known.uses()
        return [self._entry(reference, uses) for reference in self._references()]

    def info(self, path: Path) -> ModelInfo:
        """What a file's header says, from the cache when it has not changed; without tensors.

        Raises: ModelFileMissing, ModelFileInvalid.
        """
        try:
            cached = self._known.cached_info(path)
            if cached is None:
                cached = self._inspect(path)
                self._known.put_info(path, cached)
        except OSError as error:
            raise _missing(path) from error
        return cached

    def resolve(self, name_or_path: str | None) -> Path:
        """The file a person means: a path, a name of the library (in any case, or its beginning
        when that is unique), or None for the starter.

        Raises: ModelFileMissing; InvalidInput naming what is close.
        """
        if name_or_path is None:
            return _present(self._starter)
        references = builtins.list(self._references())
        wanted = name_or_path.casefold()
        by_name = [entry for entry in references if entry.name.casefold() == wanted]
        if by_name:
            return _present(by_name[0].path)
        path = Path(name_or_path)
        if path.is_file() or path.suffix.casefold() == ".gguf" or len(path.parts) > 1:
            return _present(_first_shard(path.absolute()))
        beginning = [entry for entry in references if entry.name.casefold().startswith(wanted)]
        if wanted and len(beginning) == 1:
            return _present(beginning[0].path)
        names = [entry.name for entry in beginning] or difflib.get_close_matches(
            name_or_path, [entry.name for entry in references], n=3, cutoff=0.4
        )
        advice = f"Did you mean {_either(names)}?" if names else "“quern models” lists them."
        raise InvalidInput(f"There is no model called “{name_or_path}”.", advice)

    def add(self, path: Path) -> LibraryEntry:
        """Remember a file where it lies.

        Raises: ModelFileMissing, ModelFileInvalid when it is not a model; StorageFault.
        """
        path = _present(_first_shard(path.absolute()))
        self.info(path)
        reference = next((entry for entry in self._references() if entry.path == path), None)
        if reference is None:
            reference = _Reference(self._free_name(_name_of(path)), path, own=True)
            self._known.add(path, reference.name)
        return self._entry(reference, self._known.uses())

    def remove(self, name: str) -> None:
        """Forget a model a person added. Its file is not touched.

        Raises: InvalidInput when there is none of that name, or it is not a reference.
        """
        for reference in self._references():
            if reference.name.casefold() != name.casefold():
                continue
            if not reference.own:
                raise InvalidInput(
                    f"“{reference.name}” lies in Quern's own folder and is always listed.",
                    "" if reference.starter else f"Delete the file {reference.path} instead.",
                )
            self._known.remove(reference.path)
            return
        raise InvalidInput(f"There is no model called “{name}”.", "“quern models” lists them.")

    def first_choice(self) -> Path:
        """What to load when Quern starts: what was used last and is still there, else the starter.

        Raises: StorageFault.
        """
        uses = self._known.uses()
        last_used = sorted(uses, key=lambda path: uses[path], reverse=True)
        return next((path for path in last_used if _all_there(path)), self._starter)

    def touch(self, path: Path) -> None:
        """The model was used just now. Raises: StorageFault."""
        self._known.touch(path)

    # --- inside -----------------------------------------------------------------------------

    def _references(self) -> Iterator[_Reference]:
        yield _Reference(STARTER_NAME, self._starter, starter=True)
        seen = {self._starter}
        files = sorted(self._home.models.rglob("*.gguf")) if self._home.models.is_dir() else []
        for path in files:
            if _first_shard(path) == path and path.is_file():
                seen.add(path)
                yield _Reference(_name_of(path), path)
        for known in self._known.list():
            if known.path not in seen:
                yield _Reference(known.name, known.path, own=True)

    def _entry(self, reference: _Reference, uses: dict[Path, float]) -> LibraryEntry:
        info, problem = None, ""
        try:
            size = sum(file.stat().st_size for file in _files_of(reference.path))
            info = self.info(reference.path)
        except OSError:
            size = 0
        except QuernError as error:
            problem = error.message
        return LibraryEntry(
            name=reference.name,
            path=reference.path,
            size=size,
            starter=reference.starter,
            own=reference.own,
            missing=size == 0 and not _all_there(reference.path),
            last_used_at=uses.get(reference.path, 0.0),
            info=info,
            problem=problem,
        )

    def _free_name(self, name: str) -> str:
        taken = {reference.name.casefold() for reference in self._references()}
        free, number = name, 1
        while free.casefold() in taken:
            number += 1
            free = f"{name} ({number})"
        return free


def _files_of(path: Path) -> list[Path]:
    """The file, or all files of the split model it begins."""
    shard = _SHARD.match(path.stem)
    count = int(shard["count"]) if shard else 1
    if shard is None or count > _MOST_SHARDS:
        return [path]
    return [
        path.with_name(f"{shard['stem']}-{number:05d}-of-{shard['count']}{path.suffix}")
        for number in range(1, count + 1)
    ]


def _first_shard(path: Path) -> Path:
    return _files_of(path)[0]


def _all_there(path: Path) -> bool:
    return all(file.is_file() for file in _files_of(path))


def _name_of(path: Path) -> str:
    shard = _SHARD.match(path.stem)
    return shard["stem"] if shard else path.stem


def _present(path: Path) -> Path:
    if not _all_there(path):
        raise _missing(path)
    return path


def _missing(path: Path) -> ModelFileMissing:
    absent = next((file for file in _files_of(path) if not file.is_file()), path)
    return ModelFileMissing(f"There is no file {absent}.", "It may have been moved or deleted.")


def _either(names: list[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    return " or ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)
