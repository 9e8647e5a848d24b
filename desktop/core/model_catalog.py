"""One list out of all the places models lie in: each file once, each content once, unique names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from desktop.core.model_files import files_of, is_split, model_version, version_of
from desktop.core.model_sources import Found
from desktop.domain.library import FileVersion, LibraryEntry
from desktop.storage.model_facts import Kept

Digests = Mapping[str, tuple[FileVersion, str]]


class Catalog:
    """The entries, and the version of the file each was made from.

    Args:
        headers, digests: what is known about files, by path.
        uses: when each file was used last.
    """

    def __init__(
        self, headers: Mapping[str, Kept], digests: Digests, uses: Mapping[Path, float]
    ) -> None:
        self._headers = headers
        self._digests = digests
        self._uses = uses
        self._same_file: dict[tuple[int, int], int] = {}
        self._same_content: dict[tuple[str, ...], int] = {}
        self.entries: list[LibraryEntry] = []
        self.versions: list[FileVersion | None] = []

    def add(self, found: Iterable[Found]) -> None:
        """Those that come first count more: later ones become their copies, or nothing."""
        for one in found:
            try:
                status = one.path.stat()
                version = (
                    model_version(one.path)
                    if is_split(one.path.name)
                    else FileVersion(status.st_size, status.st_mtime_ns)
                )
            except OSError:
                self._put(one, None, ())
                continue
            identity = (status.st_dev, status.st_ino)
            place = len(self.entries)
            if self._same_file.setdefault(identity, place) != place:
                continue
            content = self._content(one, version)
            original = self._same_content.setdefault(content, place) if content else place
            if original != place:
                self._same_file[identity] = original
                first = self.entries[original]
                self.entries[original] = replace(first, copies=(*first.copies, one.path))
                continue
            self._put(one, version, content)

    def index_of(self, path: Path) -> int | None:
        """The entry with this file, be it as one of its copies or by another path to it."""
        for index, entry in enumerate(self.entries):
            if path == entry.path or path in entry.copies:
                return index
        try:
            status = path.stat()
        except OSError:
            return None
        return self._same_file.get((status.st_dev, status.st_ino))

    def name_entries(self, reserved: Mapping[Path, str]) -> None:
        """Give every entry a name of its own. `reserved` names were promised."""
        taken = {name.casefold() for name in reserved.values()}
        for index, entry in enumerate(self.entries):
            name = reserved.get(entry.path)
            if name is None:
                name = free_name(entry.name, taken.__contains__)
                taken.add(name.casefold())
            if name != entry.name:
                self.entries[index] = replace(entry, name=name)

    def _put(self, one: Found, version: FileVersion | None, content: tuple[str, ...]) -> None:
        kept = self._headers.get(str(one.path))
        info = kept.info(one.path) if kept is not None and kept.version == version else None
        self.versions.append(version)
        self.entries.append(
            LibraryEntry(
                name=one.name,
                path=one.path,
                source=one.source,
                size=version.size if version else 0,
                missing=version is None,
                last_used_at=self._uses.get(one.path, 0.0),
                info=info,
                sha256=content[0] if len(content) == 1 else "",
            )
        )

    def _content(self, one: Found, version: FileVersion) -> tuple[str, ...]:
        """The SHA-256 of every file of the model; nothing unless all are known."""
        if one.sha256:
            return (one.sha256,)
        if not is_split(one.path.name):
            measured, digest = self._digests.get(str(one.path), (None, ""))
            return (digest,) if measured == version else ()
        digests = []
        for file in files_of(one.path):
            measured, digest = self._digests.get(str(file), (None, ""))
            if measured is None or measured != version_of(file):
                return ()
            digests.append(digest)
        return tuple(digests)


def free_name(name: str, taken: Callable[[str], bool]) -> str:
    """`name`, or with a number when it is taken in whatever case."""
    free, number = name, 1
    while taken(free.casefold()):
        number += 1
        free = f"{name} ({number})"
    return free
