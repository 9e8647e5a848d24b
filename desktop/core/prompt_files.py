"""Prompts as files: export, and looking at files before they are imported."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from desktop.core.file_names import safe_stem
from desktop.core.prompt_csv import from_csv
from desktop.core.prompt_draft import draft_of
from desktop.core.prompt_json import FileProblem, PromptsRead, from_json_text, to_json_text
from desktop.domain.errors import InvalidInput
from desktop.domain.prompt import Prompt, PromptDraft
from desktop.storage.files import write_atomically

MAX_FILE = 32 * 2**20  # bytes
MAX_FILES = 10_000


class PromptFormat(StrEnum):
    """Both hold everything and can be imported again. Markdown is one prompt a file."""

    JSON = "json"
    MARKDOWN = "markdown"

    @property
    def suffix(self) -> str:
        return {"json": ".json", "markdown": ".md"}[self.value]


class FoundDraft(NamedTuple):
    """A prompt that stands in a file."""

    draft: PromptDraft
    path: Path


class FoundProblem(NamedTuple):
    """What of a file cannot be imported, and why. `line` 0 when no line is it."""

    path: Path
    line: int
    reason: str

    def sentence(self) -> str:
        """With file and line."""
        line = f", line {self.line}" if self.line else ""
        return f"“{self.path.name}”{line}: {self.reason}"


class FilesRead(NamedTuple):
    """What files hold."""

    found: tuple[FoundDraft, ...]
    problems: tuple[FoundProblem, ...]


def _from_markdown(text: str, name: str) -> PromptsRead:
    from desktop.core.prompt_markdown import from_markdown  # YAML takes long to import

    return from_markdown(text, name)


_READERS: dict[str, Callable[[str, str], PromptsRead]] = {
    ".json": lambda text, _name: from_json_text(text),
    ".md": _from_markdown,
    ".markdown": _from_markdown,
    ".csv": lambda text, _name: from_csv(text),
}


def export(prompts: Sequence[Prompt], path: Path, export_format: PromptFormat) -> list[Path]:
    """Write prompts to the file `path` or, where that has no suffix or is a folder, into a folder
    with a file each. What has the same name there is replaced. Returns: the files.

    Raises: InvalidInput for several prompts in one Markdown file; DiskFull, StorageFault.
    """
    drafts = [draft_of(prompt) for prompt in prompts]
    if path.suffix and not path.is_dir():
        if export_format is PromptFormat.MARKDOWN and len(drafts) != 1:
            raise InvalidInput(
                "A Markdown file holds one prompt.", "Name a folder, or export as JSON."
            )
        write_atomically(path, _text_of(drafts, export_format))
        return [path]
    written = [path / name for name in file_names([d.title for d in drafts], export_format)]
    for draft, file in zip(drafts, written, strict=True):
        write_atomically(file, _text_of([draft], export_format))
    return written


def file_names(titles: Sequence[str], export_format: PromptFormat) -> list[str]:
    """A name for each that no other has, also where case does not count."""
    names: list[str] = []
    taken: set[str] = set()
    for title in titles:
        stem = safe_stem(title, "Prompt")
        name, number = stem, 1
        while _folded(name) in taken:
            number += 1
            name = f"{stem} {number}"
        taken.add(_folded(name))
        names.append(name + export_format.suffix)
    return names


def read_files(paths: Sequence[Path]) -> FilesRead:
    """The prompts in files and folders (with what is below them). Nothing is raised: what cannot
    be read is among the problems."""
    found: list[FoundDraft] = []
    problems: list[FoundProblem] = []
    for path in paths:
        files = list(islice(_files_in(path), MAX_FILES + 1)) if path.is_dir() else [path]
        if len(files) > MAX_FILES:
            problems.append(FoundProblem(path, 0, f"It holds more than {MAX_FILES:,} files."))
            continue
        if not files:
            problems.append(FoundProblem(path, 0, "It holds no .json, .md or .csv file."))
        for file in files:
            read = _read(file)
            found += [FoundDraft(draft, file) for draft in read.drafts]
            problems += [FoundProblem(file, p.line, p.reason) for p in read.problems]
    return FilesRead(tuple(found), tuple(problems))


def _text_of(drafts: Sequence[PromptDraft], export_format: PromptFormat) -> str:
    if export_format is PromptFormat.MARKDOWN:
        from desktop.core.prompt_markdown import to_markdown

        return to_markdown(drafts[0])
    return to_json_text(drafts)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _files_in(folder: Path) -> Iterator[Path]:
    """By name; without hidden ones, and without following links to other folders."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and Path(name).suffix.casefold() in _READERS:
                yield Path(place, name)


def _read(path: Path) -> PromptsRead:
    reader = _READERS.get(path.suffix.casefold())
    if reader is None:
        return _unreadable("Prompts are read from .json, .md and .csv files.")
    try:
        # A pipe would keep us waiting for ever, a device would never end.
        if not stat.S_ISREG(path.stat().st_mode):
            return _unreadable("It is no ordinary file.")
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except (OSError, ValueError) as error:  # ValueError: a name no system can have
        return _unreadable(f"It cannot be read ({getattr(error, 'strerror', None) or error}).")
    if len(data) > MAX_FILE:
        return _unreadable(f"It is larger than {MAX_FILE // 2**20} MB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return _unreadable("It is not text in UTF-8.", line)
    try:
        return reader(text.replace("\r\n", "\n").replace("\r", "\n"), path.stem)
    except InvalidInput as error:
        return _unreadable(error.message)


def _unreadable(reason: str, line: int = 0) -> PromptsRead:
    return PromptsRead(problems=(FileProblem(line, reason),))
